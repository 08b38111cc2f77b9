//! HTTP/2 (RFC 9113): for hosts behind `https` that speak it, where thousands of waits share a connection, and for protocols that need it,
//! such as gRPC, in cleartext too.
//!
//! The connection is the h2 crate's, the pool is our own. A client above h2 (hyper's, reqwest's) takes half as much CPU again for a
//! call, opens a connection for each call of a burst until it knows that the host speaks HTTP/2, stalls requests above the
//! host's stream limit (etcd 3.5.1: 250), and does not tell whether a request was handed over, nor that flow control moves a form.
//!
//! | file | what it knows |
//! |---|---|
//! | `profile` | what connections are for: protocols, windows, pings |
//! | `pool`, `attempts` | the connections to each host; whether another one may serve a request |
//! | `connection`, `driver` | one connection, and the task that moves its frames |
//! | `io`, `status`, `sent_requests` | what is known of a connection that h2 does not tell |
//! | `upload`, `body` | a form that is sent as flow control allows, an answer that is read meanwhile |
//! | `exchanges`, `streams` | another protocol over HTTP/2: one message and its answer, streams in both directions |

mod attempts;
mod body;
mod connection;
mod driver;
mod exchanges;
mod io;
mod pool;
mod profile;
mod sent_requests;
mod status;
mod streams;
mod upload;

use super::dial::Dialer;
use super::first_poll::enter_task;
use super::headers::message_head;
use super::stream::Stream;
use super::{Request, Settings};
use crate::api::error::Failure;
use attempts::Attempts;
pub use body::Body;
use body::Limits;
use connection::RequestError;
pub use exchanges::{Exchanged, Exchanges, Message};
use http::header::HeaderValue;
use http::{Response, Uri};
use pool::{Acquired, Pool};
use profile::Profile;
use std::sync::Arc;
pub use streams::{StreamReceiver, StreamSender, Streams};

/// The HTTP/2 connections of a client to hosts that may speak HTTP/1.1 too.
#[derive(Debug)]
pub struct Http2 {
    pool: Arc<Pool>,
    limits: Limits,
}

/// How the sending of a request ended.
#[derive(Debug)]
pub enum SendOutcome {
    /// The header section of the answer has arrived.
    Answered(Response<Body>),
    /// Nothing was sent: the host spoke HTTP/1.1 last. A connection may have been opened to find that out.
    SpeaksHttp1(Option<Stream>),
}

impl Http2 {
    /// Nothing is connected yet.
    pub fn new(settings: &Settings, dialer: Dialer) -> Self {
        Http2 {
            pool: Arc::new(Pool::new(dialer, Profile::negotiated(settings.timeout))),
            limits: Limits {
                timeout: settings.timeout,
                size: settings.max_response_size,
            },
        }
    }

    /// Sends a request to a URL, with these credentials, and reads the header section of the answer.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<SendOutcome, Failure> {
        enter_task().await;
        let mut attempts = Attempts::new(&self.pool, uri);
        loop {
            let (permit, is_new) = match attempts.acquire().await? {
                Acquired::Http2 { permit, is_new } => (permit, is_new),
                Acquired::Http1(opened) => return Ok(SendOutcome::SpeaksHttp1(opened)),
            };
            let message = message_head(uri, request, authorization.cloned());
            let form = request.form.clone().unwrap_or_default();
            let error = match permit.ask(message, form, self.limits.timeout).await {
                Ok((answer, upload)) => {
                    let answer = Body::new(answer, upload, permit, self.limits);
                    return Ok(SendOutcome::Answered(answer));
                }
                Err(error) => error,
            };
            // A wait is silent for long. For any other request, silence means that the connection is dead.
            if matches!(error, RequestError::Silent(_)) && !request.is_long_poll {
                attempts.retire(&permit);
            }
            attempts.fail(&permit, is_new, error)?;
        }
    }

    /// Opens a connection for HTTP/1.1 to a host that spoke it last. `None` if the host speaks HTTP/2 now.
    pub async fn open_http1(&self, uri: &Uri) -> Result<Option<Stream>, Failure> {
        self.pool.open_http1(uri).await
    }
}

#[cfg(test)]
mod tests;
