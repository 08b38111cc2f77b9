//! Paths of requests as Go's `net/url` and `net/http` read them. Pure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

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

/// A text whose escapes are decoded.
///
/// # Errors
/// The first malformed escape, with at most the two bytes after its `%`.
pub fn unescape(text: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
    match bad_escape(text) {
        Some(escape) => Err(escape.to_vec()),
        None => Ok(percent_decode(text).collect()),
    }
}

/// The first escape that is malformed.
pub fn bad_escape(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    loop {
        let at = rest.iter().position(|byte| *byte == b'%')?;
        let escape = &rest[at..rest.len().min(at + 3)];
        if escape.len() < 3 || !escape[1..].iter().all(u8::is_ascii_hexdigit) {
            return Some(escape);
        }
        rest = &rest[at + 3..];
    }
}

/// The text with a replacement character for each byte that is not UTF-8, as Go reads text.
pub fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text += chunk.valid();
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

/// The text in quotes, as Go writes it (`strconv.Quote`), for the few characters that an escape can have.
pub fn quote(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        text.extend(chunk.valid().chars().map(quoted));
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text + "\""
}

fn quoted(character: char) -> String {
    match character {
        '"' | '\\' => format!("\\{character}"),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\0'..='\u{1f}' | '\u{7f}' => format!("\\x{:02x}", u32::from(character)),
        '\u{80}'..='\u{a0}' | '\u{ad}' => format!("\\u{:04x}", u32::from(character)),
        character => character.to_string(),
    }
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
