//! The bytes of a connection, on their way between the socket and h2: h2 keeps neither the reason of an end nor the time of the last
//! read, and does not tell which requests were written.

use super::super::stream::{Stream, TLS_RECORD};
use super::status::ConnectionStatus;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection that notes in its status what happens on it.
#[derive(Debug)]
pub struct ConnectionIo {
    stream: Stream,
    status: Arc<ConnectionStatus>,
}

impl ConnectionIo {
    /// Notes from now on.
    pub fn new(stream: Stream, status: Arc<ConnectionStatus>) -> Self {
        ConnectionIo { stream, status }
    }
}

impl AsyncRead for ConnectionIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.status.note(&read);
        if read.is_ready() {
            self.status.note_read(buffer.filled().get(before));
        }
        read
    }
}

impl AsyncWrite for ConnectionIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let bytes = &bytes[..bytes.len().min(TLS_RECORD)];
        let status = self.status.clone();
        let mut requests = status.sent_requests();
        if !requests.allows(bytes) {
            return Poll::Ready(Err(io::Error::other("a request that was given up")));
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            requests.note(&bytes[..count]);
        }
        status.note(&written);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.status.note(&flushed);
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
