//! What errors show of a text that is no URL. Pure: it may hold a password, and so may what stands beside it in a list.

use std::net::Ipv6Addr;

/// Stands for what may be a part of a password.
const HIDDEN: &str = "…";

const ENCODE: &str = " (a character such as , / # ? in a password must be percent-encoded)";

const ENCODE_OR_ARRAY: &str = " (a character such as , / # ? in a password must be percent-encoded; several hosts can be given as an array)";

const REST: &str =
    " (the rest may be a part of a password, in which a comma must be percent-encoded)";

/// What an error shows of a text that is no URL.
#[derive(Debug)]
pub struct Shown {
    /// The text without what may be a part of a password.
    pub text: String,
    /// What is to be said behind it.
    pub advice: &'static str,
}

impl Shown {
    /// `is_ambiguous`: it may be several hosts. `precedes_at`: it may be the first part of a password.
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

/// The name at the start of an address, and that something follows it.
fn name_alone(address: &str) -> String {
    let bracket = address.strip_prefix('[').and_then(|it| it.split_once(']'));
    let in_brackets = bracket.filter(|(name, _)| name.parse::<Ipv6Addr>().is_ok());
    let after = in_brackets.map_or(0, |(name, _)| name.len() + "[]".len());
    match address[after..].find([':', '/', '\\', '?', '#']) {
        Some(end) => format!("{}{HIDDEN}", &address[..=after + end]),
        None => address.to_owned(),
    }
}

/// The scheme with its `://` of a text that may be no URL, and what follows its last `@`, if it has one.
fn split_credentials(text: &str) -> (&str, Option<&str>) {
    let is_in_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme = |end: &usize| text[..*end].chars().all(is_in_scheme);
    let end = text.find("://").filter(is_scheme);
    let (scheme, rest) = text.split_at(end.map_or(0, |end| end + "://".len()));
    (scheme, rest.rsplit_once('@').map(|(_, address)| address))
}

/// A text that may be no URL, without what may be credentials: all between its scheme and its last `@`.
pub fn without_credentials(text: &str) -> String {
    match split_credentials(text) {
        ("://", Some(address)) => address.to_owned(),
        (scheme, Some(address)) => format!("{scheme}{address}"),
        (_, None) => text.to_owned(),
    }
}

/// A text that is no URL, in quotes and without credentials, for an error.
pub fn quoted(text: &str) -> String {
    let Shown { text, advice } = Shown::of(text, false, false);
    format!("\"{text}\"{advice}")
}
