//! One connection, which carries as many requests at a time as the server allows.

use super::super::dial::KEEPALIVE;
use super::super::failure;
use super::super::stream::Secure;
use super::super::upload::Upload;
use super::watched::{Seen, Watched};
use crate::error::Failure;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a server may leave a ping unanswered, unless its silences are bounded by less or more.
const PING_TIMEOUT: Duration = Duration::from_secs(60);
/// A machine that is busy must not look dead.
const SHORTEST_PING_TIMEOUT: Duration = Duration::from_secs(10);

/// What runs a connection; it ends with it.
pub type Running = Pin<Box<http2::Connection<TokioIo<Watched>, Upload, TokioExecutor>>>;

/// One connection. Each request on it holds a reference to it.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Upload>,
    /// How many requests the server takes at a time. A server may change its mind; none is known to.
    pub limit: usize,
    seen: Arc<Seen>,
    /// Since it was last looked at.
    is_used: AtomicBool,
}

/// A request that brought no answer.
#[derive(Debug)]
pub enum Unanswered {
    /// It did not leave.
    NotSent(Failure),
    /// What went wrong with it.
    Failed(Failure),
}

impl Connection {
    /// Begins to speak HTTP/2 on a connection, up to the server's word on how many requests it takes at a time.
    ///
    /// # Errors
    /// Where the server ends it first.
    pub async fn begin(
        stream: Secure,
        timeout: Option<Duration>,
    ) -> Result<(Connection, Running), Failure> {
        let seen = Arc::new(Seen::default());
        let watched = TokioIo::new(Watched::new(stream, seen.clone()));
        let ended = || {
            let fault = seen.fault.get().cloned();
            fault.unwrap_or_else(failure::hung_up)
        };
        let begun = builder(timeout).handshake(watched).await;
        let (sender, running) = begun.map_err(|_| ended())?;
        let mut running = Box::pin(running);
        while running.current_max_send_streams() == 0 {
            tokio::select! {
                biased;
                _ = &mut running => return Err(ended()),
                () = seen.has_read.notified() => {}
            }
        }
        let connection = Connection {
            sender,
            limit: running.current_max_send_streams(),
            seen,
            is_used: AtomicBool::new(true),
        };
        Ok((connection, running))
    }

    /// Sends a request and waits for the head of the answer.
    pub async fn ask(&self, request: Request<Upload>) -> Result<Response<Incoming>, Unanswered> {
        self.is_used.store(true, Ordering::Relaxed);
        let answer = self.sender.clone().try_send_request(request).await;
        answer.map_err(|mut error| match error.take_message() {
            Some(_) => {
                let fault = self.fault().unwrap_or_else(failure::hung_up);
                Unanswered::NotSent(fault)
            }
            None => Unanswered::Failed(failure::of_stream(error.error(), self.fault())),
        })
    }

    /// Whether it takes no more requests.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Whether it was asked something since the last look at it.
    pub fn was_used(&self) -> bool {
        self.is_used.swap(false, Ordering::Relaxed)
    }

    /// Why it has ended.
    pub fn fault(&self) -> Option<Failure> {
        self.seen.fault.get().cloned()
    }
}

fn builder(timeout: Option<Duration>) -> http2::Builder<TokioExecutor> {
    let ping_timeout = timeout.unwrap_or(PING_TIMEOUT);
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        // None, until the server has said how many.
        .initial_max_send_streams(0)
        .keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(ping_timeout.clamp(SHORTEST_PING_TIMEOUT, PING_TIMEOUT));
    builder
}
