//! Where the nodes of the v2 tree are among the keys of v3. Pure.
//!
//! ```text
//! /a/b                   a file: its value, with its time to live as the lease
//! /a/                    the marker of a directory: empty, with the directory's time to live as the lease
//! etcdjs/act             what the last write was, where the change of a key does not tell it
//! etcdjs/seq/a/          the last name that push gave in /a
//! etcdjs/created/a/b     its modification revision is the createdIndex of /a/b
//! ```
//!
//! A directory without a marker exists while there are keys below it. Where this library writes, each directory has a marker, and
//! so have all directories above it.

use super::pb::KeyValue;
use crate::api::key::Key;
use bytes::Bytes;
use std::cmp::Ordering;

/// The key of the record of the last action.
pub const ACT: &[u8] = b"etcdjs/act";

/// Before the key of a node: the record of its createdIndex.
const CREATED: &[u8] = b"etcdjs/created";

/// Before the marker of a directory: the record of the last name that push gave in it.
const SEQ: &[u8] = b"etcdjs/seq";

/// The place of a node in the v2 tree. Clones share their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// `/a/b/`, for the root `/`.
    marker: Bytes,
}

/// Keys of v3 from the first up to the second, which is not included.
pub type Range = (Bytes, Bytes);

impl Path {
    /// The path of a caller's key.
    pub fn of(key: &Key) -> Self {
        Path::new(&key.canonical())
    }

    /// The path of these segments, joined by slashes.
    pub fn new(segments: &str) -> Self {
        let mut text = String::with_capacity(segments.len() + 2);
        text.push('/');
        text.push_str(segments.trim_matches('/'));
        if text.len() > 1 {
            text.push('/');
        }
        Path {
            marker: text.into(),
        }
    }

    /// The child of this name.
    pub fn child(&self, name: &str) -> Self {
        Path {
            marker: [&self.marker, name.as_bytes(), b"/"].concat().into(),
        }
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.marker.len() == 1
    }

    /// The key of the file: `/a/b`, for the root empty.
    pub fn file(&self) -> Bytes {
        self.marker.slice(..self.marker.len() - 1)
    }

    /// The key of the directory's marker: `/a/b/`.
    pub fn marker(&self) -> Bytes {
        self.marker.clone()
    }

    /// The path as v2 writes it: `/a/b`, for the root `/`.
    pub fn text(&self) -> String {
        let end = (self.marker.len() - 1).max(1);
        String::from_utf8_lossy(&self.marker[..end]).into_owned()
    }

    /// The number of names in the path.
    pub fn depth(&self) -> usize {
        self.marker.iter().filter(|byte| **byte == b'/').count() - 1
    }

    /// The marker of the directory, and every key below it.
    pub fn below(&self) -> Range {
        (self.marker(), self.end())
    }

    /// Every key below the directory, without its marker.
    pub fn inside(&self) -> Range {
        (after(&self.marker), self.end())
    }

    /// The first key after everything below: `/a/b0`, since `0` is the character after `/`.
    fn end(&self) -> Bytes {
        [&self.marker[..self.marker.len() - 1], b"0"]
            .concat()
            .into()
    }

    /// The directories above without the root, the topmost first: of `/a/b/c` these are `/a` and `/a/b`.
    pub fn ancestors(&self) -> Vec<Path> {
        let slashes = self.marker.iter().enumerate().skip(1);
        let ends = slashes.filter(|(_, byte)| **byte == b'/');
        let mut found: Vec<Path> = ends
            .map(|(end, _)| Path {
                marker: self.marker.slice(..=end),
            })
            .collect();
        found.pop();
        found
    }

    /// What a wait of this node watches. [`belongs`](Self::belongs) says which of the keys count.
    pub fn watched(&self, is_recursive: bool) -> Range {
        let from = if self.is_root() {
            self.marker()
        } else {
            self.file()
        };
        let end = if is_recursive {
            self.end()
        } else {
            after(&self.marker)
        };
        (from, end)
    }

    /// Whether a wait of this node hears of a key: of the file, of the marker, and if it is recursive of what is below and not
    /// hidden.
    pub fn belongs(&self, key: &[u8], is_recursive: bool) -> bool {
        if key == &self.marker[..] || key == &self.marker[..self.marker.len() - 1] {
            return true;
        }
        is_recursive && key.starts_with(&self.marker) && !is_hidden(&key[self.marker.len()..])
    }

    /// The record of the file's createdIndex.
    pub fn created_record(&self) -> Bytes {
        [CREATED, &self.file()].concat().into()
    }

    /// The records of the createdIndexes of everything below.
    pub fn created_records_below(&self) -> Range {
        let (from, end) = self.below();
        (
            [CREATED, &from].concat().into(),
            [CREATED, &end].concat().into(),
        )
    }

    /// The record of the last name that push gave in this directory.
    pub fn seq_record(&self) -> Bytes {
        [SEQ, &self.marker].concat().into()
    }
}

/// The next key in the order of v3.
pub fn after(key: &[u8]) -> Bytes {
    [key, b"\0"].concat().into()
}

/// The key whose createdIndex a record holds.
pub fn recorded_key(record: &[u8]) -> &[u8] {
    record.get(CREATED.len()..).unwrap_or_default()
}

/// Whether listings and recursive waits leave a node out: a name in its path below the listed directory begins with `_`.
pub fn is_hidden(below: &[u8]) -> bool {
    below.starts_with(b"_") || below.windows(2).any(|pair| pair == b"/_")
}

/// Whether the key is the marker of a directory.
pub fn is_marker(key: &[u8]) -> bool {
    key.ends_with(b"/")
}

/// Sorts as v2 does: a node, what is below it, the next node. v3 has `/a-b` before `/a/b`.
pub fn sort(nodes: &mut [KeyValue]) {
    nodes.sort_by(|one, other| tree_order(&one.key, &other.key));
}

/// The order of bytes with `/` before every other.
fn tree_order(one: &[u8], other: &[u8]) -> Ordering {
    let differing = one.iter().zip(other).find(|(a, b)| a != b);
    differing.map_or_else(
        || one.len().cmp(&other.len()),
        |(a, b)| (*a != b'/', a).cmp(&(*b != b'/', b)),
    )
}

#[cfg(test)]
mod tests;
