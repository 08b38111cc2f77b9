//! HTTP/1.1 straight to a host: a request, its answer, and the connection that is kept for the next one.
//!
//! hyper runs each connection in a task of its own, behind channels, buffers and a map of headers. A get over
//! that took 46,000 instructions and takes 19,500 here, and a connection on which a wait is parked holds no
//! buffer. Nearly every request goes this way.

mod body;
mod connection;
mod framing;
mod message;
mod persistence;
mod pool;
mod section;

use super::Request;
use super::Settings;
use super::dial::{Dialer, is_secure};
use super::stream::Stream;
use crate::api::error::Failure;
pub use body::Body;
use body::Home;
use connection::Connection;
use http::Uri;
use http::header::HeaderValue;
pub use message::Head;
use pool::Pool;
use std::sync::Arc;
use std::time::Duration;

/// The first status by which a server says that it has failed (RFC 9110 §15.6).
const SERVER_FAILURE: u16 = 500;

/// The connections of a cluster that speak HTTP/1.1.
#[derive(Debug)]
pub struct Http1 {
    dialer: Dialer,
    clear: Arc<Pool>,
    secure: Arc<Pool>,
    /// Bounds each silence of a server.
    timeout: Option<Duration>,
    max_response_size: usize,
}

impl Http1 {
    /// No connection yet.
    pub fn new(settings: &Settings, dialer: Dialer) -> Self {
        Http1 {
            dialer,
            clear: Arc::default(),
            secure: Arc::default(),
            timeout: settings.timeout,
            max_response_size: settings.max_response_size,
        }
    }

    /// Sends a request in the clear to a URL, with these credentials, and reads the head of the answer.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<(Head, Body), Failure> {
        let idle = self.send_over_idle(uri, request, authorization);
        if let Some(answer) = idle.await? {
            return Ok(answer);
        }
        // Boxed: it is many times longer than the request, and seldom needed.
        let stream = Stream::Clear(Box::pin(self.dialer.open(uri)).await?);
        self.send_over(stream, uri, request, authorization).await
    }

    /// The same over an idle connection; none where there is none.
    pub async fn send_over_idle(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<Option<(Head, Body)>, Failure> {
        while let Some(stream) = self.pool(uri).take(authority(uri)).await {
            match self.send_over(stream, uri, request, authorization).await {
                // The server has closed it in the moment in which it was taken.
                Err(failure) if failure.delivery.may_repeat() => {}
                answer => return answer.map(Some),
            }
        }
        Ok(None)
    }

    /// The same over this connection.
    pub async fn send_over(
        &self,
        stream: Stream,
        uri: &Uri,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<(Head, Body), Failure> {
        let head = message::request_head(uri, request, authorization);
        let form = request.form.clone().unwrap_or_default();
        let mut connection = Connection::new(stream, self.timeout);
        let head = connection.ask(&head, form, request.wanted_field).await?;
        Ok(self.answer(head, connection, uri))
    }

    fn answer(&self, head: Head, connection: Connection, uri: &Uri) -> (Head, Body) {
        let home = || Home {
            pool: self.pool(uri).clone(),
            authority: authority(uri).to_owned(),
            keep_for: head.keep_for,
            is_of_failure: head.status >= SERVER_FAILURE,
        };
        let body = Body {
            framing: head.framing,
            connection,
            home: (!head.keep_for.is_zero()).then(home),
            limit: self.max_response_size,
        };
        (head, body)
    }

    /// Keeps a connection that was opened to a URL for the next request.
    pub fn adopt(&self, uri: &Uri, stream: Stream) {
        self.pool(uri).put_new(authority(uri), stream);
    }

    fn pool(&self, uri: &Uri) -> &Arc<Pool> {
        match is_secure(uri) {
            true => &self.secure,
            false => &self.clear,
        }
    }
}

fn authority(uri: &Uri) -> &str {
    uri.authority().map_or("", |authority| authority.as_str())
}
