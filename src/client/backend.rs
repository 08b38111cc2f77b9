//! The stores that a client can be of.

use crate::api::error::Error;
use crate::api::outcome::Outcome;
use crate::api::request::{Request, Wait};
use crate::v2::V2;
use crate::waits::{Entry, StoreIndex, Waited};

/// The store behind a client.
#[derive(Debug)]
pub enum Backend {
    /// etcd's v2 HTTP API.
    V2(V2),
}

impl Backend {
    /// The hosts as the caller, the cluster or the discovery service gave them.
    pub fn hosts(&self) -> Vec<String> {
        match self {
            Backend::V2(store) => store.hosts(),
        }
    }

    /// Checks that an operation can be sent.
    pub fn check(&self, request: &Request) -> Result<(), Error> {
        match self {
            Backend::V2(store) => store.check(request),
        }
    }

    /// Runs an operation that does not wait.
    pub async fn call(&self, request: &Request) -> Result<Outcome, Error> {
        match self {
            Backend::V2(store) => store.call(request).await,
        }
    }

    /// Waits for an event.
    pub async fn wait(&self, wait: &Wait, entry: &Entry) -> Waited {
        match self {
            Backend::V2(store) => store.wait(wait, entry).await,
        }
    }

    /// Reads the store's index, for a caller that may read the key of a wait.
    pub async fn store_index(&self, wait: &Wait) -> Result<StoreIndex, Error> {
        match self {
            Backend::V2(store) => store.store_index(wait).await,
        }
    }

    /// Makes the members that the cluster has named its hosts.
    pub fn refresh(&self, machines: &str) {
        match self {
            Backend::V2(store) => store.refresh(machines),
        }
    }

    /// Makes the hosts that a discovery service names the seeds.
    pub async fn discover(&self, url: &str) -> Result<(), Error> {
        match self {
            Backend::V2(store) => store.discover(url).await,
        }
    }

    /// Ends what the store does without a call.
    pub fn stop(&self) {
        match self {
            Backend::V2(store) => store.stop(),
        }
    }
}
