//! The bytes of a connection, in cleartext or through TLS. What carries TLS may itself go through TLS: to a proxy.

use socket2::SockRef;
use std::io::{self, IoSlice, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A TLS record carries at most this many bytes of plaintext (RFC 8446 §5.1), and a server cannot decrypt an incomplete record. So, if
/// a write of at most this many bytes fails, the server has read none of them.
pub const TLS_RECORD: usize = 16 * 1024;

/// The most reads of an idle connection through TLS, of at most 4 KB each. A server may send a few session tickets
/// (RFC 8446 §4.6.1). A connection that brings more is closed: a server could send tickets for ever.
const IDLE_READS: usize = 4;

/// A connection through TLS.
#[derive(Debug)]
pub struct Secure(Box<TlsStream<Stream>>);

/// A connection to a host, in cleartext or through TLS.
#[derive(Debug)]
pub enum Stream {
    /// In cleartext.
    Clear(TcpStream),
    /// In cleartext, but through TLS as far as the host's proxy.
    ClearBehind(Secure),
    /// Through TLS.
    Secure(Secure),
}

impl Stream {
    /// Waits until a read may return bytes. TLS cannot tell before the read.
    pub fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Clear(tcp) => tcp.poll_read_ready(context),
            Stream::ClearBehind(_) | Stream::Secure(_) => Poll::Ready(Ok(())),
        }
    }

    /// Whether nothing has arrived on an idle connection, not even its end. This asks the system: tokio knows a socket only as of the
    /// runtime's last look at it.
    pub fn is_silent(&mut self) -> bool {
        match self {
            Stream::Clear(tcp) => is_blocked(&(&*SockRef::from(&*tcp)).read(&mut [0])),
            Stream::ClearBehind(tls) | Stream::Secure(tls) => tls.is_silent(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Clear(tcp) => Pin::new(tcp).poll_read(context, buffer),
            Stream::ClearBehind(tls) | Stream::Secure(tls) => {
                Pin::new(tls).poll_read(context, buffer)
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Clear(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Stream::ClearBehind(tls) | Stream::Secure(tls) => {
                Pin::new(tls).poll_write(context, bytes)
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Clear(tcp) => Pin::new(tcp).poll_write_vectored(context, pieces),
            Stream::ClearBehind(tls) | Stream::Secure(tls) => {
                Pin::new(tls).poll_write_vectored(context, pieces)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Clear(tcp) => Pin::new(tcp).poll_flush(context),
            Stream::ClearBehind(tls) | Stream::Secure(tls) => Pin::new(tls).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Clear(tcp) => Pin::new(tcp).poll_shutdown(context),
            Stream::ClearBehind(tls) | Stream::Secure(tls) => Pin::new(tls).poll_shutdown(context),
        }
    }
}

impl Secure {
    /// A connection after its handshake.
    pub fn new(stream: TlsStream<Stream>) -> Self {
        Secure(Box::new(stream))
    }

    /// The protocol that ALPN has chosen, if it has.
    pub fn protocol(&self) -> Option<&[u8]> {
        self.0.get_ref().1.alpn_protocol()
    }

    /// Whether an idle connection has brought at most a few session tickets and key updates, which are not for the application
    /// (RFC 8446 §4.6). Behind a proxy that cannot be told.
    fn is_silent(&mut self) -> bool {
        let (Stream::Clear(tcp), session) = self.0.get_mut() else {
            return false;
        };
        let socket = SockRef::from(&*tcp);
        for _ in 0..IDLE_READS {
            match session.process_new_packets() {
                Ok(state) if state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed() => {}
                _ => return false,
            }
            match session.read_tls(&mut &*socket) {
                Ok(1..) => {}
                read => return is_blocked(&read),
            }
        }
        false
    }

    /// Reads at most one byte.
    fn probe(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut byte = [0];
        Pin::new(self).poll_read(context, &mut ReadBuf::new(&mut byte))
    }

    /// After a failed write, reads what has arrived: a server that closes a connection may have sent the reason before. With TLS 1.3 it
    /// refuses a client's certificate after the client has ended the handshake.
    fn because<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match written {
            Poll::Ready(Err(error)) if is_closed(&error) => {
                ready!(self.probe(context))?;
                Poll::Ready(Err(error))
            }
            written => written,
        }
    }
}

fn is_blocked<T>(read: &io::Result<T>) -> bool {
    matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind as Is;
    matches!(
        error.kind(),
        Is::BrokenPipe | Is::ConnectionReset | Is::ConnectionAborted
    )
}

impl AsyncRead for Secure {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.get_mut().0).poll_read(context, buffer);
        read.map(|read| read.or_else(end_without_notice))
    }
}

/// Node accepts the end of a connection without `close_notify` as its end.
fn end_without_notice(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Ok(()),
        _ => Err(error),
    }
}

impl AsyncWrite for Secure {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.0).poll_write(context, bytes);
        self.because(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.0).poll_write_vectored(context, pieces);
        self.because(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.0).poll_flush(context);
        self.because(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
