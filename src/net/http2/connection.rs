//! One connection. It carries as many requests at a time as the server's SETTINGS allow.
//!
//! ```text
//! open ──SETTINGS allow a stream──▶ in the pool ──permit──▶ ask ──HEADERS, DATA as the windows allow──▶ Response
//!                                        │ GOAWAY, end, an unanswered PING
//!                                        └──▶ requests that were not handed over go to another connection
//! ```

use super::super::failure;
use super::super::silence::unless_silent;
use super::super::stream::Stream;
use super::driver::Driver;
use super::io::ConnectionIo;
use super::profile::Profile;
use super::status::ConnectionStatus;
use super::upload::{self, Upload};
use crate::api::error::{Delivery, Failure};
use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{Request, Response};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// The most bytes of a header section (RFC 9113 §6.5.2), as over HTTP/1.1.
const LONGEST_HEADER_SECTION: u32 = 16 * 1024;

/// The bytes of all forms that are buffered when the socket accepts no more.
const SEND_BUFFER: usize = 1024 * 1024;

/// One connection.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Bytes>,
    /// See [`Profile`].
    at_once: usize,
    status: Arc<ConnectionStatus>,
    /// Whether it has served a request since the last look.
    is_used: AtomicBool,
}

/// The right to open one stream on a connection. The stream counts as in flight until the permit is dropped.
#[derive(Debug)]
pub struct StreamPermit(Arc<Connection>);

/// Why a request has no answer.
#[derive(Debug)]
pub enum RequestError {
    /// The request was not written: the connection accepts no more requests.
    NotSent(Failure),
    /// The server states that it did not process the request, and accepts no more on this connection: a GOAWAY with NO_ERROR.
    Refused(Failure),
    /// The server was silent for too long.
    Silent(Failure),
    /// Another failure.
    Failed(Failure),
}

impl RequestError {
    /// The failure.
    pub fn into_failure(self) -> Failure {
        match self {
            RequestError::NotSent(failure)
            | RequestError::Refused(failure)
            | RequestError::Silent(failure)
            | RequestError::Failed(failure) => failure,
        }
    }

    fn unsent(self) -> Self {
        let unsent = |failure: Failure| failure.with_delivery(Delivery::NotSent);
        match self {
            RequestError::Refused(failure) => RequestError::Refused(unsent(failure)),
            RequestError::NotSent(failure)
            | RequestError::Silent(failure)
            | RequestError::Failed(failure) => RequestError::NotSent(unsent(failure)),
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
        stream: Stream,
        profile: &Profile,
    ) -> Result<(Connection, Box<Driver>), Failure> {
        let status = Arc::new(ConnectionStatus::default());
        let fault = match &stream {
            Stream::Clear(_) | Stream::ClearBehind(_) => ConnectionStatus::fault_before_settings,
            Stream::Secure(_) => ConnectionStatus::fault,
        };
        let io = ConnectionIo::new(stream, status.clone());
        let opened = builder(profile).handshake(io).await;
        let (sender, mut connection) = opened.map_err(|_| fault(&status))?;
        let pings = connection.ping_pong();
        poll_fn(|context| match Pin::new(&mut connection).poll(context) {
            Poll::Ready(_) => Poll::Ready(Err(fault(&status))),
            Poll::Pending if connection.max_concurrent_send_streams() > 0 => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        })
        .await?;
        let driver = Driver::new(connection, pings, status.clone(), profile);
        let connection = Connection {
            sender,
            at_once: profile.at_once,
            status,
            is_used: AtomicBool::new(true),
        };
        Ok((connection, Box::new(driver)))
    }

    /// Permits one more stream, if the server's current SETTINGS allow it.
    pub fn permit(self: &Arc<Self>) -> Option<StreamPermit> {
        let is_free = self.status.in_flight() < self.sender.current_max_send_streams();
        is_free.then(|| {
            self.is_used.store(true, Ordering::Relaxed);
            self.status.add_in_flight();
            StreamPermit(self.clone())
        })
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.status.is_closed()
    }

    /// Whether the connection serves no request, and allows none.
    pub fn is_useless(&self) -> bool {
        self.status.in_flight() == 0 && self.sender.current_max_send_streams() == 0
    }

    /// Whether the connection has served no request since the last look, and serves none.
    pub fn is_idle(&self) -> bool {
        !self.is_used.swap(false, Ordering::Relaxed) && self.status.in_flight() == 0
    }
}

impl StreamPermit {
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
    ) -> Result<(Response<RecvStream>, Option<Box<Upload>>), RequestError> {
        let (mut response, mut upload) = self.queue(request, form)?;
        loop {
            let next = poll_fn(|context| poll_event(&mut response, &mut upload, context));
            let error = match unless_silent(timeout, next).await {
                Ok(Event::Moved) => continue,
                Ok(Event::Answered(Ok(answer))) => return Ok((answer, upload)),
                Ok(Event::Answered(Err(error))) => self.request_error(&error),
                Err(silence) => RequestError::Silent(silence),
            };
            return Err(self.give_up(response.stream_id().as_u32(), error));
        }
    }

    /// Queues a request. h2 writes it when the server's SETTINGS allow it.
    fn queue(
        &self,
        request: Request<()>,
        form: Bytes,
    ) -> Result<(ResponseFuture, Option<Box<Upload>>), RequestError> {
        let is_bare = form.is_empty();
        let (response, stream) = self.open(request, is_bare)?;
        let upload = if is_bare {
            None
        } else {
            Upload::start(stream, form, self.0.at_once)
        };
        Ok((response, upload))
    }

    /// Queues the header section of a request. `is_bare` if it has no body.
    pub fn open(
        &self,
        request: Request<()>,
        is_bare: bool,
    ) -> Result<(ResponseFuture, SendStream<Bytes>), RequestError> {
        let sent = self.0.sender.clone().send_request(request, is_bare);
        sent.map_err(|error| match failure::is_graceful(&error) {
            true => self.request_error(&error).unsent(),
            false => RequestError::NotSent(self.0.status.fault()),
        })
    }

    /// The error of a request that is given up on this stream. It is known to be unsent if its HEADERS were not written.
    pub fn give_up(&self, stream: u32, error: RequestError) -> RequestError {
        match self.0.status.give_up(stream) {
            true => error.unsent(),
            false => error,
        }
    }

    /// Whether nothing has arrived on the connection for this time.
    pub fn is_silent_for(&self, time: Option<Duration>) -> bool {
        time.is_some_and(|time| self.0.status.silence() >= time)
    }

    /// Why a stream ended before its answer.
    pub fn request_error(&self, error: &h2::Error) -> RequestError {
        let failure = failure::of_stream(error, self.0.status.known_fault());
        match failure::is_graceful(error) {
            true => RequestError::Refused(failure),
            false => RequestError::Failed(failure),
        }
    }

    /// The failure of an answer that was cut off.
    pub fn broke_off(&self) -> Failure {
        failure::of_stream_body(self.0.status.known_fault())
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        self.0.status.remove_in_flight();
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

fn builder(profile: &Profile) -> Builder {
    let mut builder = Builder::new();
    builder
        // `None` until the server has sent its limit.
        .initial_max_send_streams(0)
        .initial_window_size(profile.stream_window)
        .initial_connection_window_size(profile.connection_window)
        .max_header_list_size(LONGEST_HEADER_SECTION)
        .max_send_buffer_size(SEND_BUFFER)
        .enable_push(false);
    builder
}
