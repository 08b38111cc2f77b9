//! An answer of etcd over HTTP: the header section first ([`Incoming`]), then the body ([`Answer`]).

use crate::api::error::{Attempt, Failure};
use crate::cluster::{Failed, Host, Slot};
use crate::net::Response;
use serde_json::Value;
use std::sync::atomic::AtomicBool;

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The store's index when it answered (`X-Etcd-Index`).
    pub index: Option<u64>,
    /// The body. Bytes that are not UTF-8 are U+FFFD.
    pub body: String,
    /// The host that answered, without credentials.
    pub endpoint: String,
    /// The attempts that failed before this host answered.
    pub attempts: Vec<Attempt>,
    /// Whether a server may have processed one of these attempts.
    pub in_doubt: bool,
}

/// An answer whose header section has arrived.
#[derive(Debug)]
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    /// The store's index when it answered (`X-Etcd-Index`).
    pub index: Option<u64>,
    /// The host that answers.
    pub host: Host,
    response: Response,
    /// Held until the body has been read.
    _slot: Option<Slot>,
}

impl Answer {
    /// Whether the status is a success (2xx).
    pub fn is_success(&self) -> bool {
        is_success(self.status)
    }

    /// Whether this is a 404 that no etcd v2 store gave: the host has no such store, and did nothing.
    pub fn is_of_no_v2_store(&self) -> bool {
        let code = |body: Value| body["errorCode"].is_null();
        self.status == 404
            && self.index.is_none()
            && serde_json::from_str(&self.body).map_or(true, code)
    }

    /// The answer, after these attempts have failed.
    pub fn after(self, failed: Failed) -> Self {
        Answer {
            attempts: failed.attempts,
            in_doubt: failed.in_doubt,
            ..self
        }
    }
}

/// Whether an HTTP status is a success (2xx).
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

impl Incoming {
    pub(super) fn new(host: &Host, response: Response, slot: Option<Slot>) -> Self {
        let index = response.wanted.as_ref();
        Incoming {
            status: response.status,
            index: index.and_then(|index| index.to_str().ok()?.parse().ok()),
            host: host.clone(),
            response,
            _slot: slot,
        }
    }

    /// Reads the body.
    ///
    /// # Errors
    /// If the body does not arrive, or is larger than `maxResponseSize`.
    pub async fn read(self) -> Result<Answer, Failure> {
        self.read_noting(&AtomicBool::new(false)).await
    }

    /// Reads the body; sets `has_begun` when a part of it has arrived.
    pub async fn read_noting(self, has_begun: &AtomicBool) -> Result<Answer, Failure> {
        let text = String::from_utf8(self.response.read(has_begun).await?);
        Ok(Answer {
            status: self.status,
            index: self.index,
            body: text.unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned()),
            endpoint: self.host.endpoint().to_owned(),
            attempts: Vec::new(),
            in_doubt: false,
        })
    }
}
