//! The text of a host, before it is a URL: what is added to it, where its name is, and what of it may be shown. Pure.

use crate::error::MAX_LINE;
use std::borrow::Cow;
use std::ops::Range;
use url::Url;

/// The port of a host that names none: the client port of etcd 0.x, which etcdjs adds.
const DEFAULT_PORT: &str = ":4001";

/// Encodes the name of a host that is not in ASCII as DNS has it (`xn--…`); an empty text where it is no name.
///
/// The caller brings it: Node.js has the tables for this, of 140 kB, and this library does without them.
pub type EncodeName<'a> = &'a dyn Fn(&str) -> String;

/// Adds the scheme and the port that are missing and drops one trailing slash.
pub fn normalize(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let address = authority
        .rsplit_once('@')
        .map_or(authority, |(_, address)| address);
    let after_brackets = address.rsplit_once(']').map_or(address, |(_, port)| port);
    let port = if after_brackets.contains(':') {
        ""
    } else {
        DEFAULT_PORT
    };
    format!("{scheme}://{authority}{port}{path}")
}

/// The text of a URL, with a scheme or without, with the name of its host encoded where that is not in ASCII.
pub fn with_encoded_name<'a>(text: &'a str, encode: EncodeName<'_>) -> Cow<'a, str> {
    if text.is_ascii() {
        return text.into();
    }
    let name = name_in(text);
    let encoded = match &text[name.clone()] {
        name if name.is_ascii() => String::new(),
        name => encode(name),
    };
    match encoded.is_empty() {
        true => text.into(),
        false => [&text[..name.start], &encoded, &text[name.end..]]
            .concat()
            .into(),
    }
}

/// Where the name of the host is in the text of a URL, with a scheme or without.
fn name_in(text: &str) -> Range<usize> {
    let start = text.find("://").map_or(0, |scheme| scheme + "://".len());
    let length = text[start..].find(['/', '\\', '?', '#']);
    let authority = &text[start..length.map_or(text.len(), |length| start + length)];
    let userinfo = authority.rfind('@').map_or(0, |at| at + 1);
    let name = authority[userinfo..].split(':').next().unwrap_or_default();
    start + userinfo..start + userinfo + name.len()
}

/// The URL of a text that has a scheme, and a host. None where part of its credentials could be taken for a host.
pub fn url(text: &str) -> Option<Url> {
    // The parser takes seconds for a few megabytes, which a server may send.
    if text.len() > MAX_LINE || has_broken_credentials(text) {
        return None;
    }
    Url::parse(text).ok().filter(Url::has_host)
}

/// Whether credentials are not percent-encoded where they must be: a / \ ? or # before an `@`, so that what is before it is
/// not the host; or a comma that may separate two hosts, each with its own.
fn has_broken_credentials(url: &str) -> bool {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let rest = rest.trim_start_matches(['/', '\\']);
    let (authority, path) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    let userinfo = authority.rsplit_once('@').map(|(userinfo, _)| userinfo);
    path.contains('@') || userinfo.is_some_and(|userinfo| !is_of_one_host(userinfo))
}

/// A comma may stand in a password, but neither in a user's name nor beside a second `@`.
fn is_of_one_host(userinfo: &str) -> bool {
    match userinfo.split_once(',') {
        Some((user, _)) => user.contains(':') && !userinfo.contains('@'),
        None => true,
    }
}

/// A text that may be no URL, without what may be credentials: all between its scheme and its last `@`.
pub fn without_credentials(text: &str) -> String {
    let is_scheme = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let parts = text
        .split_once("://")
        .filter(|(scheme, _)| is_scheme(scheme));
    let (scheme, rest) = parts.unwrap_or(("", text));
    let Some((_, rest)) = rest.rsplit_once('@') else {
        return text.to_owned();
    };
    match scheme {
        "" => rest.to_owned(),
        scheme => format!("{scheme}://{rest}"),
    }
}

/// A text that is no URL, in quotes and without credentials, for an error.
pub fn quoted(text: &str) -> String {
    let shown = without_credentials(text);
    match shown == text {
        true => format!("\"{shown}\""),
        false => format!(
            "\"{shown}\" (a character such as , / # ? in a password must be percent-encoded)"
        ),
    }
}
