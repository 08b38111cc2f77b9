//! What a call or an event did, as the v2 API names it.

use serde::{Deserialize, Serialize};

/// What a call or an event did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// A read.
    Get,
    /// A write whether the key exists or not.
    Set,
    /// The first write of a key.
    Create,
    /// A write of a key that exists.
    Update,
    /// A write under a condition.
    CompareAndSwap,
    /// A removal.
    Delete,
    /// A removal under a condition.
    CompareAndDelete,
    /// The end of a time to live.
    Expire,
    /// A new time to live, which is no event for v2's waits.
    Refresh,
}

impl Action {
    /// The action as v2 writes it.
    pub fn name(self) -> &'static str {
        match self {
            Action::Get => "get",
            Action::Set => "set",
            Action::Create => "create",
            Action::Update => "update",
            Action::CompareAndSwap => "compareAndSwap",
            Action::Delete => "delete",
            Action::CompareAndDelete => "compareAndDelete",
            Action::Expire => "expire",
            Action::Refresh => "refresh",
        }
    }
}
