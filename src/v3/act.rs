//! The record of a write's action. A put or a deletion of a key is all that etcd keeps of a write: whether it was a create or an
//! update is in the record at [`ACT`](super::layout::ACT), which the same transaction writes. Pure.
//!
//! A plain set and a plain delete of a key without a lease have no record. A record belongs to the revision at which it was
//! written, so a reader compares the revisions.

use crate::api::action::Action;
use serde::{Deserialize, Serialize};

/// The record of a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// What the write did.
    pub action: Action,
    /// The node that it wrote, as v2 writes it: `/a/b`.
    pub key: String,
    /// Whether the node is a directory.
    pub dir: bool,
}

impl Act {
    /// The record as it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a record. A record that no client of this library wrote is none.
    pub fn parse(stored: &[u8]) -> Option<Self> {
        serde_json::from_slice(stored).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let act = Act {
            action: Action::CompareAndSwap,
            key: "/a/\"é".into(),
            dir: false,
        };
        let stored = act.to_bytes();
        let text = String::from_utf8(stored.clone()).unwrap();
        assert_eq!(
            text,
            r#"{"action":"compareAndSwap","key":"/a/\"é","dir":false}"#
        );
        assert_eq!(Act::parse(&stored), Some(act));
    }

    #[test]
    fn the_names_of_actions_are_those_of_v2() {
        use Action::*;
        let all = [
            Get,
            Set,
            Create,
            Update,
            CompareAndSwap,
            Delete,
            CompareAndDelete,
            Expire,
            Refresh,
        ];
        for action in all {
            assert_eq!(serde_json::json!(action), action.name());
        }
    }

    #[test]
    fn the_record_of_another_client_is_none() {
        for text in ["", "{}", "[]", r#"{"action":"other","key":"","dir":true}"#] {
            assert_eq!(Act::parse(text.as_bytes()), None, "{text}");
        }
    }
}
