//! HTTP/1.1 (RFC 9112) straight to a host: a request, its answer, and a connection that is reused.
//!
//! | file | what it knows |
//! |---|---|
//! | `message` | header sections: request line, status line, the fields that HTTP needs |
//! | `section`, `syntax` | limits of sections; lists and numbers in field values |
//! | `framing` | where a body ends: length, chunks, end of the connection |
//! | `persistence` | whether a connection may be reused |
//! | `connection` | one exchange on a connection |
//! | `body` | the rest of an answer, and the way of the connection back to the pool |
//! | `pool` | idle connections |
//!
//! This is our own code and not a library's because of its cost: hyper's low-level client (`client::conn::http1`) takes 33,500
//! instructions a get, and this 20,000; a parked wait takes 22 KB there and 7.4 KB here. docs/speed.md has the comparison.

mod body;
mod connection;
mod framing;
mod message;
mod persistence;
mod pool;
mod section;
mod syntax;

use super::Request;
use super::Settings;
use super::dial::{Dialer, is_secure};
use super::stream::Stream;
use crate::api::error::Failure;
pub use body::Body;
use body::Return;
use connection::Connection;
use http::Uri;
use http::header::HeaderValue;
pub use message::Head;
use pool::Pool;
use std::sync::Arc;
use std::time::Duration;

/// The first status of a server error (RFC 9110 §15.6).
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
    /// Nothing is connected yet.
    pub fn new(settings: &Settings, dialer: Dialer) -> Self {
        Http1 {
            dialer,
            clear: Arc::default(),
            secure: Arc::default(),
            timeout: settings.timeout,
            max_response_size: settings.max_response_size,
        }
    }

    /// Sends a request in cleartext to a URL, with these credentials, up to the header section of the answer.
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
        // Boxed: this future is much larger than the others, and rarely needed.
        let stream = Box::pin(self.dialer.open(uri)).await?;
        self.send_over(stream, uri, request, authorization).await
    }

    /// The same over an idle connection. `None` if there is none.
    pub async fn send_over_idle(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<Option<(Head, Body)>, Failure> {
        while let Some(stream) = self.pool(uri).take(authority(uri)).await {
            match self.send_over(stream, uri, request, authorization).await {
                // The server has closed the connection at the moment at which it was taken.
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
        let head = connection
            .exchange(&head, form, request.wanted_field)
            .await?;
        Ok(self.answer(head, connection, uri))
    }

    fn answer(&self, head: Head, connection: Connection, uri: &Uri) -> (Head, Body) {
        let return_to = || Return {
            pool: self.pool(uri).clone(),
            authority: authority(uri).to_owned(),
            keep_for: head.keep_for,
            is_of_failure: head.status >= SERVER_FAILURE,
        };
        let body = Body {
            framing: head.framing,
            connection,
            return_to: (!head.keep_for.is_zero()).then(return_to),
            limit: self.max_response_size,
        };
        (head, body)
    }

    /// Puts a connection into the pool that was opened to a URL.
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
