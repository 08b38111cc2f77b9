//! The text of a URL before it is parsed: the name in it, and whether it is a URL. Pure.

use super::MAX_URL;
use std::borrow::Cow;
use std::ops::Range;
use url::Url;

/// Encodes the name of a host outside ASCII as DNS does (`xn--…`). An empty text if it is no name.
///
/// The caller gives it: Node has the tables for it (140 KB), and this library does without them.
pub type EncodeName<'a> = &'a dyn Fn(&str) -> String;

/// The text of a URL, with or without a scheme, whose host name is encoded if it is outside ASCII.
pub fn with_encoded_name<'a>(text: &'a str, encode: EncodeName<'_>) -> Cow<'a, str> {
    if text.is_ascii() {
        return text.into();
    }
    let name = name_in(text);
    let encoded = match &text[name.clone()] {
        name if name.is_ascii() => String::new(),
        name => encode(name),
    };
    // A full-width comma is encoded as a comma.
    match encoded.is_empty() || encoded.contains(',') {
        true => text.into(),
        false => [&text[..name.start], &encoded, &text[name.end..]]
            .concat()
            .into(),
    }
}

/// The range of the host name in the text of a URL, with or without a scheme.
fn name_in(text: &str) -> Range<usize> {
    let start = text.find("://").map_or(0, |scheme| scheme + "://".len());
    let length = text[start..].find(['/', '\\', '?', '#']);
    let authority = &text[start..length.map_or(text.len(), |length| start + length)];
    let userinfo = authority.rfind('@').map_or(0, |at| at + 1);
    let name = authority[userinfo..].split(':').next().unwrap_or_default();
    start + userinfo..start + userinfo + name.len()
}

/// Parses a URL with scheme and host. `None` if a part of its credentials could be read as a host.
pub fn url(text: &str) -> Option<Url> {
    parsed(text).filter(|_| !at_follows_authority(text))
}

/// Parses a URL with scheme, host and a path that may contain an `@`. `None` if the text before the path could begin
/// credentials.
pub fn url_with_path(text: &str) -> Option<Url> {
    let (_, authority, _) = parts(text);
    let is_address = || {
        let url = Url::parse(&format!("http://{authority}"));
        url.is_ok() && !authority.contains('@')
    };
    parsed(text).filter(|_| !at_follows_authority(text) || is_address())
}

fn parsed(text: &str) -> Option<Url> {
    // A server may send megabytes, for which the parser takes seconds.
    if text.len() > MAX_URL || !is_userinfo_of_one_host(text) {
        return None;
    }
    // No name has a comma, but a percent-encoded name or one outside ASCII may be read as one.
    let is_name = |url: &Url| url.host_str().is_some_and(|name| !name.contains(','));
    Url::parse(text).ok().filter(is_name)
}

/// The scheme, the authority and the rest.
fn parts(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let rest = rest.trim_start_matches(['/', '\\']);
    let (authority, path) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    (scheme, authority, path)
}

/// Whether an `@` follows a / \ ? or #. A password may contain these: then the text before them is not the host.
fn at_follows_authority(url: &str) -> bool {
    parts(url).2.contains('@')
}

/// Whether no comma in the userinfo may separate two hosts. A comma may be a part of a password, but not of a user's name, nor of a
/// userinfo with a second `@`.
fn is_userinfo_of_one_host(url: &str) -> bool {
    let userinfo = parts(url).1.rsplit_once('@');
    let with_comma = userinfo.and_then(|(userinfo, _)| Some((userinfo, userinfo.split_once(',')?)));
    with_comma.is_none_or(|(userinfo, (user, _))| user.contains(':') && !userinfo.contains('@'))
}
