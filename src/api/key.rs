//! Keys, and the path under `/v2/keys` that each stands for.

use crate::api::error::Invalid;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::form_urlencoded;

/// How a key is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Syntax {
    /// As etcdjs reads it, like the tail of a URL: `%` goes out as it is, `?` begins a query,
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

/// What the legacy URL parser of Node.js escapes, on which `etcdjs` rests.
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
    /// The path with a query: the call's parameters first, since etcd takes the first of a name,
    /// then those in the key.
    pub fn path(&self, query: &str) -> Result<String, Invalid> {
        let (path, own_query) = self.split()?;
        check_segments(&path, self.syntax)?;
        let queries: Vec<&str> = [query, &own_query]
            .into_iter()
            .filter(|query| !query.is_empty())
            .collect();
        Ok(match queries.is_empty() {
            true => format!("/v2/keys/{path}"),
            false => format!("/v2/keys/{path}?{}", queries.join("&")),
        })
    }

    /// Whether the query in the key has a condition: `prevExist`, `prevValue` or `prevIndex`.
    pub(super) fn brings_condition(&self) -> bool {
        let (_, query) = self.split().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name.starts_with("prev"))
    }

    /// The segments that the server sees, with slashes between them: the form in which keys are compared.
    pub fn canonical(&self) -> String {
        let (path, _) = self.split().unwrap_or_default();
        let decoded = percent_decode_str(&path).decode_utf8_lossy();
        let segments: Vec<&str> = decoded
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        segments.join("/")
    }

    /// The path below `/v2/keys/` and the query that the key brings along, both percent-encoded.
    fn split(&self) -> Result<(String, String), Invalid> {
        let text = self.text.strip_prefix('/').unwrap_or(&self.text);
        if self.syntax == Syntax::Strict {
            return Ok((utf8_percent_encode(text, STRICT).to_string(), String::new()));
        }
        let text = text.trim_end_matches(WHITE_SPACE);
        let text = text.split_once('#').map_or(text, |(key, _)| key);
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        if text.contains(|c: char| c < ' ' && !WHITE_SPACE.contains(&c) || c == '\u{c}') {
            return Err(Invalid::UnescapedCharacter);
        }
        let path = path.replace('\\', "/");
        let encode = |text: &str| utf8_percent_encode(text, LOOSE).to_string();
        Ok((encode(&path), encode(query)))
    }
}

/// A `.` or `..` segment is resolved by the server, raw or encoded, and may leave `/v2/keys`.
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
