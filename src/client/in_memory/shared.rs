//! A store that clients share: the state machine behind a lock, its clock, and who waits for the answers of registered waits.

use super::faults::{Fault, Plan};
use super::registered::Registered;
use crate::api::request::Request;
use crate::memory::{Answer, Delivery, Malformed, Memory, Rejected, Reply, WatcherId};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::{Notify, oneshot};
use tokio::time::sleep;

/// A store that clients share.
#[derive(Debug, Default)]
pub struct Shared {
    state: Mutex<State>,
    /// The next expiry is another one, or the clock was moved.
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    memory: Memory,
    /// How far the clock is ahead of the system's.
    ahead: Duration,
    waiting: HashMap<WatcherId, oneshot::Sender<Answer>>,
    plan: Plan,
}

/// What a request brings.
#[derive(Debug)]
pub enum Applied {
    /// The answer.
    Answered(Answer),
    /// The wait is registered.
    Registered(Registered),
}

impl Shared {
    /// Does what a request asks for.
    ///
    /// # Errors
    /// If the request is none for a store, or its key cannot be one.
    pub fn apply(self: &Arc<Self>, request: &Request) -> Result<Applied, Rejected> {
        self.change(|state, now| {
            let applied = state.memory.apply(now, request)?;
            state.deliver(applied.deliveries);
            Ok(match applied.reply {
                Reply::Answer(answer) => Applied::Answered(answer),
                Reply::Registered { watcher, index } => {
                    let (sender, answer) = oneshot::channel();
                    state.waiting.insert(watcher, sender);
                    Applied::Registered(Registered::new(self.clone(), watcher, answer, index))
                }
            })
        })
    }

    /// Ends a registered wait. Returns the store's index: later events are not told to the wait.
    pub(super) fn stop(&self, watcher: WatcherId) -> u64 {
        let mut state = self.state();
        state.waiting.remove(&watcher);
        state.memory.stop(watcher);
        state.memory.index()
    }

    /// The store's index.
    pub fn index(&self) -> u64 {
        self.state().memory.index()
    }

    /// The number of registered waits.
    pub fn watchers(&self) -> usize {
        self.state().memory.watchers()
    }

    /// The number of nodes that have expired.
    pub fn expired(&self) -> u64 {
        self.change(|state, _| {
            state.expire();
            state.memory.expired()
        })
    }

    /// Moves the clock on: what expires meanwhile has expired.
    pub fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.ahead = state.ahead.saturating_add(time);
        state.expire();
        drop(state);
        self.changed.notify_waiters();
    }

    /// All keys as JSON.
    pub fn dump(&self) -> String {
        self.change(|state, now| {
            state.expire();
            state.memory.dump(now)
        })
    }

    /// Replaces all keys.
    ///
    /// # Errors
    /// If the tree is malformed. The store is as it was.
    pub fn load(&self, tree: &Value) -> Result<(), Malformed> {
        self.change(|state, now| {
            let deliveries = state.memory.load(now, tree)?;
            state.deliver(deliveries);
            Ok(())
        })
    }

    /// Plans the faults of the next calls, in place of those planned before.
    pub fn plan(&self, plan: Plan) {
        self.state().plan = plan;
    }

    /// The fault that is planned for a request. It counts as used.
    pub fn planned(&self, request: &Request) -> Option<Fault> {
        self.state().plan.take(request)
    }

    /// Loses the event history, as a cluster does after 1,000 events.
    pub fn forget_history(&self) {
        self.state().memory.forget_history();
    }

    /// Removes keys when they expire, and so ends waits. Never ends.
    pub async fn keep_expiring(&self) {
        loop {
            let changed = self.changed.notified();
            let due = self.state().due();
            let expiry = async {
                match due {
                    Some(left) => sleep(left).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = changed => {}
                () = expiry => self.state().expire(),
            }
        }
    }

    /// Changes the state. Tells those who sleep until an expiry if the next one is another one now.
    fn change<T>(&self, change: impl FnOnce(&mut State, SystemTime) -> T) -> T {
        let mut state = self.state();
        let before = state.memory.next_expiry();
        let now = state.now();
        let result = change(&mut state, now);
        let is_other = state.memory.next_expiry() != before;
        drop(state);
        if is_other {
            self.changed.notify_waiters();
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> SystemTime {
        SystemTime::now()
            .checked_add(self.ahead)
            .unwrap_or_else(SystemTime::now)
    }

    /// The time until the next expiry.
    fn due(&self) -> Option<Duration> {
        let next = self.memory.next_expiry()?;
        Some(next.duration_since(self.now()).unwrap_or_default())
    }

    fn expire(&mut self) {
        let now = self.now();
        let deliveries = self.memory.expire(now);
        self.deliver(deliveries);
    }

    fn deliver(&mut self, deliveries: Vec<Delivery>) {
        for Delivery { watcher, answer } in deliveries {
            if let Some(sender) = self.waiting.remove(&watcher) {
                // A wait whose caller has stopped takes no answer.
                let _ = sender.send(answer);
            }
        }
    }
}
