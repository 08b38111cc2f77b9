//! The connections that have not sent their first request yet. A write lets the connections that came before it send theirs: a program
//! that starts a wait on a new connection, and then writes on one that is open, gets the event of that write.
//!
//! A connection that sends nothing cannot delay writes for long: after one, writes wait for nobody for a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A write waits for the first request of a connection at most so long after the connection was accepted.
const REQUEST_LIMIT: Duration = Duration::from_millis(250);

/// How long writes wait for no connection, after a write has waited in vain for one that sent nothing.
const SUSPENSION: Duration = Duration::from_secs(10);

/// How often a write looks whether the earlier connections have sent their requests.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

#[derive(Debug)]
struct Accepted {
    at: Instant,
    /// Whether its first request has come, which is being registered.
    has_request: bool,
}

impl Accepted {
    fn is_late(&self) -> bool {
        self.at.elapsed() >= REQUEST_LIMIT
    }
}

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    /// By their numbers. Numbers and times grow together.
    accepted: BTreeMap<u64, Accepted>,
    suspended_until: Option<Instant>,
}

impl Entries {
    fn forget_late(&mut self) {
        while let Some(first) = self.accepted.first_entry()
            && first.get().is_late()
        {
            first.remove();
        }
    }

    fn is_suspended(&self) -> bool {
        self.suspended_until
            .is_some_and(|until| Instant::now() < until)
    }

    /// Whether a write goes on waiting for the connections before a number.
    fn awaits(&mut self, end: u64) -> bool {
        if self.is_suspended() {
            return false;
        }
        while let Some(first) = self.accepted.first_entry()
            && *first.key() < end
        {
            if !first.get().is_late() {
                return true;
            }
            if !first.remove().has_request {
                self.suspended_until = Some(Instant::now() + SUSPENSION);
                return false;
            }
        }
        false
    }
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
        let accepted = Accepted {
            at: Instant::now(),
            has_request: false,
        };
        entries.accepted.insert(number, accepted);
        NewConnection {
            number,
            all: self.clone(),
        }
    }

    /// Resolves when each connection that was accepted before has sent its first request, or has been silent for too long. It takes a
    /// millisecond at least: connections that have arrived may not have been accepted yet.
    pub async fn first_requests(&self) {
        sleep(POLL_INTERVAL).await;
        let end = self.begin();
        while self.lock().awaits(end) {
            sleep(POLL_INTERVAL).await;
        }
    }

    fn begin(&self) -> u64 {
        let mut entries = self.lock();
        entries.forget_late();
        entries.next
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NewConnection {
    /// Its first request has come. The connection is new until the request is registered.
    pub fn note_request(&self) {
        let mut entries = self.all.lock();
        if let Some(accepted) = entries.accepted.get_mut(&self.number) {
            accepted.has_request = true;
        }
    }
}

impl Drop for NewConnection {
    fn drop(&mut self) {
        self.all.lock().accepted.remove(&self.number);
    }
}

#[cfg(test)]
mod tests;
