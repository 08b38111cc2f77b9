//! What is known of a connection: its in-flight count, its end, and when it was read from last.

use super::super::failure::{self, NoHttp2};
use super::sent_requests::SentRequests;
use crate::api::error::Failure;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// What is known of a connection.
#[derive(Debug)]
pub struct ConnectionStatus {
    fault: OnceLock<Failure>,
    is_closed: AtomicBool,
    in_flight: AtomicUsize,
    sent_requests: Mutex<SentRequests>,
    opened: Instant,
    first_byte: OnceLock<u8>,
    /// In milliseconds after the connection was opened.
    last_read: AtomicU64,
}

impl Default for ConnectionStatus {
    fn default() -> Self {
        ConnectionStatus {
            fault: OnceLock::new(),
            is_closed: AtomicBool::new(false),
            in_flight: AtomicUsize::new(0),
            sent_requests: Mutex::new(SentRequests::new()),
            opened: Instant::now(),
            first_byte: OnceLock::new(),
            last_read: AtomicU64::new(0),
        }
    }
}

impl ConnectionStatus {
    /// The failure that ended the connection, if it is known.
    pub fn known_fault(&self) -> Option<Failure> {
        self.fault.get().cloned()
    }

    /// The failure that ended the connection. It does not tell how far a request got.
    pub fn fault(&self) -> Failure {
        self.known_fault().unwrap_or_else(failure::hung_up)
    }

    /// Why a connection in cleartext ended before its SETTINGS. The first byte of HTTP/2 is the high byte of the length of SETTINGS, which is
    /// zero (RFC 9113 §4.2).
    pub fn fault_before_settings(&self) -> Failure {
        match self.first_byte.get() {
            Some(0) => self.fault(),
            Some(_) => failure::no_http2(NoHttp2::OtherAnswer),
            None => failure::no_http2(NoHttp2::Closed),
        }
    }

    /// Notes the failure that ends the connection. The first one counts.
    pub fn note_fault(&self, fault: Failure) {
        let _ = self.fault.set(fault);
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// Notes that the connection has ended.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// The number of requests and streams that the connection serves.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Counts one more request or stream.
    pub fn add_in_flight(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one fewer.
    pub fn remove_in_flight(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// The time for which nothing has arrived.
    pub fn silence(&self) -> Duration {
        let last = Duration::from_millis(self.last_read.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(last)
    }

    /// Gives up the request on a stream. True if it was not written: then it never will be.
    pub fn give_up(&self, stream: u32) -> bool {
        self.sent_requests().give_up(stream)
    }

    /// The requests that were written.
    pub fn sent_requests(&self) -> MutexGuard<'_, SentRequests> {
        let requests = self.sent_requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the failure of a read or a write.
    pub fn note<T>(&self, done: &Poll<io::Result<T>>) {
        if let Poll::Ready(Err(error)) = done {
            self.note_fault(failure::of_broken(error));
        }
    }

    /// Notes a read, and the first byte that it brought, if any.
    pub fn note_read(&self, first: Option<&u8>) {
        if let Some(byte) = first {
            self.first_byte.get_or_init(|| *byte);
        }
        let at = self.opened.elapsed().as_millis();
        self.last_read
            .store(u64::try_from(at).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
