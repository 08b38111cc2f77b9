//! A connection whose client must read, and must send what it has begun: a write that makes no progress for a time fails, and so does
//! the read of a header section that is not complete in time.

use super::activity::Activity;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// After so many bytes without a pause others have their turn, among them the timers of this connection. hyper reads on and on where
/// a chunk size has zeros without end.
const TURN: usize = 64 * 1024;

/// A connection with time limits.
pub struct Guarded<S> {
    stream: S,
    activity: Arc<Activity>,
    limit: Duration,
    /// The bytes read since the last pause.
    read: usize,
    /// Runs while a header section is awaited.
    awaited: Option<Pin<Box<Sleep>>>,
    /// Runs while a write is blocked.
    blocked: Option<Pin<Box<Sleep>>>,
}

impl<S> Guarded<S> {
    /// Guards a connection. `limit`: the time for a write.
    pub fn new(stream: S, activity: Arc<Activity>, limit: Duration) -> Self {
        Guarded {
            stream,
            activity,
            limit,
            read: 0,
            awaited: None,
            blocked: None,
        }
    }

    fn read_or_pause(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>
    where
        S: AsyncRead + Unpin,
    {
        if self.read >= TURN {
            self.read = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        match read.is_ready() {
            true => self.read += buffer.filled().len() - before,
            false => self.read = 0,
        }
        read
    }

    /// Pending, or an error after the deadline.
    fn until(&mut self, context: &mut Context<'_>, deadline: Instant) -> Poll<io::Result<()>> {
        let is_other = |sleep: &mut Pin<Box<Sleep>>| sleep.deadline() != deadline;
        if self.awaited.as_mut().is_none_or(is_other) {
            self.awaited = Some(Box::pin(sleep_until(deadline)));
        }
        let awaited = self.awaited.as_mut();
        match awaited.map(|sleep| sleep.as_mut().poll(context)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            _ => Poll::Pending,
        }
    }

    /// The result of a write, or an error if it is blocked for too long.
    fn within<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.blocked = None;
            return written;
        }
        let limit = self.limit;
        let blocked = self.blocked.get_or_insert_with(|| Box::pin(sleep(limit)));
        match blocked.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = this.read_or_pause(context, buffer);
        if buffer.filled().len() > before {
            this.activity.receive();
        }
        match (&read, this.activity.deadline()) {
            (Poll::Pending, Some(deadline)) => this.until(context, deadline),
            _ => {
                this.awaited = None;
                read
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.within(context, written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(context);
        // hyper flushes a connection when it has written all that it had.
        if matches!(flushed, Poll::Ready(Ok(()))) {
            this.activity.rest();
        }
        this.within(context, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let ended = Pin::new(&mut this.stream).poll_shutdown(context);
        this.within(context, ended)
    }
}
