//! The JSON of a directory, written in one pass over its sorted keys.

use super::context::Context;
use crate::api::action::Action;
use crate::v3::layout::{is_hidden, is_marker, recorded_key, sort};
use crate::v3::node::{Node, open_answer};
use crate::v3::pb::KeyValue;
use std::collections::HashMap;

/// A directory whose nodes are being written.
struct Open<'a> {
    /// Its marker's key.
    prefix: &'a [u8],
    node: Node<'a>,
    has_nodes: bool,
}

/// The JSON that is being written, with the directories around its end.
struct Listing<'a> {
    context: &'a Context,
    created: HashMap<&'a [u8], i64>,
    out: String,
    open: Vec<Open<'a>>,
    /// The last file. If other clients have made a directory of the same name, the file counts.
    file: &'a [u8],
}

/// The answer to a read of a directory with these keys.
pub fn answer(context: &Context, nodes: &mut [KeyValue], records: &[KeyValue]) -> String {
    sort(nodes);
    let bytes: usize = nodes.iter().map(|it| it.key.len() + it.value.len()).sum();
    let records = records.iter();
    let mut listing = Listing {
        context,
        created: records
            .map(|record| (recorded_key(&record.key), record.mod_revision))
            .collect(),
        out: String::with_capacity(bytes + nodes.len() * 80 + 80),
        open: Vec::new(),
        file: &[],
    };
    open_answer(&mut listing.out, Action::Get);
    listing.open_top(nodes.first());
    for stored in nodes.iter() {
        listing.add(stored);
    }
    listing.close_until(&[]);
    listing.out.push('}');
    listing.out
}

/// Whether the answer has a node of its own for a key.
pub fn shows(context: &Context, key: &[u8]) -> bool {
    let marker = context.path.marker();
    let Some(below) = key.strip_prefix(&marker[..]) else {
        return true;
    };
    let name = below.strip_suffix(b"/").unwrap_or(below);
    !is_hidden(below) && (context.judged.recursive || !name.contains(&b'/'))
}

impl<'a> Listing<'a> {
    /// The listed directory. The root has no key and no indexes.
    fn open_top(&mut self, first: Option<&'a KeyValue>) {
        let path = &self.context.path;
        let node = match first {
            Some(first) if !path.is_root() => self.directory(first, path.marker().len()),
            _ => Node {
                key: &[],
                value: None,
                is_dir: true,
                expires: None,
                modified: 0,
                created: 0,
            },
        };
        let prefix = first.map_or(&[][..], |first| &first.key[..path.marker().len()]);
        self.push(prefix, node);
    }

    /// The directory whose marker is the beginning of a key, up to this length. Without a marker, it has the index of its first
    /// key.
    fn directory(&self, first: &'a KeyValue, length: usize) -> Node<'a> {
        let is_own = first.key.len() == length;
        let created = first.create_revision;
        Node {
            key: &first.key[..length - 1],
            value: None,
            is_dir: true,
            expires: self.context.lives.expiry(first.lease).filter(|_| is_own),
            modified: created,
            created,
        }
    }

    fn push(&mut self, prefix: &'a [u8], node: Node<'a>) {
        node.open(&mut self.out, self.context.now);
        self.open.push(Open {
            prefix,
            node,
            has_nodes: false,
        });
    }

    /// Ends the directories that do not hold this key.
    fn close_until(&mut self, key: &[u8]) {
        while let Some(last) = self
            .open
            .pop_if(|last| key.is_empty() || !key.starts_with(last.prefix))
        {
            if last.has_nodes {
                self.out.push(']');
            }
            last.node.close(&mut self.out);
        }
    }

    fn add(&mut self, stored: &'a KeyValue) {
        let key = &stored.key[..];
        let top = self.open.first().map_or(0, |top| top.prefix.len());
        if is_hidden(&key[top..]) || self.is_below_file(key) {
            return;
        }
        self.close_until(key);
        let from = self.open.last().map_or(0, |last| last.prefix.len());
        let slashes = key.iter().enumerate().skip(from);
        for (at, _) in slashes.filter(|(_, byte)| **byte == b'/') {
            if self.is_deep_enough() {
                return;
            }
            self.separate();
            let node = self.directory(stored, at + 1);
            self.push(&key[..=at], node);
        }
        if !is_marker(key) && !self.is_deep_enough() {
            self.write_file(stored);
        }
    }

    /// A listing that is not recursive does not show what is in the directories that it lists.
    fn is_deep_enough(&self) -> bool {
        !self.context.judged.recursive && self.open.len() > 1
    }

    fn is_below_file(&self, key: &[u8]) -> bool {
        let rest = key.strip_prefix(self.file);
        !self.file.is_empty() && rest.is_some_and(|rest| rest.starts_with(b"/"))
    }

    fn write_file(&mut self, stored: &'a KeyValue) {
        self.separate();
        self.file = &stored.key;
        let mut node = Node::of(stored, &self.context.lives);
        let recorded = self.created.get(&stored.key[..]).copied();
        node.created = node.created.max(recorded.unwrap_or_default());
        node.write(&mut self.out, self.context.now);
    }

    /// Begins the list of the nodes of a directory, or separates the next node from the one before.
    fn separate(&mut self) {
        if let Some(last) = self.open.last_mut() {
            let has_nodes = std::mem::replace(&mut last.has_nodes, true);
            self.out
                .push_str(if has_nodes { "," } else { r#","nodes":["# });
        }
    }
}
