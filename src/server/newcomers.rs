//! The connections that have not sent their first request yet. A write lets those that came before it go first: a program that starts a
//! wait on a new connection, and then writes on one that is open, sees its write.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// So long after a connection was accepted, writes no longer wait for its first request.
const PATIENCE: Duration = Duration::from_millis(250);

/// The time between two looks at whether the earlier connections have sent their requests.
const LOOK: Duration = Duration::from_millis(1);

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    /// When each was accepted, by their numbers. Numbers and times grow together.
    accepted: BTreeMap<u64, Instant>,
}

/// The connections that have not sent their first request yet.
#[derive(Debug, Clone, Default)]
pub struct Newcomers(Arc<Mutex<Entries>>);

/// A connection is among the newcomers until this is dropped.
#[derive(Debug)]
pub struct Newcomer {
    number: u64,
    newcomers: Newcomers,
}

impl Newcomers {
    /// Adds a connection that has just been accepted.
    pub fn add(&self) -> Newcomer {
        let mut entries = self.lock();
        let number = entries.next;
        entries.next += 1;
        entries.accepted.insert(number, Instant::now());
        Newcomer {
            number,
            newcomers: self.clone(),
        }
    }

    /// Resolves when each connection that is a newcomer now has sent its first request, or has had its time for it. It takes a
    /// millisecond at least: connections that have arrived may not have been accepted yet.
    pub async fn gone(&self) {
        sleep(LOOK).await;
        let end = self.lock().next;
        while self.has_before(end) {
            sleep(LOOK).await;
        }
    }

    fn has_before(&self, end: u64) -> bool {
        let mut entries = self.lock();
        while let Some(first) = entries.accepted.first_entry() {
            if first.get().elapsed() < PATIENCE {
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

impl Drop for Newcomer {
    fn drop(&mut self) {
        self.newcomers.lock().accepted.remove(&self.number);
    }
}

#[cfg(test)]
mod tests;
