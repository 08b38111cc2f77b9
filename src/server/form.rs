//! Queries and forms as Go's `net/url` reads them (`ParseQuery`). Pure.

use super::path::{lossy, quote, unescape};
use crate::api::parameters::Parameters;

/// The parameters of a text, and the error of those that are left out.
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
        match decoded(name).and_then(|name| Ok((name, decoded(value)?))) {
            Ok((name, value)) => parameters.0.push((name.into(), value)),
            Err(fault) => result = result.and(Err(fault)),
        }
    }
    result
}

/// What is not UTF-8 is read lossily.
fn decoded(text: &[u8]) -> Result<String, String> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    match unescape(&spaced) {
        Ok(bytes) => Ok(lossy(&bytes)),
        Err(escape) => Err(format!("invalid URL escape {}", quote(&escape))),
    }
}
