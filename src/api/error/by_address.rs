//! What happened at each of several addresses of one host.

use super::Failure;
use serde_json::{Value, json};

/// The failures, in the order in which the addresses were tried. A type of its own for a thin pointer to it: each result of
/// a call has room for that pointer.
#[derive(Debug, Clone, PartialEq)]
pub struct ByAddress(pub Vec<Failure>);

impl ByAddress {
    /// What JavaScript makes errors of: `message` and `fields` of each.
    pub fn to_json(&self) -> Value {
        let failures = self.0.iter();
        let described = failures.map(|one| json!({ "message": one.message, "fields": one.fields }));
        described.collect()
    }
}
