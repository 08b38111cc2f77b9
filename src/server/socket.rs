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
#[cfg(any(test, not(target_os = "linux")))]
use tokio::time::sleep;

/// A client that has vanished without a word is noticed by probes at this interval, as in etcd.
const PROBES: Duration = Duration::from_secs(30);

/// How often a connection with bytes that nobody has read is looked at for its end.
#[cfg(any(test, not(target_os = "linux")))]
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

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

    /// Resolves when the client has closed its side. hyper does not see it behind bytes that it has not yet parsed.
    pub async fn closed(&self) {
        #[cfg(target_os = "linux")]
        let _ = self.0.ready(Interest::PRIORITY).await;
        #[cfg(not(target_os = "linux"))]
        self.closed_by_checks().await;
    }

    /// The same where the system does not report the end apart from unread bytes: a connection with unread bytes is always ready.
    #[cfg(any(test, not(target_os = "linux")))]
    async fn closed_by_checks(&self) {
        while let Ok(ready) = self.0.ready(Interest::READABLE).await {
            if ready.is_read_closed() {
                return;
            }
            sleep(CHECK_INTERVAL).await;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    const LONG: Duration = Duration::from_secs(30);

    /// A socket and its client, which has sent bytes that nobody reads.
    async fn connected() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let mut client = client.unwrap();
        client.write_all(b"GET /").await.unwrap();
        (Socket::new(accepted.unwrap().0), client)
    }

    #[tokio::test]
    async fn the_end_of_a_client_is_seen_behind_unread_bytes_on_each_system() {
        for is_by_checks in [false, true] {
            let (socket, mut client) = connected().await;
            let closed = async {
                match is_by_checks {
                    true => socket.closed_by_checks().await,
                    false => socket.closed().await,
                }
            };
            let mut closed = pin!(closed);
            let early = timeout(CHECK_INTERVAL / 2, &mut closed).await;
            assert!(early.is_err(), "it has not closed");
            client.shutdown().await.unwrap();
            timeout(LONG, closed).await.unwrap();
        }
    }
}
