//! The store over etcd's v3 gRPC API: the same calls on every supported etcd.
//!
//! ```text
//! a call ──▶ call: its transactions, one after the other (pure) ──▶ channel: failover ──▶ rpc: one host, its token
//! a wait ──▶ watch: one stream a host for all waits ──▶ events: what v2 would have told (pure)
//! ```
//!
//! | in etcd | in v2 |
//! |---|---|
//! | the key `/a/b` | the file |
//! | the key `/a/`, with an empty value | the directory |
//! | the revision | the index |
//! | a lease | the time to live of one key |
//! | keys below `etcdjs/` | what v2 knows and v3 does not: the action of a write, names given by push |

pub mod act;
mod call;
mod calls;
mod channel;
mod compare;
mod events;
#[cfg(test)]
mod generation;
mod grpc;
pub mod layout;
pub mod lease_id;
mod members;
mod method;
#[cfg(test)]
mod model;
pub mod node;
#[allow(missing_docs)]
#[rustfmt::skip]
pub mod pb;
mod refusal;
mod rpc;
mod sent;
mod status;
mod suspicion;
mod tokens;
mod txn;
mod v2_error;
mod watch;
mod watching;

use crate::api::error::Error;
use crate::api::outcome::Outcome;
use crate::api::query;
use crate::api::request::{Request, Wait};
use crate::cluster::{Cluster, Host, Hosts};
use crate::net::{Settings, Transport};
use crate::task::task;
use crate::waits::{Chain, Entry, Registrations, StoreIndex, Waited, continuation};
use call::{Call, Memory};
use rpc::Rpc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::task::JoinSet;
use watch::Hub;
use watching::Watches;

/// A store behind the v3 gRPC API.
#[derive(Debug)]
pub struct V3 {
    cluster: Arc<Cluster<Rpc>>,
    memory: Memory,
    hub: Hub<Watches>,
    /// Leases that are to be revoked: their time to live is below etcd's floor.
    revocations: Mutex<JoinSet<()>>,
}

impl V3 {
    /// The store of a cluster. Nothing is connected yet.
    pub fn new(
        hosts: Hosts,
        settings: &Settings,
        transport: Arc<Transport>,
        exact_created_index: bool,
    ) -> Self {
        let rpc = Rpc::new(transport, settings.max_response_size);
        let cluster = Arc::new(Cluster::new(hosts, rpc, settings.connect_timeout));
        V3 {
            hub: Hub::new(
                Watches::new(cluster.clone()),
                settings.timeout,
                settings.max_response_size,
            ),
            cluster,
            memory: Memory::new(exact_created_index),
            revocations: Mutex::default(),
        }
    }

    /// The hosts as the caller, the cluster or the discovery service gave them.
    pub fn hosts(&self) -> Vec<String> {
        self.cluster.hosts().texts()
    }

    /// Makes these hosts the seeds.
    pub fn take_hosts(&self, hosts: Hosts) {
        *self.cluster.hosts() = hosts;
    }

    /// Makes the members that the cluster has named its hosts.
    pub fn refresh(&self, machines: &str) {
        self.cluster.hosts().replace(Host::of_machines(machines));
    }

    /// Whether a host answers over gRPC, whatever it says.
    pub async fn answers(&self) -> bool {
        let answered = self.cluster.call(&pb::StatusRequest {}).await;
        answered.is_ok_and(|answered| answered.refusal() != Some(status::Meaning::NoMethod))
    }

    /// Checks that an operation can be sent.
    ///
    /// # Errors
    /// If its key or its parameters cannot be encoded.
    pub fn check(&self, request: &Request) -> Result<(), Error> {
        match request.written_key() {
            Some(_) => Call::new(request, &self.memory, SystemTime::now()).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Runs an operation that does not wait.
    pub async fn call(&self, request: &Request) -> Result<Outcome, Error> {
        match request {
            Request::Machines => members::machines(&self.cluster).await,
            Request::Leader => members::leader(&self.cluster).await,
            Request::Stats(stats) => members::stats(&self.cluster, stats).await,
            Request::Get(get) => match query::wait_of(get) {
                None => self.run(request).await,
                Some(wait) => Box::pin(self.wait_alone(&wait)).await,
            },
            _ => self.run(request).await,
        }
    }

    /// A wait that has no place among the client's waits.
    async fn wait_alone(&self, wait: &Wait) -> Result<Outcome, Error> {
        let entry = Registrations::default().enter(wait, None);
        self.wait(wait, None, &entry).await.ended.result
    }

    /// Waits for an event.
    pub async fn wait(&self, wait: &Wait, chain: Option<Chain>, entry: &Entry) -> Waited {
        if let Some(get) = query::read_of(wait) {
            let read = Box::pin(self.run(&Request::Get(get))).await;
            return match read {
                Ok(outcome) => {
                    let position = query::index_of(&outcome);
                    let ended = continuation::of_answer(outcome, position);
                    Waited { ended, position }
                }
                Err(error) => Waited::refused(error),
            };
        }
        let attempts = self.cluster.hosts().len() + 1;
        self.hub.wait(wait, chain, attempts, entry).await
    }

    /// Reads the store's index, for a caller that may read the key of a wait.
    pub async fn store_index(&self, wait: &Wait) -> Result<StoreIndex, Error> {
        self.hub.store_index(wait).await
    }

    /// Revokes a lease after a time. Where the process ends before, etcd's floor applies.
    fn revoke_after(&self, delay: Duration, id: i64) {
        let cluster = Arc::downgrade(&self.cluster);
        let mut revocations = self.revocations();
        while revocations.try_join_next().is_some() {}
        revocations.spawn(task(async move {
            tokio::time::sleep(delay).await;
            if let Some(cluster) = cluster.upgrade() {
                // A revocation that fails leaves the lease to etcd's floor.
                let _ = cluster.call(&pb::LeaseRevokeRequest { id }).await;
            }
        }));
    }

    /// Ends the watches, the probes and the revocations.
    pub fn stop(&self) {
        self.hub.stop();
        self.cluster.stop();
        self.revocations().abort_all();
    }

    fn revocations(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.revocations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
