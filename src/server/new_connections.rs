//! The connections that have not sent their first request yet. A write lets those that came before it go first: a program that starts a
//! wait on a new connection, and then writes on one that is open, sees its write.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// So long after a connection was accepted, writes no longer wait for its first request.
const REQUEST_LIMIT: Duration = Duration::from_millis(250);

/// How often a write looks whether the earlier connections have sent their requests.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    /// When each was accepted, by their numbers. Numbers and times grow together.
    accepted: BTreeMap<u64, Instant>,
}

/// The connections that have not sent their first request yet.
#[derive(Debug, Clone, Default)]
pub struct NewConnections(Arc<Mutex<Entries>>);

/// A connection counts as new until this is dropped.
#[derive(Debug)]
pub struct NewConnection {
    number: u64,
    all: NewConnections,
}

impl NewConnections {
    /// Adds a connection that has just been accepted.
    pub fn add(&self) -> NewConnection {
        let mut entries = self.lock();
        let number = entries.next;
        entries.next += 1;
        entries.accepted.insert(number, Instant::now());
        NewConnection {
            number,
            all: self.clone(),
        }
    }

    /// Resolves when each connection that is new now has sent its first request, or has had its time for it. It takes a millisecond at
    /// least: connections that have arrived may not have been accepted yet.
    pub async fn first_requests(&self) {
        sleep(POLL_INTERVAL).await;
        let end = self.lock().next;
        while self.has_before(end) {
            sleep(POLL_INTERVAL).await;
        }
    }

    fn has_before(&self, end: u64) -> bool {
        let mut entries = self.lock();
        while let Some(first) = entries.accepted.first_entry() {
            if first.get().elapsed() < REQUEST_LIMIT {
                return *first.key() < end;
            }
            first.remove();
        }
        false
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for NewConnection {
    fn drop(&mut self) {
        self.all.lock().accepted.remove(&self.number);
    }
}

#[cfg(test)]
mod tests;
