//! The keys: the tree, its index, and its deadlines. Knows no watchers and no history.
//!
//! It follows `etcdserver/api/v2store/store.go` and `etcdserver/apply_v2.go` of etcd 3.4, check by check.

mod creation;
mod removal;
mod replacement;

use super::call::{Call, Method};
use super::event::Event;
use super::expiry::Expiries;
use super::failure::Failure;
use super::node::{Node, Snapshot};
use super::path::Path;
use super::tree::Tree;
use std::time::SystemTime;

/// The keys.
#[derive(Debug)]
pub struct Store {
    /// The nodes.
    pub tree: Tree,
    /// The index of the last change.
    pub index: u64,
    /// When nodes expire.
    pub expiries: Expiries,
}

/// A change of the tree.
#[derive(Debug)]
pub struct Change {
    /// The event.
    pub event: Event,
    /// The directory that was removed.
    pub removed: Option<Node>,
}

impl Store {
    /// A store without keys. A node that was created at index 0 shows no index: the root.
    pub fn new(index: u64) -> Self {
        Store {
            tree: Tree {
                root: Node::directory(0),
            },
            index,
            expiries: Expiries::default(),
        }
    }

    /// Does a write.
    ///
    /// # Errors
    /// If the store refuses it.
    pub fn write(&mut self, call: &Call, now: SystemTime) -> Result<Change, Failure> {
        match call.method {
            Method::Delete if call.has_compare() => self.compare_and_delete(call, now),
            Method::Delete => self.delete(call, now),
            Method::Post => self.push(call, now),
            _ => self.put(call, now),
        }
    }

    fn put(&mut self, call: &Call, now: SystemTime) -> Result<Change, Failure> {
        match call.judged.prev_exist {
            Some(false) => self.create(call, &call.path, now),
            _ if call.has_compare() => self.compare_and_swap(call, now),
            Some(true) => self.update(call, now),
            None => self.set(call, now),
        }
    }

    /// Sets when the node at a path expires.
    fn set_deadline(&mut self, path: &Path, at: Option<SystemTime>) {
        if let Some(node) = self.tree.find_mut(path) {
            self.expiries.remove(node.deadline);
            node.deadline = at.map(|at| self.expiries.add(at, path.clone()));
        }
    }

    /// The event of a write that has the next index.
    fn next_event(&mut self, event: Event) -> Change {
        self.index += 1;
        Change {
            event,
            removed: None,
        }
    }

    fn snapshot(&self, path: &Path) -> Result<Snapshot, Failure> {
        self.tree.find(path).map(Node::snapshot)
    }
}
