//! Removals: delete, compare and delete, expiry.

use super::creation::check_root;
use super::replacement::compare;
use super::{Change, Store};
use crate::api::action::Action;
use crate::memory::call::Call;
use crate::memory::event::Event;
use crate::memory::expiry::Expiries;
use crate::memory::failure::{Code, Failure};
use crate::memory::node::Node;
use crate::memory::path::Path;
use std::time::SystemTime;

impl Store {
    /// Removes a node.
    pub(super) fn delete(&mut self, call: &Call, now: SystemTime) -> Result<Change, Failure> {
        check_root(&call.path)?;
        let node = self.tree.find(&call.path)?;
        if let Some(children) = node.children() {
            let (dir, recursive) = (call.judged.dir, call.judged.recursive);
            if !dir && !recursive {
                return Err(Code::NotFile.because(call.path.text()));
            }
            if !children.is_empty() && !recursive {
                return Err(Code::DirectoryNotEmpty.because(call.path.text()));
            }
        }
        self.remove(Action::Delete, &call.path, now)
    }

    /// Removes a file under a condition.
    pub(super) fn compare_and_delete(
        &mut self,
        call: &Call,
        now: SystemTime,
    ) -> Result<Change, Failure> {
        let node = self.snapshot(&call.path)?;
        compare(call, &node)?;
        self.remove(Action::CompareAndDelete, &call.path, now)
    }

    /// Removes the first node that has expired.
    pub fn expire(&mut self, now: SystemTime) -> Option<Change> {
        let path = self.expiries.expired(now)?;
        self.remove(Action::Expire, &path, now).ok()
    }

    fn remove(&mut self, action: Action, path: &Path, now: SystemTime) -> Result<Change, Failure> {
        let node = self.tree.remove(path);
        let node = node.ok_or_else(|| Code::KeyNotFound.because(path.text()))?;
        forget(&mut self.expiries, &node);
        let prev = node.snapshot();
        let change = self.next_event(Event {
            action,
            path: path.clone(),
            node: prev.removed(self.index + 1),
            prev: Some(prev),
            at: now,
            is_refresh: false,
        });
        Ok(Change {
            removed: node.is_dir().then_some(node),
            ..change
        })
    }
}

/// Forgets the deadlines of a node and of all nodes below it.
fn forget(expiries: &mut Expiries, node: &Node) {
    expiries.remove(node.deadline);
    for child in node.children().into_iter().flat_map(|it| it.values()) {
        forget(expiries, child);
    }
}
