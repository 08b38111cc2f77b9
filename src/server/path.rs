//! Paths of requests as Go's `net/url` and `net/http` read them. Pure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// What Go escapes in a path (`shouldEscape` of `net/url`).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// A text whose escapes are decoded. What is not UTF-8 then is read lossily.
///
/// # Errors
/// The first escape that is none, with at most the two characters after its `%`.
pub fn unescape(text: &str) -> Result<String, String> {
    match bad_escape(text) {
        Some(escape) => Err(escape),
        None => Ok(decode(text).into_owned()),
    }
}

/// The same for a text without a bad escape.
pub fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The first escape that is none.
pub fn bad_escape(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('%') {
        let digits = after.as_bytes().get(..2);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            let shown = after.as_bytes().iter().take(2).copied().collect();
            return Some(format!("%{}", lossy(shown)));
        }
        rest = &after[2..];
    }
    None
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A path without empty, `.` and `..` segments. A slash at its end stays (`cleanPath` of `net/http`).
pub fn clean(path: &str) -> String {
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    let end = match path.ends_with('/') && !names.is_empty() {
        true => "/",
        false => "",
    };
    format!("/{}{end}", names.join("/"))
}

/// A path as Go writes it in a URL.
pub fn escape(path: &str) -> String {
    utf8_percent_encode(path, ESCAPED).to_string()
}
