//! The v2 JSON of nodes and events, written as text. The order of the fields is that of etcd's v2 API. Pure.

mod date;
mod text;

pub use date::{parse as parse_date, write as write_date};
pub use text::write_text;

use std::fmt::Write;
use std::time::SystemTime;

/// A node without the nodes below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// Its path: `/a/b`, empty for the root.
    pub key: &'a [u8],
    /// The value of a file. The node of a deletion has none. What is not UTF-8 is read lossily.
    pub value: Option<&'a [u8]>,
    /// Whether it is a directory.
    pub is_dir: bool,
    /// When it expires.
    pub expires: Option<SystemTime>,
    /// `modifiedIndex`; 0 is left out.
    pub modified: i64,
    /// `createdIndex`; 0 is left out.
    pub created: i64,
}

impl Node<'_> {
    /// The node as an event of its removal shows it.
    pub fn removed(&self, index: i64) -> Self {
        Node {
            value: None,
            expires: None,
            modified: index,
            ..self.clone()
        }
    }

    /// The JSON of the node.
    pub fn write(&self, out: &mut String, now: SystemTime) {
        self.open(out, now);
        self.close(out);
    }

    /// The JSON up to the place of `nodes`.
    pub fn open(&self, out: &mut String, now: SystemTime) {
        out.push('{');
        if !self.key.is_empty() {
            out.push_str(r#""key":"#);
            write_text(out, self.key);
        }
        if let Some(value) = self.value {
            field(out, "value");
            write_text(out, value);
        }
        if self.is_dir {
            field(out, "dir");
            out.push_str("true");
        }
        if let Some(expires) = self.expires {
            write_expiry(out, expires, now);
        }
    }

    /// The JSON after the place of `nodes`.
    pub fn close(&self, out: &mut String) {
        number(out, "modifiedIndex", self.modified);
        number(out, "createdIndex", self.created);
        out.push('}');
    }
}

/// The JSON of an event, or of the answer to a write.
pub fn event(action: &str, node: &Node<'_>, prev: Option<&Node<'_>>, now: SystemTime) -> String {
    let values = [Some(node), prev].into_iter().flatten();
    let size: usize = values
        .map(|node| node.key.len() + node.value.map_or(0, <[u8]>::len) + 128)
        .sum();
    let mut out = String::with_capacity(size + 64);
    open_answer(&mut out, action);
    node.write(&mut out, now);
    if let Some(prev) = prev {
        out.push_str(r#","prevNode":"#);
        prev.write(&mut out, now);
    }
    out.push('}');
    out
}

/// The JSON of an answer up to its node.
pub fn open_answer(out: &mut String, action: &str) {
    out.push_str(r#"{"action":""#);
    out.push_str(action);
    out.push_str(r#"","node":"#);
}

fn write_expiry(out: &mut String, expires: SystemTime, now: SystemTime) {
    field(out, "expiration");
    date::write(out, expires);
    let left = expires.duration_since(now).unwrap_or_default();
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    number(out, "ttl", i64::try_from(seconds).unwrap_or(i64::MAX));
}

/// A field that v2 leaves out where it is 0.
fn number(out: &mut String, name: &str, value: i64) {
    if value != 0 {
        field(out, name);
        // Writing to a string does not fail.
        let _ = write!(out, "{value}");
    }
}

/// Begins a field of an object, behind the fields that the object has.
pub fn field(out: &mut String, name: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

#[cfg(test)]
mod tests;
