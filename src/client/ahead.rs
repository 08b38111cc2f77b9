//! Looks one event ahead where waits read history.
//!
//! Between an event and the wait for the next one lie two hops between threads and a callback. Where the store
//! had gone on when it gave the event, the request for the next one goes out meanwhile, and that wait finds
//! its answer there or under way. If no such wait is called, the request is dropped.

use super::sweep::sweep_every;
use crate::api::request::Wait;
use crate::v2::Encoded;
use crate::v2::{Cluster, Incoming};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::Instant;

/// How long a request is kept for its wait.
const KEPT: Duration = Duration::from_millis(100);

/// How often a request is polled until it is sent: it yields where its connection has just brought the event.
const POLLS: usize = 2;

/// The requests that went out ahead, by their paths.
#[derive(Debug, Default)]
pub struct Ahead(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    openings: HashMap<String, Opening>,
    /// A task is dropping what no wait has taken.
    is_swept: bool,
}

/// A request of which the head of the answer has not been read.
struct Opening {
    incoming: Pending,
    since: Instant,
}

type Pending = Pin<Box<dyn Future<Output = Option<Incoming>> + Send>>;

#[derive(Deserialize)]
struct Event {
    node: Node,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    modified_index: u64,
}

impl Ahead {
    /// Sends the request for what comes after an event of this index, if that is history. The wait looked from an index
    /// on, and the store had another when it registered it.
    pub fn look(
        self: &Arc<Self>,
        cluster: &Arc<Cluster>,
        wait: &Wait,
        event: Option<u64>,
        from: Option<u64>,
        store: Option<u64>,
    ) {
        let next = next_in_history(event, from, store).map(|index| index.to_string());
        let encoded = next.map(|next| wait.encode(Some(&next)));
        if let Some(Ok(encoded)) = encoded {
            self.enter(encoded.path.clone(), Opening::new(cluster.clone(), encoded));
        }
    }

    /// The head of the answer to a request that went out ahead; none where there is no such request, or where it
    /// failed.
    pub async fn take(&self, path: &str) -> Option<Incoming> {
        let opening = self.state().openings.remove(path)?;
        opening.incoming.await
    }

    /// Drops all requests.
    pub fn clear(&self) {
        self.state().openings.clear();
    }

    fn enter(self: &Arc<Self>, path: String, opening: Opening) {
        let mut state = self.state();
        state.openings.insert(path, opening);
        if !std::mem::replace(&mut state.is_swept, true) {
            sweep_every(KEPT, self, Ahead::drop_old);
        }
    }

    /// Drops the requests that no wait has taken. False where none is left.
    fn drop_old(&self) -> bool {
        let mut state = self.state();
        state
            .openings
            .retain(|_, opening| opening.since.elapsed() < KEPT);
        state.is_swept = !state.openings.is_empty();
        state.is_swept
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opening {
    /// Polled until the request is sent, if there is a connection. The answer lies in the socket until the wait
    /// comes, and wakes nobody.
    fn new(cluster: Arc<Cluster>, encoded: Encoded) -> Self {
        let mut incoming: Pending = Box::pin(async move {
            let mut attempts = cluster.attempts(&encoded);
            cluster.open(&encoded, &mut attempts, |_| ()).await.ok()
        });
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..POLLS {
            if let Poll::Ready(came) = incoming.as_mut().poll(&mut context) {
                incoming = Box::pin(ready(came));
                break;
            }
        }
        Opening {
            incoming,
            since: Instant::now(),
        }
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Opening")
    }
}

/// The index from which the next wait looks, where an event is history: the store had gone on when it registered the
/// wait.
fn next_in_history(event: Option<u64>, from: Option<u64>, store: Option<u64>) -> Option<u64> {
    let (event, from, store) = (event?, from?, store?);
    (from <= store && event < store).then_some(event + 1)
}

/// The index of an event; none where it is no event.
pub fn index_of(event: &str) -> Option<u64> {
    let event: Event = serde_json::from_str(event).ok()?;
    Some(event.node.modified_index)
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_history_is_read_ahead() {
        let event = r#"{"action":"set","node":{"key":"/a","value":"v","modifiedIndex":7,"createdIndex":7}}"#;
        let table = [
            (event, Some(5), Some(9), Some(8)),
            (event, Some(7), Some(8), Some(8)),
            (event, Some(7), Some(7), None),
            (event, Some(7), Some(6), None),
            (event, Some(9), Some(8), None),
            (event, None, Some(9), None),
            (event, Some(5), None, None),
            ("not JSON", Some(5), Some(9), None),
            (r#"{"node":{"modifiedIndex":-1}}"#, Some(5), Some(9), None),
        ];
        for (event, from, store, next) in table {
            assert_eq!(
                next_in_history(index_of(event), from, store),
                next,
                "{event} {from:?} {store:?}"
            );
        }
    }
}
