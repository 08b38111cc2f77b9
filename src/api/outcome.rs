//! The outcome of a call, and how a chain of waits goes on.

use super::error::{Attempt, Error};

/// The outcome of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The answer's body as it came; none of a read that found no key.
    pub body: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// How a call ended.
#[derive(Debug)]
pub struct Ended {
    /// What the caller gets.
    pub result: Result<Outcome, Error>,
    /// How its chain of waits goes on. For other calls this is empty.
    pub continuation: Continuation,
}

/// How a chain of waits goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Continuation {
    /// The index from which the next wait looks, if it is known.
    pub next_index: Option<u64>,
    /// Whether the caller polls again at once, without a call of its callback.
    pub repoll: bool,
    /// The events that may have been lost.
    pub gap: Option<Gap>,
}

/// Indexes whose events may have been lost. `to` is below `from` if the store's index has gone back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The first index.
    pub from: u64,
    /// The last index.
    pub to: u64,
}

impl From<Result<Outcome, Error>> for Ended {
    fn from(result: Result<Outcome, Error>) -> Self {
        Ended {
            result,
            continuation: Continuation::default(),
        }
    }
}

/// Where an answer comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The HTTP status.
    pub status: u16,
    /// The store's index when it answered.
    pub index: Option<u64>,
    /// The host that answered, without credentials.
    pub endpoint: String,
    /// The hosts that failed before this one answered.
    pub attempts: Vec<Attempt>,
}
