//! What a wait gives its caller. Pure.

use crate::api::error::{Attempt, Error, Kind};
use crate::api::outcome::{Origin, Outcome};
use crate::net::failure::{response_too_large, silence};
use crate::v3::events::Target;
use crate::v3::v2_error;

/// What a wait looks at, and from where.
pub struct Start {
    pub target: Target,
    pub from: Option<i64>,
}

/// An event that a wait has found.
pub struct Found {
    pub outcome: Outcome,
    pub revision: u64,
}

/// Why a wait ends without an event.
pub enum Stop {
    Failed(Error),
    /// All timeouts have run out. The watch is sound.
    Idle(Error),
    /// The revision of a store that has gone back behind the position.
    GoneBack(i64),
    /// The revisions before this one are compacted.
    Compacted(i64, Error),
}

impl From<Error> for Box<Stop> {
    fn from(error: Error) -> Self {
        Box::new(Stop::Failed(error))
    }
}

/// The outcome of a wait with an event.
pub fn found(body: String, index: Option<u64>, endpoint: &str, attempts: Vec<Attempt>) -> Outcome {
    Outcome {
        body: Some(body),
        origin: Origin {
            status: 200,
            index,
            endpoint: endpoint.to_owned(),
            attempts,
        },
    }
}

/// etcd's error 401: the history before `first` is lost, and the store is at `index`.
pub fn cleared(first: i64, from: Option<i64>, index: i64) -> Error {
    let from = from.unwrap_or_default();
    let cause = format!("the requested history has been cleared [{first}/{from}]");
    v2_error::cleared(&cause, index)
}

/// The end of an idle wait (point 32 of docs/compatibility.md).
pub fn idle(endpoint: &str, attempts: Vec<Attempt>) -> Error {
    Error {
        endpoint: Some(endpoint.to_owned()),
        attempts,
        ..Error::new(Kind::Network(silence()))
    }
}

/// The events at the position are larger than the client takes.
pub fn too_large(endpoint: &str, limit: usize) -> Error {
    let failure = response_too_large(limit);
    let attempts = vec![Attempt {
        host: endpoint.to_owned(),
        error: failure.message.clone(),
    }];
    Error {
        endpoint: Some(endpoint.to_owned()),
        attempts,
        ..Error::new(Kind::Network(failure))
    }
}

/// A timeout that has run out without an event.
pub fn silent_attempt(endpoint: &str) -> Attempt {
    Attempt {
        host: endpoint.to_owned(),
        error: silence().message,
    }
}
