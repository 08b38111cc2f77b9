//! What a connection is doing, and which connections are idle.
//!
//! ```text
//! accepted ──▶ receiving ──a header section──▶ answering ──the body is handed over──▶ flushing ──all is sent──▶ idle
//!                │   ▲                                                                  │                      │ │
//!                │   └──────────────────────────────a byte──────────────────────────────┴──────────────────────┘ │
//!                └──too slow──▶ ended                                     ended ◀──others need the room──────────┘
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// A header section, until then.
    Receiving(Instant),
    /// A request is being answered.
    Answering,
    /// The rest of the answer is on its way to the client.
    Flushing,
    /// Its number among the idle connections.
    Idle(u64),
}

/// What a connection is doing.
#[derive(Debug)]
pub struct Activity {
    phase: Mutex<Phase>,
    limit: Duration,
    idle: Arc<IdleConnections>,
    cut: Notify,
}

/// The idle connections, the one that has been idle for the longest time first.
#[derive(Debug, Default)]
pub struct IdleConnections {
    state: Mutex<(u64, BTreeMap<u64, Weak<Activity>>)>,
}

impl IdleConnections {
    /// Ends the connection that has been idle for the longest time. Returns whether there was one.
    pub fn end_one(&self) -> bool {
        let first = lock(&self.state).1.pop_first();
        let activity = first.and_then(|(_, activity)| activity.upgrade());
        activity.is_some_and(|activity| {
            activity.cut.notify_one();
            true
        })
    }

    fn add(&self, activity: Weak<Activity>) -> u64 {
        let mut state = lock(&self.state);
        state.0 += 1;
        let number = state.0;
        state.1.insert(number, activity);
        number
    }

    fn remove(&self, number: u64) {
        lock(&self.state).1.remove(&number);
    }
}

impl Activity {
    /// A connection that has been accepted. `limit`: the time for a header section.
    pub fn new(limit: Duration, idle: Arc<IdleConnections>) -> Self {
        Activity {
            phase: Mutex::new(Phase::Receiving(Instant::now() + limit)),
            limit,
            idle,
            cut: Notify::new(),
        }
    }

    /// Bytes have come.
    pub fn receive(&self) {
        let phase = *lock(&self.phase);
        if matches!(phase, Phase::Flushing | Phase::Idle(_)) {
            self.enter(Phase::Receiving(Instant::now() + self.limit));
        }
    }

    /// A request has come.
    pub fn answer(&self) {
        self.enter(Phase::Answering);
    }

    /// The body of the answer has been handed over.
    pub fn flush(&self) {
        self.enter(Phase::Flushing);
    }

    /// All that was handed over has been sent.
    pub fn rest(self: &Arc<Self>) {
        let phase = *lock(&self.phase);
        if matches!(phase, Phase::Flushing) {
            let number = self.idle.add(Arc::downgrade(self));
            self.enter(Phase::Idle(number));
        }
    }

    /// Until when a header section must be complete.
    pub fn deadline(&self) -> Option<Instant> {
        match *lock(&self.phase) {
            Phase::Receiving(deadline) => Some(deadline),
            Phase::Answering | Phase::Flushing | Phase::Idle(_) => None,
        }
    }

    /// Resolves when the idle connection is to end, because others need the room.
    pub async fn cut(&self) {
        self.cut.notified().await;
    }

    fn enter(&self, phase: Phase) {
        let before = std::mem::replace(&mut *lock(&self.phase), phase);
        if let Phase::Idle(number) = before {
            self.idle.remove(number);
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.enter(Phase::Answering);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
