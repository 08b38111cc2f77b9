//! The failures at several addresses of one host.

use super::Failure;

/// The failures, in the order in which the addresses were tried. A type of its own, so that a pointer to it is thin: each result
/// of a call has room for that pointer.
#[derive(Debug, Clone, PartialEq)]
pub struct ByAddress(pub Vec<Failure>);
