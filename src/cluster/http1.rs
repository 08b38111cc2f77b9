//! HTTP/1.1 in the clear: a request, its answer, and the connection that is kept for the next one.
//!
//! hyper runs each connection in a task of its own, behind channels, buffers and a map of headers. A get over
//! that took 46,000 instructions and takes 19,500 here, and a connection on which a wait is parked holds no
//! buffer. Nearly every request goes this way.

mod body;
mod connection;
mod message;
mod pool;

use super::Settings;
use super::connect::{Connecting, Connector};
use super::dns::SystemResolver;
use super::failure;
use super::progress::Progress;
use crate::error::Failure;
use crate::request::Encoded;
pub use body::Body;
use connection::Connection;
use http::Uri;
use http::header::HeaderValue;
use hyper_util::client::legacy::connect::HttpConnector;
pub use message::Head;
use pool::Pool;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tower_layer::Layer;
use tower_service::Service;
use url::Url;

/// How often an idle connection is probed: a dead peer is found, and a firewall's memory refreshed.
pub const KEEPALIVE: Duration = Duration::from_secs(15);

/// How many probes a dead peer may leave unanswered.
pub const KEEPALIVE_RETRIES: u32 = 3;

/// How long a connection that nobody uses is kept.
pub const IDLE: Duration = Duration::from_secs(90);

/// The connections of a cluster in the clear.
#[derive(Debug)]
pub struct Http1 {
    connector: Connector<HttpConnector<SystemResolver>>,
    pool: Arc<Pool>,
    /// Bounds each silence of a server.
    timeout: Option<Duration>,
    max_response_size: usize,
}

impl Http1 {
    /// No connection yet.
    pub fn new(settings: &Settings) -> Self {
        let mut connector = HttpConnector::new_with_resolver(SystemResolver);
        connector.set_nodelay(true);
        connector.set_keepalive(Some(KEEPALIVE));
        connector.set_keepalive_interval(Some(KEEPALIVE));
        connector.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        Http1 {
            connector: Connecting {
                limit: settings.connect_timeout,
            }
            .layer(connector),
            pool: Arc::default(),
            timeout: settings.timeout,
            max_response_size: settings.max_response_size,
        }
    }

    /// Sends a request to a URL, with these credentials, and reads the head of the answer.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Encoded,
        authorization: Option<&HeaderValue>,
    ) -> Result<(Head, Body), Failure> {
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let head = message::request_head(uri, request, authorization);
        let form = request.form.as_deref().unwrap_or_default();
        loop {
            let idle = self.pool.take(authority);
            let is_reused = idle.is_some();
            let stream = match idle {
                Some(stream) => stream,
                None => self.connect(uri).await?,
            };
            let mut connection = Connection::new(stream, self.timeout);
            match connection.ask(&head, form).await {
                // The server has closed it in the moment in which it was taken.
                Err(failure) if is_reused && !failure.sent => {}
                Err(failure) => return Err(failure),
                Ok(head) => return Ok(self.answer(head, connection, authority)),
            }
        }
    }

    fn answer(&self, head: Head, connection: Connection, authority: &str) -> (Head, Body) {
        let home = || (self.pool.clone(), authority.to_owned());
        let body = Body {
            framing: head.framing,
            connection,
            home: head.keeps_alive.then(home),
            limit: self.max_response_size,
        };
        (head, body)
    }

    async fn connect(&self, uri: &Uri) -> Result<TcpStream, Failure> {
        let progress = Progress::default();
        let mut connector = self.connector.clone();
        let connecting = progress.observe(async {
            poll_fn(|context| connector.poll_ready(context)).await?;
            connector.call(uri.clone()).await
        });
        // Boxed: it is many times longer than the request, and seldom needed.
        match Box::pin(connecting).await {
            Ok(stream) => Ok(stream.into_inner()),
            Err(error) => {
                let peer = Url::parse(&uri.to_string()).ok();
                Err(failure::of_connecting(&*error, peer.as_ref(), &progress))
            }
        }
    }
}
