//! Compares, as `applyCompare` of etcd evaluates them.

use super::Model;
use crate::v3::pb::compare::{CompareResult, TargetUnion};
use crate::v3::pb::{Compare, KeyValue};
use std::cmp::Ordering;

impl Model {
    /// Whether a compare holds: of each key of a range, or of a key that does not exist.
    pub(super) fn holds(&self, compare: &Compare) -> bool {
        let union = compare.target_union.as_ref().unwrap();
        let mut keys = self.range(&compare.key, &compare.range_end).peekable();
        if keys.peek().is_none() {
            let is_value = matches!(union, TargetUnion::Value(_));
            return !is_value && holds_for(compare, union, &KeyValue::default());
        }
        keys.all(|stored| holds_for(compare, union, stored))
    }
}

fn holds_for(compare: &Compare, union: &TargetUnion, stored: &KeyValue) -> bool {
    let ordering = match union {
        TargetUnion::Version(version) => stored.version.cmp(version),
        TargetUnion::CreateRevision(revision) => stored.create_revision.cmp(revision),
        TargetUnion::ModRevision(revision) => stored.mod_revision.cmp(revision),
        TargetUnion::Value(value) => stored.value.cmp(value),
        TargetUnion::Lease(lease) => stored.lease.cmp(lease),
    };
    match compare.result() {
        CompareResult::Equal => ordering == Ordering::Equal,
        CompareResult::Greater => ordering == Ordering::Greater,
        CompareResult::Less => ordering == Ordering::Less,
        CompareResult::NotEqual => ordering != Ordering::Equal,
    }
}
