//! One message of another protocol over HTTP/2, and its answer with its trailers.

use super::super::dial::Dialer;
use super::super::failure::{self, NoHttp2};
use super::super::first_poll::enter_task;
use super::attempts::Attempts;
use super::body::{Body, Limits};
use super::connection::{RequestError, StreamPermit};
use super::pool::{Acquired, Pool};
use super::profile::Profile;
use crate::api::error::Failure;
use bytes::Bytes;
use http::uri::{Parts, PathAndQuery};
use http::{HeaderMap, Method, Request, Uri, Version};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// A request of another protocol over HTTP/2. Its method is POST.
#[derive(Debug)]
pub struct Message<'a> {
    /// The path.
    pub path: &'a PathAndQuery,
    /// The fields of the header section.
    pub fields: Cow<'a, HeaderMap>,
    /// The body. Of a stream: its first bytes.
    pub body: Bytes,
    /// The most bytes of the answer's body. A stream has no such limit.
    pub limit: usize,
}

/// A whole answer.
#[derive(Debug)]
pub struct Exchanged {
    /// The HTTP status.
    pub status: u16,
    /// The fields of the header section.
    pub fields: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The fields after the body.
    pub trailers: Option<HeaderMap>,
}

/// The connections for exchanges.
#[derive(Debug)]
pub struct Exchanges {
    pool: Arc<Pool>,
    /// Bounds each silence of a server.
    timeout: Option<Duration>,
}

impl Exchanges {
    /// Nothing is connected yet.
    pub fn new(timeout: Option<Duration>, dialer: Dialer) -> Self {
        Exchanges {
            pool: Arc::new(Pool::new(dialer, Profile::exchanges(timeout))),
            timeout,
        }
    }

    /// Sends a message to a host and reads the whole answer.
    pub async fn send(&self, uri: &Uri, message: Message<'_>) -> Result<Exchanged, Failure> {
        enter_task().await;
        let mut attempts = Attempts::new(&self.pool, uri);
        loop {
            let (permit, is_new) = acquire(&attempts).await?;
            let head = message_head(uri, &message)?;
            let error = match permit.ask(head, message.body.clone(), self.timeout).await {
                Ok((answer, upload)) => {
                    let limits = Limits {
                        timeout: self.timeout,
                        size: message.limit,
                    };
                    return read(Body::new(answer, upload, permit, limits)).await;
                }
                Err(error) => error,
            };
            // Other answers show that the connection is alive, and this one alone is late.
            if matches!(error, RequestError::Silent(_)) && permit.is_silent_for(self.timeout) {
                attempts.retire(&permit);
            }
            attempts.fail(&permit, is_new, error)?;
        }
    }
}

/// A permit for one stream on a connection, and whether the connection is new.
pub async fn acquire(attempts: &Attempts<'_>) -> Result<(StreamPermit, bool), Failure> {
    match attempts.acquire().await? {
        Acquired::Http2 { permit, is_new } => Ok((permit, is_new)),
        Acquired::Http1(_) => Err(failure::no_http2(NoHttp2::NotChosen)),
    }
}

/// The header section of a message to a host.
pub fn message_head(uri: &Uri, message: &Message<'_>) -> Result<Request<()>, Failure> {
    let mut parts = Parts::default();
    parts.scheme = uri.scheme().cloned();
    parts.authority = uri.authority().cloned();
    parts.path_and_query = Some(message.path.clone());
    let target = Uri::from_parts(parts);
    let target = target.map_err(|_| failure::invalid_uri(&uri.to_string()))?;
    let mut head = Request::new(());
    *head.method_mut() = Method::POST;
    *head.version_mut() = Version::HTTP_2;
    *head.uri_mut() = target;
    *head.headers_mut() = HeaderMap::clone(&message.fields);
    Ok(head)
}

async fn read(answer: http::Response<Body>) -> Result<Exchanged, Failure> {
    let (head, body) = answer.into_parts();
    let (body, trailers) = body.read_with_trailers().await?;
    Ok(Exchanged {
        status: head.status.as_u16(),
        fields: head.headers,
        body,
        trailers,
    })
}
