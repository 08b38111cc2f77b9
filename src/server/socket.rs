//! The socket of a connection. It is shared with the connection's wait, which ends when the client has gone.

use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

/// A client that has vanished without a word is noticed by probes at this interval, as in etcd.
const PROBES: Duration = Duration::from_secs(30);

/// Is ready when the client has closed the connection, also behind bytes that nobody has read.
#[cfg(target_os = "linux")]
const CLOSED: Interest = Interest::PRIORITY;
/// Is ready when the connection is broken.
#[cfg(not(target_os = "linux"))]
const CLOSED: Interest = Interest::ERROR;

/// Whether `Socket::closed` sees a client that has closed its side. Requests that have arrived are then answered, as in Go, and only
/// waits end. Elsewhere hyper looks for the end of the client, and drops the request that it finds unanswered.
pub const TELLS_CLOSED: bool = cfg!(target_os = "linux");

/// A socket.
#[derive(Debug, Clone)]
pub struct Socket(Arc<TcpStream>);

impl Socket {
    /// The socket of an accepted connection.
    pub fn new(stream: TcpStream) -> Self {
        // Without it an answer waits for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let probes = TcpKeepalive::new().with_time(PROBES).with_interval(PROBES);
        let _ = SockRef::from(&stream).set_tcp_keepalive(&probes);
        Socket(Arc::new(stream))
    }

    /// Resolves when the client has closed the connection. hyper does not see it behind bytes that it has not yet parsed.
    pub async fn closed(&self) {
        let _ = self.0.ready(CLOSED).await;
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            match self.0.try_read_buf(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(drop)),
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(SockRef::from(&*self.0).shutdown(Shutdown::Write))
    }
}
