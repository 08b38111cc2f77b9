//! Queries and forms as Go's `net/url` reads them (`ParseQuery`). Pure.

use super::path::unescape;
use crate::api::parameters::Parameters;

/// The parameters of a text, and the error of those that are left out.
pub fn parse(text: &str, parameters: &mut Parameters) -> Result<(), String> {
    let mut result = Ok(());
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        if pair.contains(';') {
            // The only error that replaces an earlier one.
            result = Err("invalid semicolon separator in query".to_owned());
            continue;
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match decoded(name).and_then(|name| Ok((name, decoded(value)?))) {
            Ok((name, value)) => parameters.0.push((name.into(), value)),
            Err(fault) => result = result.and(Err(fault)),
        }
    }
    result
}

fn decoded(text: &str) -> Result<String, String> {
    let text = unescape(&text.replace('+', "%20"));
    text.map_err(|escape| format!("invalid URL escape {escape:?}"))
}
