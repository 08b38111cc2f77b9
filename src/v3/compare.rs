//! The compares of a transaction, each under the name of what it claims. Pure.

use super::layout::Range;
use super::pb::Compare;
use super::pb::compare::{CompareResult, CompareTarget, TargetUnion};
use bytes::Bytes;

fn compare((key, range_end): Range, result: CompareResult, union: TargetUnion) -> Compare {
    let target = match union {
        TargetUnion::Version(_) => CompareTarget::Version,
        TargetUnion::CreateRevision(_) => CompareTarget::Create,
        TargetUnion::ModRevision(_) => CompareTarget::Mod,
        TargetUnion::Value(_) => CompareTarget::Value,
        TargetUnion::Lease(_) => CompareTarget::Lease,
    };
    Compare {
        result: result.into(),
        target: target.into(),
        key,
        range_end,
        target_union: Some(union),
    }
}

fn one(key: Bytes) -> Range {
    (key, Bytes::new())
}

/// The key exists.
pub fn exists(key: Bytes) -> Compare {
    any_exists(one(key))
}

/// The key does not exist.
pub fn is_absent(key: Bytes) -> Compare {
    none_exists(one(key))
}

/// The range has a key.
pub fn any_exists(range: Range) -> Compare {
    compare(range, CompareResult::Greater, TargetUnion::Version(0))
}

/// The range has no key.
pub fn none_exists(range: Range) -> Compare {
    compare(range, CompareResult::Equal, TargetUnion::Version(0))
}

/// The key has this value.
pub fn has_value(key: Bytes, value: impl Into<Bytes>) -> Compare {
    let value = TargetUnion::Value(value.into());
    compare(one(key), CompareResult::Equal, value)
}

/// The value of the key sorts before this one. False without the key.
pub fn has_value_below(key: Bytes, value: impl Into<Bytes>) -> Compare {
    let value = TargetUnion::Value(value.into());
    compare(one(key), CompareResult::Less, value)
}

/// The key was last modified at this revision.
pub fn was_modified_at(key: Bytes, revision: i64) -> Compare {
    let revision = TargetUnion::ModRevision(revision);
    compare(one(key), CompareResult::Equal, revision)
}

/// Every key of the range was last modified before this revision.
pub fn were_modified_before(range: Range, revision: i64) -> Compare {
    let revision = TargetUnion::ModRevision(revision);
    compare(range, CompareResult::Less, revision)
}

/// The key has this lease. A key that does not exist has 0, as one without a lease.
pub fn has_lease(key: Bytes, lease: i64) -> Compare {
    compare(one(key), CompareResult::Equal, TargetUnion::Lease(lease))
}

/// The key has a lease.
pub fn has_any_lease(key: Bytes) -> Compare {
    compare(one(key), CompareResult::NotEqual, TargetUnion::Lease(0))
}
