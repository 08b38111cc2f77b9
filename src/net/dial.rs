//! Opens connections to hosts: in cleartext, or through TLS for `https`, and in a tunnel if a host has a proxy.
//!
//! ```text
//! a host without a proxy ──────────▶ TCP ──────────────────────────────┬──http──▶ Clear, ClearBehind
//! a host with a proxy ──▶ TCP, TLS to an https proxy ──CONNECT──▶ tunnel ──https, TLS to the host──▶ Secure
//! ```

use super::connect_attempts::ConnectAttempts;
use super::proxies::{Proxies, Proxy};
use super::stream::{Secure, Stream};
use super::time_limit::in_time;
use super::tls::{self, Tls};
use super::{dns, failure, race, tunnel};
use crate::api::error::Failure;
use http::Uri;
use http::uri::Scheme;
use rustls::ClientConfig;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

/// The interval at which an idle connection is probed: probes find a dead peer, and keep a firewall's entry alive.
pub const KEEPALIVE: Duration = Duration::from_secs(15);

/// How many probes a dead peer may leave unanswered.
pub const KEEPALIVE_RETRIES: u32 = 3;

/// The time for which an unused connection is kept.
pub const IDLE: Duration = Duration::from_secs(90);

/// How connections are opened. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dialer {
    tls: Arc<Tls>,
    proxies: Arc<Proxies>,
    limit: Option<Duration>,
}

impl Dialer {
    /// A dialer with a time limit for each connection; without one it waits for ever.
    pub fn new(limit: Option<Duration>, tls: Arc<Tls>, proxies: Arc<Proxies>) -> Self {
        Dialer {
            tls,
            proxies,
            limit,
        }
    }

    /// The time limit of opening a connection.
    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// The same failure of a connection to a host, with the name of the host's proxy.
    pub fn with_proxy(&self, uri: &Uri, failure: Failure) -> Failure {
        match self.proxies.proxy_for(uri) {
            Ok(Some(proxy)) => proxy.name_in(failure),
            _ => failure,
        }
    }

    /// Opens a connection in cleartext.
    pub async fn open(&self, uri: &Uri) -> Result<Stream, Failure> {
        let noted = ConnectAttempts::default();
        let opened = in_time(self.limit, self.reach(uri, &noted)).await;
        opened.unwrap_or_else(|| Err(self.timed_out(uri, &noted)))
    }

    /// Opens a connection through TLS, for one of these protocols.
    pub async fn open_secure(
        &self,
        uri: &Uri,
        protocols: tls::Protocols,
    ) -> Result<Secure, Failure> {
        let noted = ConnectAttempts::default();
        let opening = async {
            let stream = self.reach(uri, &noted).await?;
            let config = self.tls.config(protocols);
            let secured = handshake(config, self.tls.name_of(uri), stream).await;
            secured.map_err(|error| {
                let is_http2 = matches!(protocols, tls::Protocols::Http2);
                let refused = failure::of_refused_protocol(&error).filter(|_| is_http2);
                refused.unwrap_or_else(|| failure::of_handshake(&error, uri))
            })
        };
        let opened = in_time(self.limit, opening).await;
        opened.unwrap_or_else(|| Err(self.timed_out(uri, &noted)))
    }

    fn timed_out(&self, uri: &Uri, noted: &ConnectAttempts) -> Failure {
        self.with_proxy(uri, failure::connect_timeout_at(noted))
    }

    /// Connects to a host, or opens a tunnel to it.
    async fn reach(&self, uri: &Uri, noted: &ConnectAttempts) -> Result<Stream, Failure> {
        match self.proxies.proxy_for(uri)? {
            None => self.connect(uri, noted).await.map(Stream::Clear),
            Some(proxy) => {
                // Boxed: this future is large, and few hosts have a proxy.
                let tunnel = Box::pin(self.tunnel(proxy, uri, noted)).await;
                tunnel.map_err(|failure| proxy.name_in(failure))
            }
        }
    }

    async fn tunnel(
        &self,
        proxy: &Proxy,
        uri: &Uri,
        noted: &ConnectAttempts,
    ) -> Result<Stream, Failure> {
        let mut stream = Stream::Clear(self.connect(&proxy.uri, noted).await?);
        if is_secure(&proxy.uri) {
            let config = Arc::new(self.tls.through(self.proxies.names()));
            let secured = handshake(config, tls::name_in(&proxy.uri), stream).await;
            let secured = secured.map_err(|error| failure::of_handshake(&error, &proxy.uri))?;
            stream = Stream::ClearBehind(secured);
        }
        tunnel::open(&mut stream, uri, proxy).await?;
        Ok(stream)
    }

    async fn connect(&self, uri: &Uri, noted: &ConnectAttempts) -> Result<TcpStream, Failure> {
        let begun = Instant::now();
        let addresses = addresses_of(uri).await?;
        let delay = race::delay(self.limit, begun, addresses.len());
        let connected = race::first_connected(addresses, delay, noted, connect).await;
        connected.ok_or_else(|| failure::of_attempts(noted))
    }
}

async fn handshake(
    config: Arc<ClientConfig>,
    name: Result<ServerName<'static>, InvalidDnsNameError>,
    stream: Stream,
) -> io::Result<Secure> {
    let name = name.map_err(io::Error::other)?;
    let secured = TlsConnector::from(config).connect(name, stream).await?;
    Ok(Secure::new(secured))
}

/// Whether a URL is reached through TLS.
pub fn is_secure(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
}

/// The port of a URL, or that of its scheme.
pub fn port_of(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(match is_secure(uri) {
        true => 443,
        false => 80,
    })
}

async fn addresses_of(uri: &Uri) -> Result<Vec<SocketAddr>, Failure> {
    let name = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let mut addresses = match name.parse() {
        Ok(address) => vec![SocketAddr::new(address, 0)],
        Err(_) => {
            let found = dns::addresses(name.to_owned()).await;
            found.map_err(|failed| failure::of_lookup(&failed))?
        }
    };
    let port = port_of(uri);
    addresses
        .iter_mut()
        .for_each(|address| address.set_port(port));
    Ok(addresses)
}

/// Connects to an address. A socket option that cannot be set is left out.
pub async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(KEEPALIVE)
        .with_retries(KEEPALIVE_RETRIES);
    let _ = SockRef::from(&socket).set_tcp_keepalive(&keepalive);
    let _ = socket.set_nodelay(true);
    socket.connect(address).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_connection_is_probed_while_it_is_idle_and_sends_without_delay() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(stream.nodelay().unwrap());
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), KEEPALIVE);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), KEEPALIVE);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), KEEPALIVE_RETRIES);
    }
}
