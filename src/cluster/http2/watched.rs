//! Looks over the shoulder of the HTTP library, which does not say why a connection ended, nor when it has read.

use super::super::failure;
use super::super::stream::Secure;
use crate::error::Failure;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

/// The bytes of a connection.
#[derive(Debug)]
pub struct Watched {
    stream: Secure,
    seen: Arc<Seen>,
}

/// What was seen of a connection.
#[derive(Debug, Default)]
pub struct Seen {
    /// Why it has ended.
    pub fault: OnceLock<Failure>,
    /// All that has come is read.
    pub has_read: Notify,
}

impl Watched {
    /// Notes what is seen of a connection.
    pub fn new(stream: Secure, seen: Arc<Seen>) -> Self {
        Watched { stream, seen }
    }
}

impl Seen {
    fn note<T>(&self, done: &Poll<io::Result<T>>) {
        if let Poll::Ready(Err(error)) = done {
            let _ = self.fault.set(failure::of_broken(error));
        }
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
        if read.is_pending() {
            self.seen.has_read.notify_one();
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
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.seen.note(&written);
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
