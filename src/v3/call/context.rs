//! What the kinds of calls have in common.

use super::ancestors::Ancestors;
use super::failure::ApiError;
use super::lifetime::Lifetime;
use super::memory::Memory;
use crate::api::action::Action;
use crate::api::parameters::Judged;
use crate::v3::act::Act;
use crate::v3::layout::Path;
use crate::v3::lease_id::Lives;
use crate::v3::node::{Node, event};
use crate::v3::pb::{Compare, KeyValue, RequestOp};
use crate::v3::txn;
use bytes::Bytes;
use std::time::SystemTime;

/// The path, the parameters and the surroundings of a call.
#[derive(Debug)]
pub struct Context {
    pub path: Path,
    pub judged: Judged,
    pub memory: Memory,
    pub lifetime: Lifetime,
    pub lives: Lives,
    pub now: SystemTime,
    /// Whether the call reads and writes records.
    has_records: bool,
    /// The call leaves out so many directories above the key, from the topmost down.
    left_out: usize,
}

impl Context {
    pub fn new(path: Path, judged: Judged, memory: &Memory, now: SystemTime) -> Self {
        Context {
            lifetime: Lifetime::new(judged.ttl, now),
            lives: Lives::default(),
            has_records: !memory.denials().has_records(now),
            left_out: memory.denials().above(&path, now),
            memory: memory.clone(),
            path,
            judged,
            now,
        }
    }

    /// Leaves out one thing more. `None`: nothing is left to leave out.
    pub fn leave_out_more(&mut self, uses_records: bool, memory: &Memory) -> Option<()> {
        if self.left_out < self.path.depth() {
            self.left_out += 1;
        } else if self.has_records && uses_records {
            self.has_records = false;
            self.left_out = memory.denials().above(&self.path, self.now);
        } else {
            return None;
        }
        Some(())
    }

    /// Remembers what had to be left out for this answer.
    pub fn remember(&self) {
        if self.has_records && self.left_out == 0 {
            return;
        }
        let above = self.path.ancestors();
        let left_out = above.get(..self.left_out).unwrap_or(&above);
        self.memory
            .denials()
            .add(!self.has_records, left_out, self.now);
    }

    /// Whether a value or an index is a condition.
    pub fn is_conditional(&self) -> bool {
        self.judged.prev_value.is_some() || self.judged.prev_index > 0
    }

    /// Whether createdIndexes have records.
    pub fn is_created_exact(&self) -> bool {
        self.has_records && self.memory.is_created_exact()
    }

    /// Whether the call reads and writes records.
    pub fn has_records(&self) -> bool {
        self.has_records
    }

    /// The directories above a path that the call may read and write.
    pub fn ancestors(&self, path: &Path) -> Ancestors {
        Ancestors::of(path, self.left_out)
    }

    /// The write of the record of an action, if records are written.
    pub fn act(&self, action: Action, path: &Path, dir: bool) -> Option<RequestOp> {
        self.has_records.then(|| {
            txn::put_act(&Act {
                action,
                key: path.text(),
                dir,
            })
        })
    }

    /// The conditions of the call on the file.
    pub fn conditions(&self) -> Vec<Compare> {
        let file = self.path.file();
        let mut compares = vec![txn::exists(file.clone())];
        if let Some(value) = &self.judged.prev_value {
            compares.push(txn::has_value(file.clone(), value.clone()));
        }
        if self.judged.prev_index > 0 {
            let index = i64::try_from(self.judged.prev_index).unwrap_or(i64::MAX);
            compares.push(txn::was_modified_at(file, index));
        }
        compares
    }

    /// The node of a stored key, with the createdIndex of its record.
    pub fn node<'a>(&self, stored: &'a KeyValue, record: Option<&KeyValue>) -> Node<'a> {
        let mut node = Node::of(stored, &self.lives);
        let recorded = record.map_or(0, |record| record.mod_revision);
        node.created = node.created.max(recorded);
        node
    }

    /// The answer to a write: v2 leaves the nodes out for `noValueOnSuccess`.
    pub fn written(&self, action: Action, node: &Node<'_>, prev: Option<&Node<'_>>) -> String {
        if self.judged.no_value_on_success {
            return format!(r#"{{"action":"{}"}}"#, action.name());
        }
        event(action, node, prev, self.now)
    }

    /// An error whose cause is the call's path.
    pub fn error(&self, code: u16, revision: i64) -> ApiError {
        ApiError::new(code, &self.path.text(), revision)
    }
}

/// A key that a transaction has stored at this revision.
pub fn stored(key: Bytes, value: impl Into<Bytes>, lease: i64, revision: i64) -> KeyValue {
    KeyValue {
        key,
        value: value.into(),
        create_revision: revision,
        mod_revision: revision,
        version: 1,
        lease,
    }
}
