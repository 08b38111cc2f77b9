//! The body of a request, within its limits.

use super::limits::FORM;
use bytes::Bytes;
use http_body::Body;
use hyper::body::Incoming;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::timeout;

/// So many bytes of a form that is too long are read and discarded: a client that is still sending when its connection is closed may
/// lose the answer (RFC 9112 §9.6).
const DISCARDED: usize = FORM;

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

/// Receives the form of a request.
///
/// # Errors
/// If it is too long, or too slow, or broken.
pub async fn form(mut body: Incoming, limit: Duration) -> Result<Vec<u8>, Unreceived> {
    let received = timeout(limit, whole(&mut body)).await;
    received.unwrap_or(Err(Unreceived::TooSlow))
}

async fn whole(body: &mut Incoming) -> Result<Vec<u8>, Unreceived> {
    let mut form = Vec::new();
    let mut length = 0;
    while let Some(data) = next(body).await? {
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
