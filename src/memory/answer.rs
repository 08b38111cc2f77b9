//! The answers of the store, as a v2 server gives them over HTTP.

use super::event::Event;
use super::failure::Failure;
use crate::api::error::{Attempt, Error, Kind};
use crate::api::outcome::{Origin, Outcome};
use crate::api::request::Request;
use crate::api::v2_error::body;
use std::sync::Arc;

/// What stands for the host that answered.
pub const ENDPOINT: &str = "memory:";

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `X-Etcd-Index`. Statistics have none.
    pub index: Option<u64>,
    /// The JSON, without the newline at the end of a body.
    pub body: Arc<str>,
    /// The index of the event that answers a wait.
    pub event_index: Option<u64>,
}

impl Answer {
    /// A success.
    pub fn new(status: u16, index: u64, body: impl Into<Arc<str>>) -> Self {
        Answer {
            status,
            index: Some(index),
            body: body.into(),
            event_index: None,
        }
    }

    /// The answer to a write.
    pub fn written(event: &Event, is_short: bool) -> Self {
        let status = if event.is_creation() { 201 } else { 200 };
        let body = match is_short {
            true => event.short_body(),
            false => event.body(),
        };
        Answer::new(status, event.index(), body)
    }

    /// The event that ends a wait. `index`: that of the store when the wait was registered.
    pub fn of_wait(event: &Event, body: Arc<str>, index: u64) -> Self {
        Answer {
            event_index: Some(event.index()),
            ..Answer::new(200, index, body)
        }
    }

    /// An error.
    pub fn failed(failure: &Failure, index: u64) -> Self {
        let (status, code, message) = failure.code.parts();
        let body = body(code, message, &failure.cause, index);
        Answer::new(status, index, body)
    }

    /// What the answer to a request means. A read of a key that does not exist is no error (point 20 of docs/compatibility.md).
    ///
    /// # Errors
    /// If the store refused the request.
    pub fn outcome(self, request: &Request) -> Result<Outcome, Error> {
        let is_success = self.status < 300;
        let is_miss = self.status == 404 && request.written_key().is_none();
        if !is_success && !is_miss {
            return Err(self.error());
        }
        Ok(Outcome {
            body: is_success.then(|| self.body.to_string()),
            origin: Origin {
                status: self.status,
                index: self.index,
                endpoint: ENDPOINT.to_owned(),
                attempts: Vec::new(),
            },
        })
    }

    fn error(self) -> Error {
        let body = serde_json::from_str(&self.body).unwrap_or_default();
        Error {
            status: Some(self.status),
            endpoint: Some(ENDPOINT.to_owned()),
            attempts: vec![Attempt::answered(ENDPOINT, self.status)],
            ..Error::new(Kind::Api(body))
        }
    }
}
