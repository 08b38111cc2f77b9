//! The parts of an invalid URL that errors show. Pure. The text may contain a password, and so may its neighbours in a list.

use std::net::Ipv6Addr;

/// Replaces a part that may be of a password.
const HIDDEN: &str = "…";

const ENCODE: &str = " (a character such as , / # ? in a password must be percent-encoded)";

const ENCODE_OR_ARRAY: &str = " (a character such as , / # ? in a password must be percent-encoded; several hosts can be given as an array)";

const REST: &str =
    " (the rest may be a part of a password, in which a comma must be percent-encoded)";

/// The parts of an invalid URL that an error shows.
#[derive(Debug)]
pub struct Shown {
    /// The text without parts that may be of a password.
    pub text: String,
    /// The advice after the text.
    pub advice: &'static str,
}

impl Shown {
    /// `is_ambiguous`: the text may be several hosts. `precedes_at`: the text may be the first part of a password.
    pub fn of(text: &str, is_ambiguous: bool, precedes_at: bool) -> Self {
        let (scheme, after_at) = split_credentials(text);
        let address = after_at.unwrap_or(&text[scheme.len()..]);
        let (text, advice) = match (is_ambiguous && after_at.is_some(), precedes_at) {
            (true, true) => (format!("{scheme}{HIDDEN}"), ENCODE_OR_ARRAY),
            (true, false) => (format!("{scheme}{HIDDEN}@{address}"), ENCODE_OR_ARRAY),
            (false, true) => (format!("{scheme}{}", name_alone(address)), REST),
            (false, false) if after_at.is_some() => (without_credentials(text), ENCODE),
            (false, false) => (text.to_owned(), ""),
        };
        Shown { text, advice }
    }
}

/// The name at the start of an address, with a mark if more follows.
fn name_alone(address: &str) -> String {
    let bracket = address.strip_prefix('[').and_then(|it| it.split_once(']'));
    let in_brackets = bracket.filter(|(name, _)| name.parse::<Ipv6Addr>().is_ok());
    let after = in_brackets.map_or(0, |(name, _)| name.len() + "[]".len());
    match address[after..].find([':', '/', '\\', '?', '#']) {
        Some(end) => format!("{}{HIDDEN}", &address[..=after + end]),
        None => address.to_owned(),
    }
}

/// The scheme of an invalid URL with its `://`, and the text after the last `@`, if there is one.
fn split_credentials(text: &str) -> (&str, Option<&str>) {
    let is_in_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme = |end: &usize| text[..*end].chars().all(is_in_scheme);
    let end = text.find("://").filter(is_scheme);
    let (scheme, rest) = text.split_at(end.map_or(0, |end| end + "://".len()));
    (scheme, rest.rsplit_once('@').map(|(_, address)| address))
}

/// An invalid URL without the text between its scheme and its last `@`, which may be credentials.
pub fn without_credentials(text: &str) -> String {
    match split_credentials(text) {
        ("://", Some(address)) => address.to_owned(),
        (scheme, Some(address)) => format!("{scheme}{address}"),
        (_, None) => text.to_owned(),
    }
}

/// An invalid URL in quotes and without credentials, for an error.
pub fn quoted(text: &str) -> String {
    let Shown { text, advice } = Shown::of(text, false, false);
    format!("\"{text}\"{advice}")
}
