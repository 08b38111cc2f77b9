//! HTTP/2, which a host behind `https` may speak: thousands of waits share a connection.
//!
//! It is hyper's, without reqwest's pool around it: that one opens a connection for each call of a burst until it
//! knows that a host speaks HTTP/2, and keeps to one connection where the host wants fewer requests at a time on it
//! than there are (etcd 3.5.1: 250), so that the others are not sent.

mod connection;
mod pool;
mod watched;

use super::Settings;
use super::dial::Dialer;
use super::progress::Progress;
use super::silence::until_answer;
use super::stream::Secure;
use super::{body, failure, upload};
use crate::error::Failure;
use crate::request::Encoded;
use connection::{Connection, Unanswered};
use http::header::HeaderValue;
use http::{Response, Uri};
use hyper::body::Incoming;
use pool::{Pool, Way};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The connections of a cluster that speak HTTP/2.
#[derive(Debug)]
pub struct Http2 {
    pool: Arc<Pool>,
    /// Bounds each silence of a server.
    timeout: Option<Duration>,
    max_response_size: usize,
}

/// What became of a request.
#[derive(Debug)]
pub enum Sent {
    /// The head of its answer has come.
    Answered(Response<Body>),
    /// Nothing: the host speaks HTTP/1.1 only. A connection to it may have been opened.
    Http1(Option<Secure>),
}

/// A body on its way. It has its place on the connection until it is dropped.
#[derive(Debug)]
pub struct Body {
    body: Incoming,
    connection: Arc<Connection>,
    timeout: Option<Duration>,
    limit: usize,
}

impl Http2 {
    /// No connection yet.
    pub fn new(settings: &Settings, dialer: Dialer) -> Self {
        Http2 {
            pool: Arc::new(Pool::new(dialer, settings.timeout)),
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
    ) -> Result<Sent, Failure> {
        loop {
            let (connection, is_new) = match self.pool.way(uri).await? {
                Way::Http2 { connection, is_new } => (connection, is_new),
                Way::Http1(opened) => return Ok(Sent::Http1(opened)),
            };
            match self.ask(&connection, uri, request, authorization).await {
                Ok(answer) => return Ok(Sent::Answered(self.body(answer, connection))),
                // It ended in the moment in which it was taken.
                Err(Unanswered::NotSent(_)) if !is_new => {}
                Err(Unanswered::NotSent(failure) | Unanswered::Failed(failure)) => {
                    return Err(failure);
                }
            }
        }
    }

    async fn ask(
        &self,
        connection: &Arc<Connection>,
        uri: &Uri,
        request: &Encoded,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response<Incoming>, Unanswered> {
        let progress = Progress::default();
        let message = upload::request(uri, request, authorization.cloned(), &progress);
        let answer = until_answer(self.timeout, &progress, connection.ask(message)).await;
        answer.unwrap_or_else(|silence| {
            // A wait is silent for long. Anything else is not, unless the connection is dead.
            if !request.lasts {
                self.pool.retire(uri, connection);
            }
            Err(Unanswered::Failed(silence))
        })
    }

    fn body(&self, answer: Response<Incoming>, connection: Arc<Connection>) -> Response<Body> {
        answer.map(|body| Body {
            body,
            connection,
            timeout: self.timeout,
            limit: self.max_response_size,
        })
    }
}

impl Body {
    /// The whole body.
    pub async fn read(self, begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        body::read(self.body, begun, self.timeout, self.limit, |error| {
            failure::of_stream_body(error, self.connection.fault())
        })
        .await
    }
}
