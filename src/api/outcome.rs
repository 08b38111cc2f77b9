//! What a call brings, and where it comes from.

use crate::api::error::Attempt;
use serde_json::{Value, json};

/// What a call brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The answer's body as it came; none of a read that found no key.
    pub body: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
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

impl Origin {
    /// As JavaScript is told: `status`, `index`, `host`, and how many `attempts` there were.
    pub fn to_json(&self) -> Value {
        json!({
            "status": self.status,
            "index": self.index,
            "host": self.endpoint,
            "attempts": self.attempts.len() + 1,
        })
    }
}
