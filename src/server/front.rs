//! The store behind a server: the one in memory is asked itself, so that each answer is the store's own; others through their client.

use super::reply::{missing, of_failure};
use crate::api::error::{Error, Kind};
use crate::api::request::{Request, Wait};
use crate::client::{Applied, Client, Shared};
use crate::memory::{Answer, Rejected};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// A cluster tells that the history of a wait is lost only after it has registered the wait. A wait from a past index is answered
/// after this time, if no event and no error has come before.
const PAST: Duration = Duration::from_millis(250);

/// The store behind a server.
pub enum Front {
    /// In memory.
    Memory(Arc<Shared>),
    /// Behind a client.
    Client(Arc<Client>),
}

/// The answer to a wait that is registered, with its event or the error that has ended it.
pub type Registered = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What a wait brings.
pub enum Waited {
    /// It was refused.
    Refused(Answer),
    /// It is registered, at this index of the store.
    Registered(u64, Registered),
}

impl Front {
    /// The store of a client.
    pub fn of(client: Arc<Client>) -> Self {
        match client.memory() {
            Some(shared) => Front::Memory(shared.clone()),
            None => Front::Client(client),
        }
    }

    /// The number of registered waits, where the store tells it.
    pub fn watchers(&self) -> Option<usize> {
        match self {
            Front::Memory(shared) => Some(shared.watchers()),
            Front::Client(_) => None,
        }
    }

    /// The number of nodes that have expired. A cluster has no source for it.
    pub fn expired(&self) -> u64 {
        match self {
            Front::Memory(shared) => shared.expired(),
            Front::Client(_) => 0,
        }
    }

    /// Whether the store answers.
    pub async fn is_healthy(&self) -> bool {
        match self {
            Front::Memory(_) => true,
            Front::Client(client) => client.execute(Request::Machines, None).await.result.is_ok(),
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
            Front::Client(client) => answer_of_client(client, request, path).await,
        }
    }

    /// Registers a wait. `from`: its index; 0 for the next event.
    pub async fn wait(&self, wait: Wait, from: u64) -> Waited {
        match self {
            Front::Memory(shared) => wait_in_memory(shared, wait),
            Front::Client(client) => Box::pin(wait_of_client(client, wait, from)).await,
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

fn wait_in_memory(shared: &Arc<Shared>, wait: Wait) -> Waited {
    match shared.apply(&Request::Wait(wait)) {
        Ok(Applied::Answered(answer)) if answer.status >= 300 => Waited::Refused(answer),
        Ok(Applied::Answered(answer)) => {
            let index = answer.index.unwrap_or_default();
            Waited::Registered(index, Box::pin(async { answer }))
        }
        Ok(Applied::Registered(mut registered)) => {
            let index = registered.index;
            Waited::Registered(index, Box::pin(async move { registered.answer().await }))
        }
        Err(rejected) => Waited::Refused(of_rejected(rejected)),
    }
}

async fn answer_of_client(client: &Arc<Client>, request: Request, path: &str) -> Answer {
    match client.execute(request, None).await.result {
        Err(failure) => of_failure(&failure),
        Ok(outcome) => {
            let index = outcome.origin.index.unwrap_or_default();
            match outcome.body {
                Some(body) => Answer::new(outcome.origin.status, index, body),
                None => missing(with_names(path), index),
            }
        }
    }
}

/// The path of a key without a slash at its end, as etcd's errors have it.
fn with_names(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        names => names,
    }
}

/// The store's index is read first: it is that of the registration, and the wait looks from there.
async fn wait_of_client(client: &Arc<Client>, wait: Wait, from: u64) -> Waited {
    let start = Request::StartIndex(Wait {
        index: None,
        ..wait.clone()
    });
    let index = match client.execute(start, None).await.result {
        Ok(outcome) => outcome.origin.index.unwrap_or_default(),
        Err(failure) => return Waited::Refused(of_failure(&failure)),
    };
    let first = if from == 0 { index + 1 } else { from };
    let mut event: Registered = Box::pin(event_of(client.clone(), wait, first));
    if first > index {
        return Waited::Registered(index, event);
    }
    match timeout(PAST, &mut event).await {
        Ok(answer) if answer.status >= 300 => Waited::Refused(answer),
        Ok(answer) => Waited::Registered(index, Box::pin(async { answer })),
        Err(_) => Waited::Registered(index, event),
    }
}

/// The first event from an index on. A wait that has ended without one is repeated.
async fn event_of(client: Arc<Client>, wait: Wait, mut from: u64) -> Answer {
    loop {
        let request = Request::Wait(Wait {
            index: Some(from.to_string()),
            ..wait.clone()
        });
        let ended = client.execute(request, None).await;
        match ended.result {
            Ok(outcome) => {
                let index = outcome.origin.index.unwrap_or_default();
                let body = outcome.body.unwrap_or_default();
                return Answer::new(outcome.origin.status, index, body);
            }
            Err(failure) if matches!(failure.kind, Kind::Network(_)) => {
                from = ended.continuation.next_index.unwrap_or(from);
            }
            Err(failure) => return of_failure(&failure),
        }
    }
}
