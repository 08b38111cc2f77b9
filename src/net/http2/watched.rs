//! The bytes of a connection, observed: h2 keeps neither the reason of an end nor the time of the last read.

use super::super::failure;
use super::super::stream::{Secure, TLS_RECORD};
use super::written::Written;
use crate::api::error::Failure;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// The observed bytes of a connection.
#[derive(Debug)]
pub struct Watched {
    stream: Secure,
    seen: Arc<Seen>,
}

/// The observations of a connection.
#[derive(Debug)]
pub struct Seen {
    fault: OnceLock<Failure>,
    is_closed: AtomicBool,
    in_flight: AtomicUsize,
    written: Mutex<Written>,
    opened: Instant,
    /// In milliseconds after the connection was opened.
    last_read: AtomicU64,
}

impl Watched {
    /// Starts to observe a connection.
    pub fn new(stream: Secure, seen: Arc<Seen>) -> Self {
        Watched { stream, seen }
    }
}

impl Default for Seen {
    fn default() -> Self {
        Seen {
            fault: OnceLock::new(),
            is_closed: AtomicBool::new(false),
            in_flight: AtomicUsize::new(0),
            written: Mutex::new(Written::new()),
            opened: Instant::now(),
            last_read: AtomicU64::new(0),
        }
    }
}

impl Seen {
    /// The failure that ended the connection, if it is known.
    pub fn known_fault(&self) -> Option<Failure> {
        self.fault.get().cloned()
    }

    /// Notes the failure that ended the connection. It does not tell how far a request got.
    pub fn fault(&self) -> Failure {
        self.known_fault().unwrap_or_else(failure::hung_up)
    }

    pub(super) fn note_fault(&self, fault: Failure) {
        let _ = self.fault.set(fault);
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// The number of requests that the connection serves.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub(super) fn count_request(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// The time for which nothing has arrived.
    pub fn silence(&self) -> Duration {
        let last = Duration::from_millis(self.last_read.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(last)
    }

    /// Gives up the request on a stream. True if it was not written: then it never will be.
    pub(super) fn give_up(&self, stream: u32) -> bool {
        self.written().give_up(stream)
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note<T>(&self, done: &Poll<io::Result<T>>) {
        if let Poll::Ready(Err(error)) = done {
            self.note_fault(failure::of_broken(error));
        }
    }

    fn note_read(&self) {
        let at = self.opened.elapsed().as_millis();
        self.last_read
            .store(u64::try_from(at).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.seen.note(&read);
        if read.is_ready() {
            self.seen.note_read();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let bytes = &bytes[..bytes.len().min(TLS_RECORD)];
        let seen = self.seen.clone();
        let mut requests = seen.written();
        if !requests.allows(bytes) {
            return Poll::Ready(Err(io::Error::other("a request that was given up")));
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            requests.note(&bytes[..count]);
        }
        seen.note(&written);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.seen.note(&flushed);
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
