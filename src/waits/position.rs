//! The index from which a wait looks.

use super::Entry;
use crate::api::request::Wait;
use std::borrow::Cow;

/// The index from which a wait looks.
#[derive(Debug, Clone, PartialEq)]
pub enum Position {
    /// The wait has no index yet: the first event after its registration counts.
    Next,
    /// The caller's text. The server judges whether it is an index.
    Given(String),
    /// Every event from this index on counts.
    From(u64),
}

impl Position {
    /// The position at which a wait begins. A write that has overtaken the wait gives it an index.
    pub fn of(wait: &Wait, entry: &Entry) -> Self {
        match (&wait.index, entry.overtaken()) {
            (Some(text), _) if !wait.is_open() => Position::Given(text.clone()),
            (_, Some(index)) => Position::From(index),
            (_, None) => Position::Next,
        }
    }

    /// The index, if there is one.
    pub fn index(&self) -> Option<u64> {
        match self {
            Position::Next => None,
            Position::Given(text) => text.parse().ok(),
            Position::From(index) => Some(*index),
        }
    }

    /// The index as a parameter.
    pub fn parameter(&self) -> Option<Cow<'_, str>> {
        match self {
            Position::Next => None,
            Position::Given(text) => Some(text.into()),
            Position::From(index) => Some(index.to_string().into()),
        }
    }
}
