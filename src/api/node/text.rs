//! Texts of JSON (RFC 8259 §7), with the escapes of Go's `encoding/json`.

use std::fmt::Write;

/// Writes bytes as a JSON string. What is not UTF-8 becomes U+FFFD, as in etcd's v2 API.
pub fn write_text(out: &mut String, bytes: &[u8]) {
    out.push('"');
    match std::str::from_utf8(bytes) {
        Ok(text) => escape(out, text),
        Err(_) => escape(out, &String::from_utf8_lossy(bytes)),
    }
    out.push('"');
}

fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(may_need_escape) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = from.chars();
        if let Some(special) = characters.next() {
            write_special(out, special);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

/// Whether a character that begins with this byte may need an escape. The bytes of U+2028 and U+2029 begin with 0xE2.
fn may_need_escape(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xe2)
}

fn write_special(out: &mut String, special: char) {
    match special {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
            // Writing to a string does not fail.
            let _ = write!(out, "\\u{:04x}", u32::from(special));
        }
        other => out.push(other),
    }
}
