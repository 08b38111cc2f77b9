//! Queries and forms as Go's `net/url` reads them (`ParseQuery`). Pure.

use super::path::{bad_escape, decode};
use crate::api::parameters::Parameters;
use std::borrow::Cow;

/// Adds the parameters of a text. Returns the error of those that are left out.
pub fn parse(text: &str, parameters: &mut Parameters) -> Result<(), String> {
    let mut result = Ok(());
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        if pair.contains(';') {
            // The only error that replaces an earlier one.
            result = Err("invalid semicolon separator in query".to_owned());
            continue;
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match bad_escape(name).or_else(|| bad_escape(value)) {
            None => parameters.add(&decoded(name), || decoded(value).into_owned()),
            Some(escape) => result = result.and(Err(format!("invalid URL escape {escape:?}"))),
        }
    }
    result
}

fn decoded(text: &str) -> Cow<'_, str> {
    match text.contains('+') {
        true => decode(&text.replace('+', " ")).into_owned().into(),
        false => decode(text),
    }
}
