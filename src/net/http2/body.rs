//! The body of an answer, which is read while the rest of the form is sent.

use super::super::failure::check_size;
use super::super::silence::unless_silent;
use super::connection::StreamPermit;
use super::upload::{self, Upload};
use crate::api::error::Failure;
use crate::task::task;
use bytes::{Bytes, BytesMut};
use h2::{Reason, RecvStream};
use http::header::{CONTENT_LENGTH, HeaderMap};
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// A body that is being received. Its stream is in flight until it is dropped.
#[derive(Debug)]
pub struct Body {
    body: RecvStream,
    /// `Content-Length`, which h2 checks the body against.
    length: Option<u64>,
    /// The rest of the form.
    upload: Option<Box<Upload>>,
    permit: StreamPermit,
    limits: Limits,
}

/// The limits of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bounds each silence of the server.
    pub timeout: Option<Duration>,
    /// The most bytes of the body.
    pub size: usize,
}

/// A part of a body.
type Piece = Result<Bytes, h2::Error>;

impl Body {
    /// The body of the answer to a request of which a part may still be sent.
    pub fn new(
        answer: http::Response<RecvStream>,
        upload: Option<Box<Upload>>,
        permit: StreamPermit,
        limits: Limits,
    ) -> http::Response<Body> {
        let length = content_length(answer.headers());
        answer.map(|body| Body {
            body,
            length,
            upload,
            permit,
            limits,
        })
    }

    /// Reads the whole body. `has_begun` is set when a part of it has arrived.
    pub async fn read(mut self, has_begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next_piece(bytes.len()).await? {
            has_begun.store(true, Ordering::Relaxed);
            bytes.extend_from_slice(&piece);
        }
        if self.upload.is_some() {
            tokio::spawn(task(self.send_rest()));
        }
        Ok(bytes)
    }

    /// Reads the whole body and its trailers. A form of which a part is left then is no longer sent.
    pub async fn read_with_trailers(mut self) -> Result<(Bytes, Option<HeaderMap>), Failure> {
        let Some(first) = self.next_piece(0).await? else {
            return Ok((Bytes::new(), self.trailers(0).await?));
        };
        let mut rest = BytesMut::new();
        let mut came = first.len();
        while let Some(piece) = self.next_piece(came).await? {
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&piece);
            came += piece.len();
        }
        let trailers = self.trailers(came).await?;
        Ok((
            if rest.is_empty() {
                first
            } else {
                rest.freeze()
            },
            trailers,
        ))
    }

    /// The trailers, after the end of a body of so many bytes. They have arrived.
    async fn trailers(&mut self, came: usize) -> Result<Option<HeaderMap>, Failure> {
        let trailers = poll_fn(|context| self.body.poll_trailers(context));
        match unless_silent(self.limits.timeout, trailers).await? {
            Err(error) if self.is_whole(&error, came) => Ok(None),
            trailers => trailers.map_err(|_| self.permit.broke_off()),
        }
    }

    /// Sends the rest of a form whose answer is complete: the server may still read it. If the server resets the stream, there is
    /// nothing left to send.
    async fn send_rest(mut self) {
        while self.upload.is_some() {
            let moved = poll_fn(|context| upload::poll_send(&mut self.upload, context));
            if unless_silent(self.limits.timeout, moved).await.is_err() {
                return;
            }
        }
    }

    /// The next part of a body after `came` bytes, while the rest of the form is sent.
    async fn next_piece(&mut self, came: usize) -> Result<Option<Bytes>, Failure> {
        let Limits { timeout, size } = self.limits;
        check_size(self.length.unwrap_or_default(), size)?;
        let next = loop {
            let event = poll_fn(|context| self.poll_event(context));
            if let Some(next) = unless_silent(timeout, event).await? {
                break next;
            }
        };
        let piece = match next.transpose() {
            Err(error) if self.is_whole(&error, came) => None,
            piece => piece.map_err(|_| self.permit.broke_off())?,
        };
        if let Some(piece) = &piece {
            check_size((came + piece.len()) as u64, size)?;
            let released = self.body.flow_control().release_capacity(piece.len());
            released.map_err(|_| self.permit.broke_off())?;
        }
        Ok(piece)
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
