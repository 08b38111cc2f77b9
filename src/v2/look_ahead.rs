//! Looks one event ahead while waits read etcd's event history.
//!
//! Between an event and the wait for the next event lie two hops between threads and a callback. If the store had a higher index
//! when it gave the event, the poll for the next event is sent during that time, and the next wait takes it over. A poll that
//! no wait takes over within [`KEPT`] is dropped.

use super::{Cluster, Encoded, Incoming};
use crate::api::request::Wait;
use crate::waits::sweep_every;
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::Instant;

/// The time for which a poll is kept for its wait.
const KEPT: Duration = Duration::from_millis(100);

/// The future of a poll is polled this often to send the request: it yields once on a connection that has just been used.
const POLLS: usize = 2;

/// The polls that were sent ahead, by their paths.
#[derive(Debug, Default)]
pub struct LookAhead(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    polls: HashMap<String, SentAhead>,
    /// Whether a task is running that drops polls which no wait has taken.
    is_swept: bool,
}

/// A poll whose header section has not been read.
struct SentAhead {
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

impl LookAhead {
    /// Sends the poll for the event after this one, if that event is in the history. The wait looked from the index `from`, and
    /// the store had the index `store` when it registered the wait.
    pub fn send_next(
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
            self.enter(
                encoded.path.clone(),
                SentAhead::new(cluster.clone(), encoded),
            );
        }
    }

    /// Takes the poll with this path over. `None` if no such poll was sent, or if it failed.
    pub async fn take(&self, path: &str) -> Option<Incoming> {
        let poll = self.state().polls.remove(path)?;
        poll.incoming.await
    }

    /// Drops all polls.
    pub fn clear(&self) {
        self.state().polls.clear();
    }

    fn enter(self: &Arc<Self>, path: String, poll: SentAhead) {
        let mut state = self.state();
        state.polls.insert(path, poll);
        if !std::mem::replace(&mut state.is_swept, true) {
            sweep_every(KEPT, self, LookAhead::drop_old);
        }
    }

    /// Drops the polls that no wait has taken. False if no poll is left.
    fn drop_old(&self) -> bool {
        let mut state = self.state();
        state.polls.retain(|_, poll| poll.since.elapsed() < KEPT);
        state.is_swept = !state.polls.is_empty();
        state.is_swept
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SentAhead {
    /// Sends the request if a connection is idle. The answer stays in the socket until a wait takes the poll over.
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
        SentAhead {
            incoming,
            since: Instant::now(),
        }
    }
}

impl fmt::Debug for SentAhead {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SentAhead")
    }
}

/// The index from which the next wait looks, if its event may be in the history: the store had a higher index than the event
/// when it registered the wait.
fn next_in_history(event: Option<u64>, from: Option<u64>, store: Option<u64>) -> Option<u64> {
    let (event, from, store) = (event?, from?, store?);
    (from <= store && event < store).then_some(event + 1)
}

/// The index of an event; `None` if the text is no event.
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
    fn only_events_in_the_history_are_polled_ahead() {
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
