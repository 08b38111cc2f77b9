//! The stores that a client can be of.

use super::in_memory::{InMemory, SharedStore};
use super::which_api::Either;
use crate::api::error::Error;
use crate::api::outcome::Outcome;
use crate::api::request::{Request, Stats, Wait};
use crate::cluster::Hosts;
use crate::net::{Settings, Transport};
use crate::v2::V2;
use crate::v3::V3;
use crate::waits::{Chain, Entry, PollBackoff, StoreIndex, Waited};
use std::sync::Arc;

/// Which of etcd's APIs keeps the keys. They are two stores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Api {
    /// v2 where the cluster has it, else v3.
    #[default]
    Auto,
    /// The HTTP API of etcd before 3.6.
    V2,
    /// The gRPC API.
    V3,
}

/// Where the keys are.
#[derive(Debug, Clone)]
pub enum Store {
    /// In a cluster.
    Cluster {
        /// The API.
        api: Api,
        /// For the v3 API: whether every node has v2's `createdIndex`, at the price of one more key for some.
        exact_created_index: bool,
    },
    /// In the memory of this process: in the store of this name, or for the empty name in one of this client alone.
    Memory(String),
}

/// The store behind a client.
#[derive(Debug)]
pub enum Backend {
    /// etcd's v2 HTTP API.
    V2(V2),
    /// That, or etcd's v3 gRPC API.
    Either(Box<Either>),
    /// The memory of this process.
    Memory(InMemory),
}

/// The store to send to.
pub enum Chosen<'a> {
    V2(&'a V2),
    V3(&'a V3),
    Memory(&'a InMemory),
}

impl Backend {
    /// Nothing is connected yet. `backoff` is that of the client's waits.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(
        hosts: Hosts,
        settings: Settings,
        backoff: &Arc<PollBackoff>,
        store: Store,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let (api, is_exact) = match store {
            Store::Memory(name) => {
                return Ok(Backend::Memory(InMemory::new(name, settings.timeout)));
            }
            Store::Cluster {
                api,
                exact_created_index,
            } => (api, exact_created_index),
        };
        let transport = Arc::new(Transport::new(settings.clone())?);
        let v2 = |hosts| V2::new(hosts, &settings, transport.clone(), backoff.clone());
        let v3 = |hosts| V3::new(hosts, &settings, transport.clone(), is_exact);
        Ok(match api {
            Api::V2 => Backend::V2(v2(hosts)),
            Api::V3 => Backend::Either(Box::new(Either::v3(v2(hosts), v3(Hosts::default())))),
            Api::Auto => Backend::Either(Box::new(Either::new(v2(hosts), v3(Hosts::default())))),
        })
    }

    /// The store in memory, for its control.
    pub fn memory(&self) -> Option<&Arc<SharedStore>> {
        match self {
            Backend::Memory(store) => Some(store.shared()),
            Backend::V2(_) | Backend::Either(_) => None,
        }
    }

    /// The store to send to, and the choice that its answer may settle.
    fn chosen(&self) -> (Chosen<'_>, Option<&Either>) {
        match self {
            Backend::V2(store) => (Chosen::V2(store), None),
            Backend::Either(either) => (either.chosen(), either.is_open().then_some(either)),
            Backend::Memory(store) => (Chosen::Memory(store), None),
        }
    }

    /// The hosts as the caller, the cluster or the discovery service gave them.
    pub fn hosts(&self) -> Vec<String> {
        match self.chosen().0 {
            Chosen::V2(store) => store.hosts(),
            Chosen::V3(store) => store.hosts(),
            Chosen::Memory(store) => vec![store.host()],
        }
    }

    /// Checks that an operation can be sent.
    pub fn check(&self, request: &Request) -> Result<(), Error> {
        match self.chosen().0 {
            Chosen::V2(store) => store.check(request),
            Chosen::V3(store) => store.check(request),
            Chosen::Memory(store) => store.check(request),
        }
    }

    /// Runs an operation that does not wait.
    pub async fn call(&self, request: &Request) -> Result<Outcome, Error> {
        let (store, open) = match self.chosen() {
            (Chosen::V2(store), open) => (store, open),
            // Boxed, here and below: a call of v2 must not carry the room of one of v3.
            (Chosen::V3(store), _) => return Box::pin(store.call(request)).await,
            (Chosen::Memory(store), _) => return Box::pin(store.call(request)).await,
        };
        let result = store.call(request).await;
        let is_of_cluster = !matches!(request, Request::Stats(Stats::Own(Some(_))));
        match open {
            Some(either) if either.is_in_question(result.as_ref().err(), is_of_cluster) => {
                Box::pin(either.call_again(request, result)).await
            }
            _ => result,
        }
    }

    /// Waits for an event. A store may keep its watch open for the next wait of the chain.
    pub async fn wait(&self, wait: &Wait, chain: Option<Chain>, entry: &Entry) -> Waited {
        match self.chosen() {
            (Chosen::V2(store), None) => store.wait(wait, entry).await,
            (Chosen::V2(_), Some(either)) => Box::pin(either.wait(wait, chain, entry)).await,
            (Chosen::V3(store), _) => Box::pin(store.wait(wait, chain, entry)).await,
            (Chosen::Memory(store), _) => Box::pin(store.wait(wait, entry)).await,
        }
    }

    /// Reads the store's index, for a caller that may read the key of a wait.
    pub async fn store_index(&self, wait: &Wait) -> Result<StoreIndex, Error> {
        let (store, open) = match self.chosen() {
            (Chosen::V2(store), open) => (store, open),
            (Chosen::V3(store), _) => return Box::pin(store.store_index(wait)).await,
            (Chosen::Memory(store), _) => return store.store_index(wait),
        };
        let found = store.store_index(wait).await;
        match open {
            Some(either) if either.is_in_question(found.as_ref().err(), true) => {
                Box::pin(either.store_index_again(wait, found)).await
            }
            _ => found,
        }
    }

    /// Makes the members that the cluster has named its hosts.
    pub fn refresh(&self, machines: &str) {
        match self.chosen().0 {
            Chosen::V2(store) => store.refresh(machines),
            Chosen::V3(store) => store.refresh(machines),
            Chosen::Memory(_) => {}
        }
    }

    /// Makes the hosts that a discovery service names the seeds.
    pub async fn discover(&self, url: &str) -> Result<(), Error> {
        match self {
            Backend::V2(store) => store.discover(url).await,
            Backend::Either(either) => either.discover(url).await,
            Backend::Memory(_) => Ok(()),
        }
    }

    /// Ends what the store does without a call.
    pub fn stop(&self) {
        match self {
            Backend::V2(store) => store.stop(),
            Backend::Either(either) => either.stop(),
            Backend::Memory(_) => {}
        }
    }
}
