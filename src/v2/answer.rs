//! What a host answers: the head first, then the body.

use crate::api::error::{Attempt, Failure};
use crate::cluster::{Failed, Host, Slot};
use crate::net::Response;
use std::sync::atomic::AtomicBool;

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
    /// The host that answers.
    pub host: Host,
    response: Response,
    /// Held until the body has come.
    _slot: Option<Slot>,
}

impl Answer {
    /// Whether the request was granted.
    pub fn is_success(&self) -> bool {
        is_success(self.status)
    }
}

impl Answer {
    /// The answer, after these attempts have failed.
    pub fn after(self, failed: Failed) -> Self {
        Answer {
            attempts: failed.attempts,
            doubtful: failed.in_doubt,
            ..self
        }
    }
}

/// Whether an HTTP status says that the request was granted.
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

    /// The rest of the answer.
    pub async fn read(self) -> Result<Answer, Failure> {
        self.read_noting(&AtomicBool::new(false)).await
    }

    /// The same; `begun` is set when some of it has come.
    pub async fn read_noting(self, begun: &AtomicBool) -> Result<Answer, Failure> {
        let text = String::from_utf8(self.response.read(begun).await?);
        Ok(Answer {
            status: self.status,
            index: self.index,
            body: text.unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned()),
            endpoint: self.host.endpoint().to_owned(),
            attempts: Vec::new(),
            doubtful: false,
        })
    }
}
