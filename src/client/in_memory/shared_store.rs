//! A store that clients share: the state machine behind a lock, its clock, and who waits for the answers of registered waits.

use super::expirer::Expirer;
use super::faults::{Fault, FaultPlan};
use super::registered::Registered;
use crate::api::request::Request;
use crate::memory::{Answer, Call, Delivery, Malformed, Memory, Rejected, Reply, WatcherId};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::oneshot;

/// The clock of a store is at most so far ahead of the system's: 100 years. Etcd's times to live end in 2262.
pub const FURTHEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A store that clients share.
#[derive(Debug, Default)]
pub struct SharedStore {
    state: Mutex<State>,
    expirer: Expirer,
}

#[derive(Debug, Default)]
struct State {
    memory: Memory,
    /// How far the clock is ahead of the system's.
    ahead: Duration,
    waiting: HashMap<WatcherId, oneshot::Sender<Answer>>,
    plan: FaultPlan,
    /// Whether a task removes what expires.
    has_expirer: bool,
}

/// The clock of a store would be too far ahead of the system's.
#[derive(Debug, PartialEq, Eq)]
pub struct TooFar {
    /// How far it is ahead, and remains so.
    pub ahead: Duration,
}

/// The answer to a request, or its registered wait.
#[derive(Debug)]
pub enum Applied {
    /// The answer.
    Answered(Answer),
    /// The wait is registered.
    Registered(Registered),
}

impl SharedStore {
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

    /// Ends a registered wait. Returns the store's index: the wait is not notified of later events.
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

    /// Moves the clock on, and removes the keys whose times to live end by then.
    ///
    /// # Errors
    /// If the clock would be further ahead of the system's than [`FURTHEST`]. The store is as it was.
    pub fn advance(&self, time: Duration) -> Result<(), TooFar> {
        let mut state = self.state();
        let ahead = state.ahead.saturating_add(time);
        if ahead > FURTHEST {
            let ahead = state.ahead;
            return Err(TooFar { ahead });
        }
        state.ahead = ahead;
        state.expire();
        drop(state);
        self.expirer.changed.notify_one();
        Ok(())
    }

    /// Sets the clock ahead as the system does: nothing is notified.
    #[cfg(test)]
    pub(super) fn set_ahead(&self, ahead: Duration) {
        self.state().ahead = ahead;
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
    pub fn plan(&self, plan: FaultPlan) {
        self.state().plan = plan;
    }

    /// Takes the fault that is planned for a request out of the plan. A request whose key cannot be one takes none.
    pub fn planned(&self, request: &Request) -> Option<Fault> {
        match Call::of(request) {
            Err(Rejected::Key(_)) => None,
            _ => self.state().plan.take(request),
        }
    }

    /// Loses the event history, as a cluster does after 1,000 events.
    pub fn forget_history(&self) {
        self.state().memory.forget_history();
    }

    pub(super) fn expirer(&self) -> &Expirer {
        &self.expirer
    }

    /// Whether the caller is to start the task that removes what expires: there is none.
    pub(super) fn claim_expirer(&self) -> bool {
        !std::mem::replace(&mut self.state().has_expirer, true)
    }

    /// The task that removes what expires has ended.
    pub(super) fn release_expirer(&self) {
        self.state().has_expirer = false;
    }

    /// Removes what has expired. Returns the time until the next expiry, if there is one; `None` if no wait is registered.
    pub(super) fn look(&self) -> Option<Option<Duration>> {
        let mut state = self.state();
        state.expire();
        (state.memory.watchers() > 0).then(|| state.due())
    }

    /// Changes the state. Wakes the task that sleeps until the next expiry if the change has moved it.
    fn change<T>(&self, change: impl FnOnce(&mut State, SystemTime) -> T) -> T {
        let mut state = self.state();
        let before = state.memory.next_expiry();
        let now = state.now();
        let result = change(&mut state, now);
        let is_moved = state.has_expirer && state.memory.next_expiry() != before;
        drop(state);
        if is_moved {
            self.expirer.changed.notify_one();
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SharedStore {
    fn drop(&mut self) {
        self.expirer.changed.notify_one();
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
