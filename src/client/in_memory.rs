//! A store in memory as the store of a client.
//!
//! ```text
//! call ──▶ shared store ──▶ answer
//! wait ──▶ shared store ──▶ answer from the history
//!                     └──▶ registered ──an event──▶ answer
//!                                └──as many timeouts as attempts──▶ ESOCKETTIMEDOUT
//! ```
//!
//! The client takes the planned faults (`faults.rs`) where a call is made, so that they are taken in the order of the calls.

mod expirer;
mod faults;
mod named;
mod registered;
mod shared_store;
mod statistics;
#[cfg(test)]
mod tests;

use crate::api::error::{Attempt, Error, Kind};
use crate::api::outcome::{Ended, Origin, Outcome};
use crate::api::query;
use crate::api::request::{Request, Wait};
use crate::memory::answer::ENDPOINT;
use crate::memory::{Answer, Call, Rejected};
use crate::net::failure::silence;
use crate::net::unless_silent;
use crate::waits::continuation::{self, next_index};
use crate::waits::{Entry, Position, StoreIndex, Waited};
pub use faults::{Fault, FaultKind, FaultPlan, Unplannable};
use named::named;
pub use registered::Registered;
pub use shared_store::{Applied, FURTHEST, SharedStore, TooFar};
use std::sync::Arc;
use std::time::Duration;

/// An idle wait ends after as many timeouts: one for the host, and one more (point 32 of docs/compatibility.md).
const ATTEMPTS: usize = 2;

/// A store in memory, of one client or shared by several.
#[derive(Debug)]
pub struct InMemory {
    name: String,
    shared: Arc<SharedStore>,
    timeout: Option<Duration>,
}

impl InMemory {
    /// The store of a name; of the empty one a new store. `timeout` bounds each attempt of a wait.
    pub fn new(name: String, timeout: Option<Duration>) -> Self {
        InMemory {
            shared: named(&name),
            name,
            timeout,
        }
    }

    /// The store, for its control.
    pub fn shared(&self) -> &Arc<SharedStore> {
        &self.shared
    }

    /// What the caller has given for the host.
    pub fn host(&self) -> String {
        format!("{ENDPOINT}{}", self.name)
    }

    /// Checks the key of an operation.
    ///
    /// # Errors
    /// If the store cannot have such a key.
    pub fn check(&self, request: &Request) -> Result<(), Error> {
        match Call::of(request) {
            Err(Rejected::Key(invalid)) => Err(invalid.into()),
            _ => Ok(()),
        }
    }

    /// Runs an operation that does not wait.
    pub async fn call(&self, request: &Request) -> Result<Outcome, Error> {
        match self.shared.apply(request) {
            Ok(Applied::Answered(answer)) => answer.outcome(request),
            // A get whose key says `?wait=true`.
            Ok(Applied::Registered(mut wait)) => self.answer(&mut wait).await?.outcome(request),
            Err(Rejected::Key(invalid)) => Err(invalid.into()),
            Err(_) => Ok(statistics::outcome(&self.shared, &self.host(), request)),
        }
    }

    /// Waits for an event.
    pub async fn wait(&self, wait: &Wait, entry: &Entry) -> Waited {
        let position = Position::of(wait, entry);
        let index = position.parameter().map(|index| index.into_owned());
        let request = Request::Wait(Wait {
            index,
            ..wait.clone()
        });
        let mut from = position.index().filter(|index| *index > 0);
        let answer = self.event(&request, entry, &mut from).await;
        let (ended, position) = match answer.and_then(|answer| told(answer, &request)) {
            Ok((outcome, event)) => (continuation::of_answer(outcome, event), event),
            Err(error) => (failed(wait, entry, from, error), from),
        };
        Waited { ended, position }
    }

    /// The answer to a wait. `from`: the index from which it looks, once it is known.
    async fn event(
        &self,
        request: &Request,
        entry: &Entry,
        from: &mut Option<u64>,
    ) -> Result<Answer, Error> {
        match self.shared.apply(request) {
            Ok(Applied::Answered(answer)) => Ok(answer),
            Ok(Applied::Registered(mut registered)) => {
                from.get_or_insert(registered.index.saturating_add(1));
                entry.settle();
                let answer = self.answer(&mut registered).await;
                answer.or_else(|error| answered_or_idle(registered, error, from))
            }
            Err(Rejected::Key(invalid)) => Err(invalid.into()),
            Err(_) => Err(Error::new(Kind::Internal)),
        }
    }

    /// The answer to a registered wait, within its timeouts.
    async fn answer(&self, registered: &mut Registered) -> Result<Answer, Error> {
        for _ in 0..ATTEMPTS {
            if let Ok(answer) = unless_silent(self.timeout, registered.answer()).await {
                return Ok(answer);
            }
        }
        Err(idle())
    }

    /// Reads the store's index, for a caller that may read the key of a wait.
    ///
    /// # Errors
    /// If the key cannot be one.
    pub fn store_index(&self, wait: &Wait) -> Result<StoreIndex, Error> {
        wait.key.parts()?;
        let index = self.shared.index();
        let origin = Origin {
            status: 200,
            index: Some(index),
            endpoint: ENDPOINT.to_owned(),
            attempts: Vec::new(),
        };
        Ok(StoreIndex::Known(index, origin))
    }
}

/// A wait that fails in place of being polled.
pub fn failed_wait(wait: &Wait, entry: &Entry, error: Error) -> Waited {
    let from = Position::of(wait, entry).index();
    let from = from.filter(|index| *index > 0);
    Waited {
        ended: failed(wait, entry, from, error),
        position: from,
    }
}

/// The answer to a wait that has just come, or the end of the idle wait. The next wait then looks behind the index up to which this one
/// has seen no event: a quiet key does not fall out of the history.
fn answered_or_idle(
    registered: Registered,
    error: Error,
    from: &mut Option<u64>,
) -> Result<Answer, Error> {
    registered.end().map_err(|index| {
        *from = (*from).max(Some(index.saturating_add(1)));
        error
    })
}

/// The end of a wait with an error. A tree that was loaded may have an index below that of the wait. That is a gap, too.
fn failed(wait: &Wait, entry: &Entry, from: Option<u64>, error: Error) -> Ended {
    let next = next_index(wait, from, entry, &error);
    match next.filter(|_| continuation::cleared_at(&error).is_some()) {
        Some(next) => continuation::of_gap(error, from, next),
        None => continuation::of_error(wait, from, next, error),
    }
}

/// The outcome of a wait, and the index of its event. A wait whose key says `?quorum=true` is a read.
fn told(answer: Answer, request: &Request) -> Result<(Outcome, Option<u64>), Error> {
    let event = answer.event_index;
    let outcome = answer.outcome(request)?;
    let event = event.or_else(|| query::index_of(&outcome));
    Ok((outcome, event))
}

/// The end of an idle wait (point 32 of docs/compatibility.md).
fn idle() -> Error {
    let attempt = Attempt {
        host: ENDPOINT.to_owned(),
        error: silence().message,
    };
    Error {
        endpoint: Some(ENDPOINT.to_owned()),
        attempts: vec![attempt; ATTEMPTS],
        ..Error::new(Kind::Network(silence()))
    }
}
