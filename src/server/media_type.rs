//! Content types as Go's `mime` reads them (`ParseMediaType`), as far as etcd asks. Pure.
//!
//! They are bytes: Go's tokens and quoted strings need not be UTF-8.

use std::collections::BTreeSet;

const FORM: &[u8] = b"application/x-www-form-urlencoded";
const MALFORMED: &str = "mime: invalid media parameter";

/// The `tspecials` of RFC 2045, which Go escapes in quoted strings and refuses in tokens.
const SPECIAL: &[u8] = b"()<>@,;:\\\"/[]?=";

/// Whether the body of a request is a form, and whether its content type is none.
pub struct MediaType {
    /// Go reads a form although the parameters behind its type are malformed.
    pub is_form: bool,
    /// What is wrong with it.
    pub fault: Option<&'static str>,
}

impl MediaType {
    /// Reads the value of a field `Content-Type`.
    pub fn of(content_type: Option<&[u8]>) -> Self {
        let text = content_type.unwrap_or_default();
        if text.is_empty() {
            return MediaType::new(false, None);
        }
        let end = text.iter().position(|byte| *byte == b';');
        let (name, parameters) = text.split_at(end.unwrap_or(text.len()));
        let name = trimmed(name).to_ascii_lowercase();
        if let Err(fault) = check_name(&name) {
            return MediaType::new(false, Some(fault));
        }
        match check_parameters(parameters) {
            Err(fault) if fault != MALFORMED => MediaType::new(false, Some(fault)),
            checked => MediaType::new(name == FORM, checked.err()),
        }
    }

    fn new(is_form: bool, fault: Option<&'static str>) -> Self {
        MediaType { is_form, fault }
    }
}

/// `checkMediaTypeDisposition`.
fn check_name(name: &[u8]) -> Result<(), &'static str> {
    let (kind, rest) = split_token(name);
    if kind.is_empty() {
        return Err("mime: no media type");
    }
    if rest.is_empty() {
        return Ok(());
    }
    let Some(rest) = rest.strip_prefix(b"/") else {
        return Err("mime: expected slash after first token");
    };
    match split_token(rest) {
        (b"", _) => Err("mime: expected token after slash"),
        (_, b"") => Ok(()),
        _ => Err("mime: unexpected content after media subtype"),
    }
}

fn check_parameters(text: &[u8]) -> Result<(), &'static str> {
    let mut known = BTreeSet::new();
    let mut rest = trimmed(text);
    while !rest.is_empty() {
        let Some((name, behind)) = parameter(rest) else {
            // A semicolon at the end is none of a parameter.
            return if rest == b";" { Ok(()) } else { Err(MALFORMED) };
        };
        if !known.insert(name.to_ascii_lowercase()) {
            return Err("mime: duplicate parameter name");
        }
        rest = trimmed(behind);
    }
    Ok(())
}

/// The name of the first parameter, and the rest behind its value (`consumeMediaParam`).
fn parameter(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = trimmed(text.strip_prefix(b";")?);
    let (name, rest) = split_token(text);
    let text = trimmed(trimmed(rest).strip_prefix(b"=")?);
    let rest = match text.strip_prefix(b"\"") {
        Some(quoted) => behind_quote(quoted)?,
        None => split_token(text).1,
    };
    let is_one = !name.is_empty() && rest.len() < text.len();
    is_one.then_some((name, rest))
}

/// What is behind a quoted string whose first quote has been read (`consumeValue`).
fn behind_quote(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return None,
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', byte, rest @ ..] if SPECIAL.contains(byte) => rest,
            [_, rest @ ..] => rest,
        };
    }
}

/// A token at the beginning, and the rest.
fn split_token(text: &[u8]) -> (&[u8], &[u8]) {
    let is_token = |byte: &u8| byte.is_ascii_graphic() && !SPECIAL.contains(byte);
    let end = text.iter().position(|byte| !is_token(byte));
    text.split_at(end.unwrap_or(text.len()))
}

fn trimmed(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}
