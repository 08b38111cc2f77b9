//! The body of a request, within its limits.

use super::budget::{Budget, SMALL, Share};
use super::limits::FORM;
use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

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
    /// The large forms of others have taken all memory for forms.
    TooMany,
    /// Its framing is malformed, or its connection has ended.
    Broken,
}

/// A form.
pub struct Form {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its share of the memory for forms.
    pub share: Share,
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

    /// Receives the form of a request. `limit`: the time for a share of the budget, and that for the form.
    ///
    /// # Errors
    /// If it is too long, or too slow, or broken, or if there is no memory for it.
    pub async fn form(&mut self, limit: Duration, budget: &Budget) -> Result<Form, Unreceived> {
        let form = self.whole(limit, budget).await;
        self.has_failed = form.is_err();
        form
    }

    /// Reads on to the end, as Go does before it sends an answer. Whether the connection can go on then: the client did not wait for
    /// the permission to send the body, and the rest was short.
    ///
    /// Nor can it go on behind trailers: hyper reads them up to an empty line with CRLF, and drops what is behind an empty line with LF
    /// alone, where Go has read the next request.
    pub async fn end(mut self, awaits_permission: bool, limit: Duration) -> bool {
        if self.has_ended {
            return !self.has_trailers;
        }
        if self.has_failed || awaits_permission {
            return false;
        }
        let skipped = self.skip(Instant::now() + limit).await;
        let is_short = skipped.is_ok_and(|length| length <= SKIPPED);
        is_short && !self.has_trailers
    }

    async fn skip(&mut self, deadline: Instant) -> Result<usize, Unreceived> {
        let mut length = 0;
        while let Some(data) = self.next_until(deadline).await? {
            length += data.len();
            if length > FORM + DISCARDED {
                break;
            }
        }
        Ok(length)
    }

    async fn whole(&mut self, limit: Duration, budget: &Budget) -> Result<Form, Unreceived> {
        let declared = self.declared();
        let kept = declared.filter(|length| *length <= FORM).unwrap_or(0);
        let mut form = Form {
            share: share(budget, kept, limit).await?,
            bytes: Vec::with_capacity(kept),
        };
        let mut deadline = Instant::now() + limit;
        let mut length = 0;
        while let Some(data) = self.next_until(deadline).await? {
            length += data.len();
            if length > FORM + DISCARDED {
                break;
            }
            if length > FORM || declared > Some(FORM) {
                continue;
            }
            if length > SMALL && form.share.is_empty() {
                form.share = share(budget, FORM, limit).await?;
                deadline = Instant::now() + limit;
            }
            form.bytes.extend_from_slice(&data);
        }
        match length > FORM {
            true => Err(Unreceived::TooLong),
            false => Ok(form),
        }
    }

    /// The length of a body that is not chunked.
    fn declared(&self) -> Option<usize> {
        let length = self.body.size_hint().exact()?;
        Some(usize::try_from(length).unwrap_or(usize::MAX))
    }

    async fn next_until(&mut self, deadline: Instant) -> Result<Option<Bytes>, Unreceived> {
        let received = timeout_at(deadline, self.next()).await;
        received.unwrap_or(Err(Unreceived::TooSlow))
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

async fn share(budget: &Budget, bytes: usize, limit: Duration) -> Result<Share, Unreceived> {
    budget.wait(bytes, limit).await.ok_or(Unreceived::TooMany)
}
