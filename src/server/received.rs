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

/// So many bytes of a body that a request should not have are discarded before its answer (`maxPostHandlerReadBytes` of Go's
/// `net/http`).
const UNREAD: usize = 256 * 1024;

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

/// Receives the form of a request. `limit`: the time for a share of the budget, and that for the form.
///
/// # Errors
/// If it is too long, or too slow, or broken.
pub async fn form(
    body: &mut Incoming,
    limit: Duration,
    budget: &Budget,
) -> Result<Form, Unreceived> {
    let declared = declared(body);
    let kept = declared.filter(|length| *length <= FORM).unwrap_or(0);
    let mut form = Form {
        share: share(budget, kept, limit).await?,
        bytes: Vec::with_capacity(kept),
    };
    let mut deadline = Instant::now() + limit;
    let mut length = 0;
    while let Some(data) = next_until(deadline, body).await? {
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

/// Discards what is left of a body. Returns whether this was all: a body that is long, slow or broken is left.
pub async fn discard(body: &mut Incoming, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    let mut left = UNREAD;
    loop {
        match next_until(deadline, body).await {
            Ok(None) => return true,
            Ok(Some(data)) if data.len() <= left => left -= data.len(),
            Ok(Some(_)) | Err(_) => return false,
        }
    }
}

/// The length of a body that is not chunked.
fn declared(body: &Incoming) -> Option<usize> {
    let length = body.size_hint().exact()?;
    Some(usize::try_from(length).unwrap_or(usize::MAX))
}

async fn share(budget: &Budget, bytes: usize, limit: Duration) -> Result<Share, Unreceived> {
    budget.wait(bytes, limit).await.ok_or(Unreceived::TooMany)
}

async fn next_until(deadline: Instant, body: &mut Incoming) -> Result<Option<Bytes>, Unreceived> {
    let received = timeout_at(deadline, next(body)).await;
    received.unwrap_or(Err(Unreceived::TooSlow))
}

async fn next(body: &mut Incoming) -> Result<Option<Bytes>, Unreceived> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(Unreceived::Broken),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
