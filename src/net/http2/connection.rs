//! One connection. It carries as many requests at a time as the server's SETTINGS allow.
//!
//! ```text
//! open ──SETTINGS allow a stream──▶ in the pool ──lease──▶ ask ──HEADERS, DATA as the windows allow──▶ Response
//!                                        │ GOAWAY, end, an unanswered PING
//!                                        │ GOAWAY, end, an unanswered PING
//!                                        └──▶ requests that were not handed over go to another connection

use super::super::failure;
use super::super::silence::within;
use super::super::stream::Secure;
use super::running::Running;
use super::upload::{self, Upload};
use super::watched::{Seen, Watched};
use crate::api::error::{Delivery, Failure};
use bytes::Bytes;
use h2::RecvStream;
use h2::client::{Builder, ResponseFuture, SendRequest};
use http::{Request, Response};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// The bytes of one answer that the server may send before they are read.
const STREAM_WINDOW: u32 = 2 * 1024 * 1024;

/// The bytes of all answers that the server may send before they are read.
const CONNECTION_WINDOW: u32 = 5 * 1024 * 1024;

/// The most bytes of a header section (RFC 9113 §6.5.2), as over HTTP/1.1.
const LONGEST_HEADER_SECTION: u32 = 16 * 1024;

/// The bytes of all forms that are buffered when the socket accepts no more.
const SEND_BUFFER: usize = 1024 * 1024;

/// One connection.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Bytes>,
    seen: Arc<Seen>,
    /// Whether it has served a request since the last look.
    is_used: AtomicBool,
}

/// A request's claim on a connection, until it is dropped.
#[derive(Debug)]
pub struct Lease(Arc<Connection>);

/// Why a request has no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// The request was not written: the connection accepts no more requests.
    NotSent(Failure),
    /// The server states that it did not process the request, and accepts no more on this connection: a GOAWAY with NO_ERROR.
    Refused(Failure),
    /// The server was silent for too long.
    Silent(Failure),
    /// Another failure.
    Failed(Failure),
}

impl Unanswered {
    fn unsent(self) -> Self {
        let unsent = |failure: Failure| failure.with_delivery(Delivery::NotSent);
        match self {
            Unanswered::Refused(failure) => Unanswered::Refused(unsent(failure)),
            Unanswered::NotSent(failure)
            | Unanswered::Silent(failure)
            | Unanswered::Failed(failure) => Unanswered::NotSent(unsent(failure)),
        }
    }
}

enum Event {
    /// The server has accepted a part of the form, or made room for it.
    Moved,
    Answered(Result<Response<RecvStream>, h2::Error>),
}

impl Connection {
    /// Starts HTTP/2 on a connection, and waits until the server's SETTINGS allow a request.
    ///
    /// # Errors
    /// If the server ends the connection first.
    pub async fn open(
        stream: Secure,
        timeout: Option<Duration>,
    ) -> Result<(Connection, Box<Running>), Failure> {
        let seen = Arc::new(Seen::default());
        let watched = Watched::new(stream, seen.clone());
        let opened = builder().handshake(watched).await;
        let (sender, mut connection) = opened.map_err(|_| seen.fault())?;
        let pings = connection.ping_pong();
        poll_fn(|context| match Pin::new(&mut connection).poll(context) {
            Poll::Ready(_) => Poll::Ready(Err(seen.fault())),
            Poll::Pending if connection.max_concurrent_send_streams() > 0 => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        })
        .await?;
        let running = Running::new(connection, pings, seen.clone(), timeout);
        let connection = Connection {
            sender,
            seen,
            is_used: AtomicBool::new(true),
        };
        Ok((connection, Box::new(running)))
    }

    /// A claim for one more request, if the server's current SETTINGS allow it.
    pub fn lease(self: &Arc<Self>) -> Option<Lease> {
        let is_free = self.seen.in_flight() < self.sender.current_max_send_streams();
        is_free.then(|| {
            self.is_used.store(true, Ordering::Relaxed);
            self.seen.count_request();
            Lease(self.clone())
        })
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.seen.is_closed()
    }

    /// Whether the connection serves no request, and allows none.
    pub fn is_useless(&self) -> bool {
        self.seen.in_flight() == 0 && self.sender.current_max_send_streams() == 0
    }

    /// Whether the connection has served no request since the last look, and serves none.
    pub fn is_idle(&self) -> bool {
        !self.is_used.swap(false, Ordering::Relaxed) && self.seen.in_flight() == 0
    }
}

impl Lease {
    /// The connection.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.0
    }

    /// Sends a request and waits for the header section of its answer. If that arrives before the whole form is sent, the rest is sent while
    /// the body is read. The silence of the server is bounded: each part of the form that its windows let through is a sign of
    /// life.
    pub async fn ask(
        &self,
        request: Request<()>,
        form: Bytes,
        timeout: Option<Duration>,
    ) -> Result<(Response<RecvStream>, Option<Box<Upload>>), Unanswered> {
        let (mut response, mut upload) = self.queue(request, form)?;
        loop {
            let next = poll_fn(|context| poll_event(&mut response, &mut upload, context));
            let unanswered = match within(timeout, next).await {
                Ok(Event::Moved) => continue,
                Ok(Event::Answered(Ok(answer))) => return Ok((answer, upload)),
                Ok(Event::Answered(Err(error))) => self.unanswered(&error),
                Err(silence) => Unanswered::Silent(silence),
            };
            return Err(match self.0.seen.give_up(response.stream_id().as_u32()) {
                true => unanswered.unsent(),
                false => unanswered,
            });
        }
    }

    /// Queues a request. h2 writes it when the server's SETTINGS allow it.
    fn queue(
        &self,
        request: Request<()>,
        form: Bytes,
    ) -> Result<(ResponseFuture, Option<Box<Upload>>), Unanswered> {
        let is_bare = form.is_empty();
        let sent = self.0.sender.clone().send_request(request, is_bare);
        let (response, stream) = sent.map_err(|error| match failure::is_graceful(&error) {
            true => self.unanswered(&error).unsent(),
            false => Unanswered::NotSent(self.0.seen.fault()),
        })?;
        let upload = (!is_bare).then(|| Box::new(Upload::new(stream, form)));
        Ok((response, upload))
    }

    fn unanswered(&self, error: &h2::Error) -> Unanswered {
        let failure = failure::of_stream(error, self.0.seen.known_fault());
        match failure::is_graceful(error) {
            true => Unanswered::Refused(failure),
            false => Unanswered::Failed(failure),
        }
    }

    /// The failure of an answer that was cut off.
    pub fn broke_off(&self) -> Failure {
        failure::of_stream_body(self.0.seen.known_fault())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.seen.end();
    }
}

fn poll_event(
    response: &mut ResponseFuture,
    upload: &mut Option<Box<Upload>>,
    context: &mut Context<'_>,
) -> Poll<Event> {
    if let Poll::Ready(answer) = Pin::new(response).poll(context) {
        return Poll::Ready(Event::Answered(answer));
    }
    upload::poll_send(upload, context).map(|()| Event::Moved)
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        // `None` until the server has sent its limit.
        .initial_max_send_streams(0)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(LONGEST_HEADER_SECTION)
        .max_send_buffer_size(SEND_BUFFER)
        .enable_push(false);
    builder
}
