//! What a host answers: the head first, then the body.

use super::failure;
use super::slots::Slot;
use super::transport::Response;
use crate::error::{Attempt, Failure};
use crate::hosts::Host;
use std::future::Future;
use std::time::Duration;

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The store's index when it answered (`X-Etcd-Index`).
    pub index: Option<u64>,
    /// The body; what is no UTF-8 in it is U+FFFD.
    pub body: String,
    /// The host that answered, without credentials.
    pub endpoint: String,
    /// The hosts that failed before this one answered.
    pub attempts: Vec<Attempt>,
    /// Whether one of them may have done what the request asks for.
    pub doubtful: bool,
}

/// An answer whose head has come.
#[derive(Debug)]
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    /// The store's index when it answered (`X-Etcd-Index`).
    pub index: Option<u64>,
    /// The host that answers, without credentials.
    pub endpoint: String,
    response: Response,
    /// Held until the body has come.
    _slot: Option<Slot>,
    timeout: Option<Duration>,
}

impl Answer {
    /// Whether the request was granted.
    pub fn is_success(&self) -> bool {
        is_success(self.status)
    }
}

/// Whether an HTTP status says that the request was granted.
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

impl Incoming {
    pub(super) fn new(
        host: &Host,
        response: Response,
        slot: Option<Slot>,
        timeout: Option<Duration>,
    ) -> Self {
        let index = response.headers.get("x-etcd-index");
        Incoming {
            status: response.status,
            index: index.and_then(|index| index.to_str().ok()?.parse().ok()),
            endpoint: host.endpoint().to_owned(),
            response,
            _slot: slot,
            timeout,
        }
    }

    /// The rest of the answer.
    pub async fn read(mut self) -> Result<Answer, Failure> {
        let mut bytes = Vec::new();
        while let Some(chunk) = within(self.timeout, self.response.chunk()).await? {
            bytes.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(bytes);
        Ok(Answer {
            status: self.status,
            index: self.index,
            body: text.unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned()),
            endpoint: self.endpoint,
            attempts: Vec::new(),
            doubtful: false,
        })
    }
}

/// Bounds the silence of a server between two pieces of a body.
async fn within<T>(
    timeout: Option<Duration>,
    piece: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match timeout {
        Some(timeout) => tokio::time::timeout(timeout, piece)
            .await
            .map_err(|_| failure::silence())?,
        None => piece.await,
    }
}
