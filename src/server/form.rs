//! Queries and forms as Go's `net/url` reads them (`ParseQuery`). Pure.

use super::path::{bad_escape, lossy, quote};
use crate::api::parameters::Parameters;
use percent_encoding::percent_decode;

/// Adds the parameters of a query or a form. Malformed parameters are left out.
///
/// # Errors
/// If a parameter is malformed.
pub fn parse(text: &[u8], parameters: &mut Parameters) -> Result<(), String> {
    let mut result = Ok(());
    let pairs = text.split(|byte| *byte == b'&');
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        if pair.contains(&b';') {
            // The only error that replaces an earlier one.
            result = Err("invalid semicolon separator in query".to_owned());
            continue;
        }
        let end = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = pair.split_at(end.unwrap_or(pair.len()));
        let value = value.strip_prefix(b"=").unwrap_or_default();
        match bad_escape(name).or_else(|| bad_escape(value)) {
            None => parameters.add(&decoded(name), || decoded(value)),
            Some(escape) => result = result.and(Err(fault(escape))),
        }
    }
    result
}

fn fault(escape: &[u8]) -> String {
    format!("invalid URL escape {}", quote(escape))
}

/// A text without a bad escape. What is not UTF-8 is read lossily.
fn decoded(text: &[u8]) -> String {
    let is_plus = |byte: &u8| *byte == b'+';
    let mut bytes = Vec::with_capacity(text.len());
    for (i, part) in text.split(is_plus).enumerate() {
        bytes.extend((i > 0).then_some(b' '));
        bytes.extend(percent_decode(part));
    }
    lossy(&bytes)
}
