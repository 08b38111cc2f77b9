//! The v2 nodes that keys of v3 store. Pure.

pub use crate::api::node::{Node, write_text};

use super::layout::is_marker;
use super::lease_id::Lives;
use super::pb::KeyValue;
use crate::api::action::Action;
use crate::api::node;
use std::time::SystemTime;

impl<'a> Node<'a> {
    /// The node that a key of v3 stores: a file, or the directory of a marker.
    ///
    /// The `modifiedIndex` of a directory is its `createdIndex`: v2 does not change it either.
    pub fn of(stored: &'a KeyValue, lives: &Lives) -> Self {
        let is_dir = is_marker(&stored.key);
        let modified = if is_dir {
            stored.create_revision
        } else {
            stored.mod_revision
        };
        Node {
            key: stored.key.strip_suffix(b"/").unwrap_or(&stored.key),
            value: (!is_dir).then_some(&stored.value),
            is_dir,
            expires: lives.expiry(stored.lease),
            modified,
            created: stored.create_revision,
        }
    }
}

/// The JSON of an event, or of the answer to a write.
pub fn event(action: Action, node: &Node<'_>, prev: Option<&Node<'_>>, now: SystemTime) -> String {
    node::event(action.name(), node, prev, now)
}

/// The JSON of an answer up to its node.
pub fn open_answer(out: &mut String, action: Action) {
    node::open_answer(out, action.name());
}

#[cfg(test)]
mod tests;
