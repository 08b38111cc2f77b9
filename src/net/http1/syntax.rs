//! The parts of field values (RFC 9110 §5.6), and the failure of a server that breaks a rule. Pure.

use super::super::failure;
use crate::api::error::Failure;

/// The members of a list (RFC 9110 §5.6.1).
pub fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// A number: digits alone (RFC 9110 §8.6).
pub fn number(token: &[u8]) -> Option<u64> {
    let is_number = token.iter().all(u8::is_ascii_digit);
    let text = str::from_utf8(token).ok().filter(|_| is_number);
    text?.parse().ok()
}

/// The failure of a server that breaks a rule of HTTP.
pub fn violation(what: impl std::fmt::Display) -> Failure {
    failure::of_protocol(&what)
}
