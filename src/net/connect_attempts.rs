//! The attempts to connect to the addresses of a host, for the error if none succeeds.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The attempts of one request, which others may look at while they run. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ConnectAttempts(Arc<Mutex<Vec<Attempt>>>);

/// An attempt to connect to an address.
#[derive(Debug)]
pub struct Attempt {
    /// The address.
    pub address: SocketAddr,
    /// Why the attempt failed. `None` while it is running or waits for its turn.
    pub error: Option<io::Error>,
}

impl ConnectAttempts {
    /// Maps each attempt, in order.
    pub fn map<T>(&self, each: impl Fn(&Attempt) -> T) -> Vec<T> {
        self.lock().iter().map(each).collect()
    }

    /// Notes the addresses to try, in order.
    pub fn note_addresses(&self, addresses: &[SocketAddr]) {
        let attempts = addresses.iter().map(|&address| Attempt {
            address,
            error: None,
        });
        *self.lock() = attempts.collect();
    }

    /// Notes a failed attempt.
    pub fn note_failure(&self, address: SocketAddr, error: io::Error) {
        let mut attempts = self.lock();
        if let Some(attempt) = attempts.iter_mut().find(|it| it.address == address) {
            attempt.error = Some(error);
        }
    }

    /// Notes that an attempt has connected: later failures are not those of the attempts.
    pub fn note_connected(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Attempt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
