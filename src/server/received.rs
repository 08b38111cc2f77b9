//! The body of a request, within its limits.

use super::limits::FORM;
use bytes::Bytes;
use http::HeaderMap;
use http::header::EXPECT;
use http_body::Body;
use hyper::body::Incoming;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::timeout;

/// So many bytes of a form that is too long are read and discarded: a client that is still sending when its connection is closed may
/// lose the answer (RFC 9112 §9.6).
const DISCARDED: usize = FORM;

/// A connection goes on behind so many bytes of a body that nobody has read (`maxPostHandlerReadBytes` of Go's `net/http`).
const SKIPPED: usize = 256 * 1024;

/// Why a form was not received.
#[derive(Debug, PartialEq)]
pub enum Unreceived {
    /// It is too long.
    TooLong,
    /// It did not arrive in time.
    TooSlow,
    /// Its framing is malformed, or its connection has ended.
    Broken,
}

/// The body of a request, as far as it has not been read.
pub struct RequestBody {
    body: Incoming,
    has_ended: bool,
    has_failed: bool,
    has_trailers: bool,
}

impl RequestBody {
    /// A body of which nothing has been read.
    pub fn new(body: Incoming) -> Self {
        let has_ended = body.is_end_stream();
        RequestBody {
            body,
            has_ended,
            has_failed: false,
            has_trailers: false,
        }
    }

    /// Receives the form of a request.
    ///
    /// # Errors
    /// If it is too long, or too slow, or broken.
    pub async fn form(&mut self, limit: Duration) -> Result<Vec<u8>, Unreceived> {
        let received = timeout(limit, self.whole()).await;
        let form = received.unwrap_or(Err(Unreceived::TooSlow));
        self.has_failed = form.is_err();
        form
    }

    /// Reads on to the end, as Go does before it sends an answer. Whether the connection can go on then: the client did not wait for
    /// the permission to send the body, and the rest was short.
    ///
    /// Nor can it go on behind trailers: hyper reads them up to an empty line with CRLF, and drops what is behind an empty line with LF
    /// alone, where Go has read the next request.
    pub async fn end(mut self, fields: &HeaderMap, limit: Duration) -> bool {
        if self.has_ended {
            return !self.has_trailers;
        }
        if self.has_failed || fields.contains_key(EXPECT) {
            return false;
        }
        let read = timeout(limit, self.skip()).await;
        let is_short = read.is_ok_and(|length| length.is_ok_and(|length| length <= SKIPPED));
        is_short && !self.has_trailers
    }

    async fn skip(&mut self) -> Result<usize, Unreceived> {
        let mut length = 0;
        while let Some(data) = self.next().await? {
            length += data.len();
            if length > FORM + DISCARDED {
                break;
            }
        }
        Ok(length)
    }

    async fn whole(&mut self) -> Result<Vec<u8>, Unreceived> {
        let mut form = Vec::new();
        let mut length = 0;
        while let Some(data) = self.next().await? {
            length += data.len();
            if length > FORM + DISCARDED {
                break;
            }
            if length <= FORM {
                form.extend_from_slice(&data);
            }
        }
        match length > FORM {
            true => Err(Unreceived::TooLong),
            false => Ok(form),
        }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Unreceived> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)).await;
            match frame {
                None => {
                    self.has_ended = true;
                    return Ok(None);
                }
                Some(Err(_)) => return Err(Unreceived::Broken),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => return Ok(Some(data)),
                    Err(_) => self.has_trailers = true,
                },
            }
        }
    }
}
