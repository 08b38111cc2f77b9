//! Opens connections to hosts, through TLS where their URL says so.

use super::connect::{Connecting, Connector};
use super::dns::SystemResolver;
use super::progress::Progress;
use super::stream::Secure;
use super::time_limit::in_time;
use super::tls::Tls;
use super::{failure, tls};
use crate::error::Failure;
use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_layer::Layer;
use tower_service::Service;
use url::Url;

/// How often an idle connection is probed: a dead peer is found, and a firewall's memory refreshed.
pub const KEEPALIVE: Duration = Duration::from_secs(15);

/// How many probes a dead peer may leave unanswered.
pub const KEEPALIVE_RETRIES: u32 = 3;

/// How long a connection that nobody uses is kept.
pub const IDLE: Duration = Duration::from_secs(90);

/// How connections are opened. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dialer {
    tcp: Connector<HttpConnector<SystemResolver>>,
    tls: Arc<Tls>,
    limit: Option<Duration>,
}

impl Dialer {
    /// Without a limit it waits for ever.
    pub fn new(limit: Option<Duration>, tls: Arc<Tls>) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(SystemResolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        Dialer {
            tcp: Connecting { limit }.layer(tcp),
            tls,
            limit,
        }
    }

    /// How long opening a connection may take.
    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// A connection in the clear.
    pub async fn open(&self, uri: &Uri) -> Result<TcpStream, Failure> {
        let progress = Progress::default();
        let mut connector = self.tcp.clone();
        let connecting = progress.observe(async {
            poll_fn(|context| connector.poll_ready(context)).await?;
            connector.call(uri.clone()).await
        });
        match connecting.await {
            Ok(stream) => Ok(stream.into_inner()),
            Err(error) => {
                let peer = Url::parse(&uri.to_string()).ok();
                Err(failure::of_connecting(&*error, peer.as_ref(), &progress))
            }
        }
    }

    /// A connection through TLS, for one of these protocols.
    pub async fn open_secure(
        &self,
        uri: &Uri,
        protocols: tls::Protocols,
    ) -> Result<Secure, Failure> {
        let opening = async {
            let tcp = self.open(uri).await?;
            let secured = self.handshake(uri, tcp, protocols).await;
            secured.map_err(|error| failure::of_handshake(&error, uri))
        };
        let opened = in_time(self.limit, opening).await;
        opened.unwrap_or_else(|| Err(failure::connect_timeout()))
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
