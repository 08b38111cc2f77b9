//! Streams in both directions, on connections that only such streams use.
//!
//! ```text
//! open ──HEADERS, first bytes──▶ StreamSender ──send──▶ … dropped ──RST_STREAM (CANCEL)──▶
//!                          └───▶ StreamReceiver: head ──▶ next, next, … None ──▶ trailers
//! ```
//!
//! A stream may be silent for ever. While streams are open, pings find out that the network is dead.

use super::super::dial::Dialer;
use super::super::first_poll::enter_task;
use super::super::silence::unless_silent;
use super::attempts::Attempts;
use super::connection::StreamPermit;
use super::exchanges::{Message, acquire, message_head};
use super::pool::Pool;
use super::profile::Profile;
use crate::api::error::Failure;
use bytes::Bytes;
use h2::client::ResponseFuture;
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, Uri};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// The connections for streams.
#[derive(Debug)]
pub struct Streams {
    pool: Arc<Pool>,
    /// Bounds the time for which a server makes no room for bytes that are sent.
    timeout: Option<Duration>,
}

/// The sending half of a stream. Dropping it resets the stream (`CANCEL`), for the receiver too.
#[derive(Debug)]
pub struct StreamSender {
    stream: SendStream<Bytes>,
    permit: Arc<StreamPermit>,
    timeout: Option<Duration>,
}

/// The receiving half of a stream. Its futures may be dropped and called again: nothing is lost. Bytes that nobody takes stop the
/// server by flow control, first of this stream, then of its connection: drop both halves of a stream that is no longer read.
#[derive(Debug)]
pub struct StreamReceiver {
    answer: Answer,
    permit: Arc<StreamPermit>,
}

/// The receiving half before and after the header section.
#[derive(Debug)]
enum Answer {
    Awaited(ResponseFuture),
    Begun {
        status: u16,
        fields: HeaderMap,
        body: RecvStream,
    },
}

impl Streams {
    /// Nothing is connected yet.
    pub fn new(timeout: Option<Duration>, dialer: Dialer) -> Self {
        Streams {
            pool: Arc::new(Pool::new(dialer, Profile::streams(timeout))),
            timeout,
        }
    }

    /// Opens a stream to a host, and sends its first bytes.
    pub async fn open(
        &self,
        uri: &Uri,
        message: Message<'_>,
    ) -> Result<(StreamSender, StreamReceiver), Failure> {
        enter_task().await;
        let mut attempts = Attempts::new(&self.pool, uri);
        let (permit, (response, stream)) = loop {
            let (permit, is_new) = acquire(&attempts).await?;
            match permit.open(message_head(uri, &message)?, false) {
                Ok(opened) => break (Arc::new(permit), opened),
                Err(error) => attempts.fail(&permit, is_new, error)?,
            }
        };
        let mut sender = StreamSender {
            stream,
            permit: permit.clone(),
            timeout: self.timeout,
        };
        sender.send(message.body).await?;
        let answer = Answer::Awaited(response);
        Ok((sender, StreamReceiver { answer, permit }))
    }
}

impl StreamSender {
    /// Sends bytes, as flow control allows. After a failure, or if this future is dropped, a part of them may have been sent.
    ///
    /// # Errors
    /// If the server makes no room for too long, or has ended the stream: the receiver tells why.
    pub async fn send(&mut self, mut bytes: Bytes) -> Result<(), Failure> {
        let timeout = self.timeout;
        while !bytes.is_empty() {
            self.stream.reserve_capacity(bytes.len());
            let granted = poll_fn(|context| self.poll_capacity(context));
            let Some(Ok(granted)) = unless_silent(timeout, granted).await? else {
                return Err(self.permit.broke_off());
            };
            let piece = bytes.split_to(granted.min(bytes.len()));
            let sent = self.stream.send_data(piece, false);
            sent.map_err(|_| self.permit.broke_off())?;
        }
        Ok(())
    }

    /// The bytes that may be sent. h2 reports a capacity once, so what an earlier call was granted is looked at first.
    fn poll_capacity(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<usize, h2::Error>>> {
        match self.stream.capacity() {
            0 => self.stream.poll_capacity(context),
            granted => Poll::Ready(Some(Ok(granted))),
        }
    }
}

impl Drop for StreamSender {
    fn drop(&mut self) {
        self.stream.send_reset(Reason::CANCEL);
    }
}

impl StreamReceiver {
    /// The status and the fields of the header section. Waits for it without a limit.
    ///
    /// # Errors
    /// If the stream ends before.
    pub async fn head(&mut self) -> Result<(u16, HeaderMap), Failure> {
        self.begin().await?;
        match &self.answer {
            Answer::Begun { status, fields, .. } => Ok((*status, fields.clone())),
            Answer::Awaited(_) => Err(self.permit.broke_off()),
        }
    }

    /// The next bytes, or `None` at the end of the stream. Waits for them without a limit.
    ///
    /// # Errors
    /// If the stream is cut off, or the server leaves a ping unanswered.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let body = self.begin().await?;
        let next = poll_fn(|context| body.poll_data(context)).await;
        if let Some(Ok(piece)) = &next {
            // Fails for a stream that has ended alone: then there is no window to keep open.
            let _ = body.flow_control().release_capacity(piece.len());
        }
        match next.transpose() {
            Err(error) if is_end(&error) => Ok(None),
            next => next.map_err(|_| self.permit.broke_off()),
        }
    }

    /// The fields after the end of the stream, which is waited for. Bytes that were not read are lost.
    ///
    /// # Errors
    /// As [`StreamReceiver::next`].
    pub async fn trailers(&mut self) -> Result<Option<HeaderMap>, Failure> {
        while self.next().await?.is_some() {}
        let body = self.begin().await?;
        match poll_fn(|context| body.poll_trailers(context)).await {
            Err(error) if is_end(&error) => Ok(None),
            trailers => trailers.map_err(|_| self.permit.broke_off()),
        }
    }

    /// Waits for the header section.
    async fn begin(&mut self) -> Result<&mut RecvStream, Failure> {
        if let Answer::Awaited(response) = &mut self.answer {
            let answered = poll_fn(|context| Pin::new(&mut *response).poll(context)).await;
            let stream = response.stream_id().as_u32();
            let answered = answered.map_err(|error| {
                let error = self.permit.request_error(&error);
                self.permit.give_up(stream, error).into_failure()
            });
            let (head, body) = answered?.into_parts();
            self.answer = Answer::Begun {
                status: head.status.as_u16(),
                fields: head.headers,
                body,
            };
        }
        match &mut self.answer {
            Answer::Begun { body, .. } => Ok(body),
            Answer::Awaited(_) => Err(self.permit.broke_off()),
        }
    }
}

/// Whether a reset follows a complete answer (RFC 9113 §8.1): a server ends so a stream whose other half is still open.
fn is_end(error: &h2::Error) -> bool {
    error.is_remote() && error.is_reset() && error.reason() == Some(Reason::NO_ERROR)
}
