//! Opens connections to hosts: in cleartext, or through TLS for `https`.

use super::connect_attempts::ConnectAttempts;
use super::stream::Secure;
use super::time_limit::in_time;
use super::tls::Tls;
use super::{dns, failure, race, tls};
use crate::api::error::Failure;
use http::Uri;
use http::uri::Scheme;
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
    limit: Option<Duration>,
}

impl Dialer {
    /// A dialer with a time limit for each connection; without one it waits for ever.
    pub fn new(limit: Option<Duration>, tls: Arc<Tls>) -> Self {
        Dialer { tls, limit }
    }

    /// The time limit of opening a connection.
    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Opens a connection in cleartext.
    pub async fn open(&self, uri: &Uri) -> Result<TcpStream, Failure> {
        let noted = ConnectAttempts::default();
        let opened = in_time(self.limit, self.connect(uri, &noted)).await;
        opened.unwrap_or_else(|| Err(failure::connect_timeout_at(&noted)))
    }

    /// Opens a connection through TLS, for one of these protocols.
    pub async fn open_secure(
        &self,
        uri: &Uri,
        protocols: tls::Protocols,
    ) -> Result<Secure, Failure> {
        let noted = ConnectAttempts::default();
        let opening = async {
            let tcp = self.connect(uri, &noted).await?;
            let secured = self.handshake(uri, tcp, protocols).await;
            secured.map_err(|error| {
                let is_http2 = matches!(protocols, tls::Protocols::Http2);
                let refused = failure::of_refused_protocol(&error).filter(|_| is_http2);
                refused.unwrap_or_else(|| failure::of_handshake(&error, uri))
            })
        };
        let opened = in_time(self.limit, opening).await;
        opened.unwrap_or_else(|| Err(failure::connect_timeout_at(&noted)))
    }

    async fn connect(&self, uri: &Uri, noted: &ConnectAttempts) -> Result<TcpStream, Failure> {
        let begun = Instant::now();
        let addresses = addresses_of(uri).await?;
        let delay = race::delay(self.limit, begun, addresses.len());
        let connected = race::first_connected(addresses, delay, noted, connect).await;
        connected.ok_or_else(|| failure::of_attempts(noted))
    }

    async fn handshake(
        &self,
        uri: &Uri,
        tcp: TcpStream,
        protocols: tls::Protocols,
    ) -> io::Result<Secure> {
        let name = self.tls.name_of(uri).map_err(io::Error::other)?;
        let connector = TlsConnector::from(self.tls.config(protocols));
        Ok(Secure::new(connector.connect(name, tcp).await?))
    }
}

/// Whether a URL is reached through TLS.
pub fn is_secure(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
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
    let port = uri.port_u16().unwrap_or(match is_secure(uri) {
        true => 443,
        false => 80,
    });
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
