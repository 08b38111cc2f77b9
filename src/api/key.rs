//! Keys: how a caller's text is read as a path, and as parameters that follow it. Pure.

use super::error::Invalid;
use super::parameters::Parameters;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;
use url::form_urlencoded;

/// How a key is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Syntax {
    /// As etcdjs reads it, like the end of a URL (point 17 of docs/compatibility.md): `%` is sent as it is, `?` begins a query,
    /// `#` ends the key, `\` is `/`, white space at the end does not count.
    #[default]
    Loose,
    /// Every character stands for itself.
    Strict,
}

/// A key as the caller gave it.
#[derive(Debug, Clone, Default)]
pub struct Key {
    /// The caller's text.
    pub text: String,
    /// How to read it.
    pub syntax: Syntax,
}

/// The characters that Node's legacy URL parser escapes, which etcdjs uses.
const LOOSE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Everything but the path characters of RFC 3986 and the slash.
const STRICT: &AsciiSet = &LOOSE
    .add(b'#')
    .add(b'%')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']');

/// White space that the legacy URL parser of Node.js cuts off the end.
const WHITE_SPACE: &[char] = &[' ', '\t', '\r', '\n', '\u{c}', '\u{a0}', '\u{feff}'];

impl Key {
    /// A key whose characters each stand for themselves.
    pub fn strict(text: &str) -> Self {
        Key {
            text: text.to_owned(),
            syntax: Syntax::Strict,
        }
    }

    /// The parameters in the query of the key.
    pub fn parameters(&self) -> Parameters {
        let (_, query) = self.split().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        Parameters(pairs.map(|(name, value)| (name.into(), value)).collect())
    }

    /// The segments of the key as the server reads them, joined by slashes: the form in which keys are compared.
    pub fn canonical(&self) -> String {
        let (path, _) = self.split().unwrap_or_default();
        let decoded = percent_decode_str(&path).decode_utf8_lossy();
        let segments: Vec<&str> = decoded
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        segments.join("/")
    }

    /// The path of the key and the query in it, both percent-encoded.
    ///
    /// # Errors
    /// If the key has a segment that is no name, or a control character that must be percent-encoded.
    pub fn parts(&self) -> Result<(String, String), Invalid> {
        let (path, query) = self.split()?;
        check_segments(&path, self.syntax)?;
        Ok((path, query))
    }

    /// Whether the server reads an empty segment in the path of the key: `//`, also where a slash is percent-encoded. etcd's v2
    /// API answers a write of such a key with 301.
    pub fn has_empty_segment(&self) -> bool {
        let (path, _) = self.split().unwrap_or_default();
        let decoded: Vec<u8> = percent_decode_str(&path).collect();
        decoded.starts_with(b"/") || decoded.windows(2).any(|pair| pair == b"//")
    }

    fn split(&self) -> Result<(String, String), Invalid> {
        let text = self.text.strip_prefix('/').unwrap_or(&self.text);
        if self.syntax == Syntax::Strict {
            return Ok((encode(text, STRICT), String::new()));
        }
        let text = text.trim_end_matches(WHITE_SPACE);
        let text = text.split_once('#').map_or(text, |(key, _)| key);
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        if text.contains(|c: char| c < ' ' && !WHITE_SPACE.contains(&c) || c == '\u{c}') {
            return Err(Invalid::UnescapedCharacter);
        }
        let path = path.replace('\\', "/");
        Ok((encode(&path, LOOSE), encode(query, LOOSE)))
    }
}

/// As a `Cow`, a text without such characters is copied whole, and not character by character.
fn encode(text: &str, set: &'static AsciiSet) -> String {
    Cow::from(utf8_percent_encode(text, set)).into_owned()
}

/// A server resolves a `.` or `..` segment, raw or encoded: such a key could leave `/v2/keys`.
fn check_segments(path: &str, syntax: Syntax) -> Result<(), Invalid> {
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let mut segments = decoded.split(|byte| *byte == b'/');
    if segments.any(|segment| matches!(segment, b"." | b"..")) {
        return Err(Invalid::DotSegment);
    }
    let has_empty = path.starts_with('/') || path.contains("//");
    if syntax == Syntax::Strict && has_empty {
        return Err(Invalid::EmptySegment);
    }
    Ok(())
}
