//! The store behind a server: the one in memory is asked itself, so that each answer is the store's own; others through their client.

use super::cluster::ClusterStore;
use super::reply::of_failure;
use crate::api::error::{Error, Kind};
use crate::api::request::{Request, Wait};
use crate::client::{Applied, Client, SharedStore};
use crate::memory::{Answer, Rejected};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// The store behind a server.
pub enum Front {
    /// In memory.
    Memory(Arc<SharedStore>),
    /// In a cluster.
    Cluster(Arc<ClusterStore>),
}

/// The answer to a wait that is registered, with its event or the error that has ended it.
pub type PendingAnswer = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// How the registration of a wait ended.
pub enum Registration {
    /// It was refused.
    Refused(Answer),
    /// It is registered, at this index of the store.
    Registered(u64, PendingAnswer),
}

impl Front {
    /// The store of a client.
    pub fn of(client: Arc<Client>) -> Self {
        match client.memory() {
            Some(shared) => Front::Memory(shared.clone()),
            None => Front::Cluster(Arc::new(ClusterStore::new(client))),
        }
    }

    /// The number of registered waits, where the store tells it.
    pub fn watchers(&self) -> Option<usize> {
        match self {
            Front::Memory(shared) => Some(shared.watchers()),
            Front::Cluster(_) => None,
        }
    }

    /// The number of nodes that have expired. A cluster has no source for it.
    pub fn expired(&self) -> u64 {
        match self {
            Front::Memory(shared) => shared.expired(),
            Front::Cluster(_) => 0,
        }
    }

    /// The id of the cluster, if it is known. `own`: that of a store that has none.
    pub fn cluster_id<'a>(&'a self, own: &'a str) -> Option<&'a str> {
        match self {
            Front::Memory(_) => Some(own),
            Front::Cluster(store) => store.id().map(|id| id.unwrap_or(own)),
        }
    }

    /// Asks the cluster for its id, unless it is known.
    pub async fn learn_cluster_id(&self) {
        if let Front::Cluster(store) = self {
            store.learn_id().await;
        }
    }

    /// Whether the store answers.
    pub async fn is_healthy(&self) -> bool {
        match self {
            Front::Memory(_) => true,
            Front::Cluster(store) => store.is_healthy().await,
        }
    }

    /// The answer to a request that does not wait. `path`: that of its key.
    pub async fn answer(&self, request: Request, path: &str) -> Answer {
        match self {
            Front::Memory(shared) => match shared.apply(&request) {
                Ok(Applied::Answered(answer)) => answer,
                Ok(Applied::Registered(_)) => of_failure(&Error::new(Kind::Internal)),
                Err(rejected) => of_rejected(rejected),
            },
            Front::Cluster(store) => store.answer(request, path).await,
        }
    }

    /// Registers a wait. `from`: its index; 0 for the next event.
    pub async fn wait(&self, wait: Wait, from: u64) -> Registration {
        match self {
            Front::Memory(shared) => wait_in_memory(shared, wait),
            Front::Cluster(store) => Box::pin(store.wait(wait, from)).await,
        }
    }
}

fn of_rejected(rejected: Rejected) -> Answer {
    let kind = match rejected {
        Rejected::Key(invalid) => Kind::Invalid(invalid),
        Rejected::Parameter(_) | Rejected::NotOfStore => Kind::Internal,
    };
    of_failure(&Error::new(kind))
}

fn wait_in_memory(shared: &Arc<SharedStore>, wait: Wait) -> Registration {
    match shared.apply(&Request::Wait(wait)) {
        Ok(Applied::Answered(answer)) if answer.status >= 300 => Registration::Refused(answer),
        Ok(Applied::Answered(answer)) => {
            let index = answer.index.unwrap_or_default();
            Registration::Registered(index, Box::pin(async { answer }))
        }
        Ok(Applied::Registered(mut registered)) => {
            let index = registered.index;
            Registration::Registered(index, Box::pin(async move { registered.answer().await }))
        }
        Err(rejected) => Registration::Refused(of_rejected(rejected)),
    }
}
