//! An event: what a write or an expiry did.

use super::node::Snapshot;
use super::path::Path;
use crate::api::action::Action;
use crate::api::node;
use std::time::SystemTime;

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What was done.
    pub action: Action,
    /// To which node.
    pub path: Path,
    /// The node afterwards.
    pub node: Snapshot,
    /// The node before.
    pub prev: Option<Snapshot>,
    /// When. The time to live that the event shows counts from here.
    pub at: SystemTime,
    /// Whether it is the refresh of a time to live, which matches no wait.
    pub is_refresh: bool,
}

impl Event {
    /// The store's index after it.
    pub fn index(&self) -> u64 {
        self.node.modified
    }

    /// Whether the node did not exist before (`IsCreated` of etcd's `event.go`).
    pub fn is_creation(&self) -> bool {
        match self.action {
            Action::Create => true,
            Action::Set => self.prev.is_none(),
            _ => false,
        }
    }

    /// Whether the nodes below its node are gone too.
    pub fn removes_directory(&self) -> bool {
        let is_removal = matches!(self.action, Action::Delete | Action::Expire);
        is_removal && self.prev.as_ref().is_some_and(|prev| prev.is_dir)
    }

    /// Whether a wait for a node is told of the event for its own sake. A recursive wait is not told of what is hidden from it:
    /// names that begin with `_`.
    pub fn concerns(&self, watched: &str, is_recursive: bool) -> bool {
        if self.path.text() == watched {
            return true;
        }
        let below = self.path.below(watched).filter(|_| is_recursive);
        below.is_some_and(|below| !below.contains("/_"))
    }

    /// Whether the event removes a directory above a node.
    pub fn removes_above(&self, watched: &Path) -> bool {
        self.removes_directory() && watched.below(self.path.text()).is_some()
    }

    /// The JSON of the event.
    pub fn body(&self) -> String {
        let prev = self.prev.as_ref().map(|prev| prev.at(self.path.text()));
        let node = self.node.at(self.path.text());
        node::event(self.action.name(), &node, prev.as_ref(), self.at)
    }

    /// The JSON of the answer to a write with `noValueOnSuccess`.
    pub fn short_body(&self) -> String {
        format!(r#"{{"action":"{}"}}"#, self.action.name())
    }
}
