//! HTTP/2 (RFC 9113), for hosts behind `https` that speak it: thousands of waits share a connection.
//!
//! The connection is the h2 crate's, the pool is our own. A client above h2 (hyper's, reqwest's) takes half as much CPU again for a
//! call, opens a connection for each call of a burst until it knows that the host speaks HTTP/2, stalls requests above the
//! host's stream limit (etcd 3.5.1: 250), and does not tell whether a request was handed over, nor that flow control moves a form.
//!
//! `Connection` gives a stream for each request: another protocol over HTTP/2, such as gRPC, would use the same pool.

mod connection;
mod pool;
mod running;
mod upload;
mod watched;
mod written;

use super::Request;
use super::Settings;
use super::dial::Dialer;
use super::failure::check_size;
use super::headers::message_head;
use super::silence::within;
use super::stream::Secure;
use crate::api::error::Failure;
use bytes::Bytes;
use connection::{Lease, Unanswered};
use h2::{Reason, RecvStream};
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};
use http::{Response, Uri};
use pool::{Pool, Route};
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::task;
use upload::Upload;

/// The number of connections that may refuse a request by a graceful GOAWAY before its attempt has failed. A server that accepts only
/// so many requests on a connection refuses the rest of a burst each time.
const MOST_REFUSALS: usize = 8;

/// The HTTP/2 connections of a client.
#[derive(Debug)]
pub struct Http2 {
    pool: Arc<Pool>,
    /// Bounds each silence of a server.
    timeout: Option<Duration>,
    max_response_size: usize,
}

/// How the sending of a request ended.
#[derive(Debug)]
pub enum Routed {
    /// The header section of the answer has arrived.
    Answered(Response<Body>),
    /// The host spoke HTTP/1.1 last. A connection may have been opened to find that out.
    Http1(Option<Secure>),
}

/// A part of a body.
type Piece = Result<Bytes, h2::Error>;

/// A body that is being received. It counts on its connection until it is dropped.
#[derive(Debug)]
pub struct Body {
    body: RecvStream,
    /// `Content-Length`, which h2 checks the body against.
    length: Option<u64>,
    /// The rest of the form.
    upload: Option<Box<Upload>>,
    lease: Lease,
    timeout: Option<Duration>,
    limit: usize,
}

impl Http2 {
    /// Nothing is connected yet.
    pub fn new(settings: &Settings, dialer: Dialer) -> Self {
        Http2 {
            pool: Arc::new(Pool::new(dialer, settings.timeout)),
            timeout: settings.timeout,
            max_response_size: settings.max_response_size,
        }
    }

    /// Sends a request to a URL, with these credentials, and reads the header section of the answer.
    pub async fn send(
        &self,
        uri: &Uri,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<Routed, Failure> {
        // Outside of a task this is the caller's thread, which would compete with the connection's for h2's lock.
        if task::try_id().is_none() {
            task::yield_now().await;
        }
        let mut refusals = 0;
        loop {
            let (lease, is_new) = match self.pool.route(uri).await? {
                Route::Http2 { lease, is_new } => (lease, is_new),
                Route::Http1(opened) => return Ok(Routed::Http1(opened)),
            };
            let message = message_head(uri, request, authorization.cloned());
            let form = request.form.clone().unwrap_or_default();
            match lease.ask(message, form, self.timeout).await {
                Ok((answer, upload)) => {
                    return Ok(Routed::Answered(self.body(answer, upload, lease)));
                }
                Err(Unanswered::Refused(failure)) => {
                    self.pool.retire(uri, lease.connection());
                    refusals += 1;
                    if refusals > MOST_REFUSALS {
                        return Err(failure);
                    }
                }
                Err(unanswered) => self.give_up(uri, request, &lease, is_new, unanswered)?,
            }
        }
    }

    /// Opens a connection for HTTP/1.1 to a host that spoke it last. `None` if the host speaks HTTP/2 now.
    pub async fn open_http1(&self, uri: &Uri) -> Result<Option<Secure>, Failure> {
        self.pool.open_http1(uri).await
    }

    /// The failure of a request, unless another connection may serve it.
    fn give_up(
        &self,
        uri: &Uri,
        request: &Request,
        lease: &Lease,
        is_new: bool,
        unanswered: Unanswered,
    ) -> Result<(), Failure> {
        match unanswered {
            Unanswered::NotSent(failure) => {
                self.pool.retire(uri, lease.connection());
                // The connection ended at the moment at which it was taken.
                if is_new { Err(failure) } else { Ok(()) }
            }
            Unanswered::Silent(silence) => {
                // A wait is silent for long. For any other request, silence means that the connection is dead.
                if !request.is_long_poll {
                    self.pool.retire(uri, lease.connection());
                }
                Err(silence)
            }
            Unanswered::Refused(failure) | Unanswered::Failed(failure) => Err(failure),
        }
    }

    fn body(
        &self,
        answer: Response<RecvStream>,
        upload: Option<Box<Upload>>,
        lease: Lease,
    ) -> Response<Body> {
        let length = content_length(answer.headers());
        answer.map(|body| Body {
            body,
            length,
            upload,
            lease,
            timeout: self.timeout,
            limit: self.max_response_size,
        })
    }
}

impl Body {
    /// Reads the whole body. `has_begun` is set when a part of it has arrived.
    pub async fn read(mut self, has_begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        check_size(self.length.unwrap_or_default(), self.limit)?;
        let mut bytes = Vec::new();
        while let Some(piece) = self.next_piece(bytes.len()).await? {
            has_begun.store(true, Ordering::Relaxed);
            check_size((bytes.len() + piece.len()) as u64, self.limit)?;
            bytes.extend_from_slice(&piece);
            let window = self.body.flow_control();
            let released = window.release_capacity(piece.len());
            released.map_err(|_| self.lease.broke_off())?;
        }
        if self.upload.is_some() {
            tokio::spawn(self.send_rest());
        }
        Ok(bytes)
    }

    /// Sends the rest of a form whose answer is complete: the server may still read it. If the server resets the stream, there is
    /// nothing left to send.
    async fn send_rest(mut self) {
        while self.upload.is_some() {
            let moved = poll_fn(|context| upload::poll_send(&mut self.upload, context));
            if within(self.timeout, moved).await.is_err() {
                return;
            }
        }
    }

    /// The next part of a body after `came` bytes, while the rest of the form is sent.
    async fn next_piece(&mut self, came: usize) -> Result<Option<Bytes>, Failure> {
        let timeout = self.timeout;
        let next = loop {
            let event = poll_fn(|context| self.poll_event(context));
            if let Some(next) = within(timeout, event).await? {
                break next;
            }
        };
        match next.transpose() {
            Err(error) if self.is_whole(&error, came) => Ok(None),
            piece => piece.map_err(|_| self.lease.broke_off()),
        }
    }

    /// A part of the body or its end. `None` if a part of the form was sent.
    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Option<Piece>>> {
        match self.body.poll_data(context) {
            Poll::Ready(piece) => Poll::Ready(Some(piece)),
            Poll::Pending => upload::poll_send(&mut self.upload, context).map(|()| None),
        }
    }

    /// Whether a reset follows a complete answer: a server that needs no more of the form resets the stream with `NO_ERROR`
    /// (RFC 9113 §8.1).
    fn is_whole(&self, error: &h2::Error, came: usize) -> bool {
        let is_of_server = error.is_remote() && error.is_reset();
        let is_long_enough = self.length.is_none_or(|length| length == came as u64);
        is_of_server && error.reason() == Some(Reason::NO_ERROR) && is_long_enough
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
