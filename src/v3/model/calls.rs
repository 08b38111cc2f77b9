//! Calls for the tests: by hand, and at random on few keys, so that they meet.

use crate::api::key::Key;
use crate::api::request::{Conditions, Delete, Flags, Get, Push, Request, Set};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

const KEYS: &[&str] = &[
    "/a", "/b", "/a/x", "/a/y", "/a/x/1", "/a/x/2", "/b/q", "/b/q/r/s", "/_h", "/a/_h", "/a/-z",
    "/a/x-1", "/",
];
const VALUES: &[&str] = &["", "v", "w", "é<&\"\n", "0"];

pub fn key(text: &str) -> Key {
    Key {
        text: text.into(),
        ..Key::default()
    }
}

pub fn get(text: &str) -> Request {
    get_with(text, false)
}

pub fn get_with(text: &str, recursive: bool) -> Request {
    Request::Get(Get {
        key: key(text),
        flags: Flags {
            recursive,
            ..Flags::default()
        },
        ..Get::default()
    })
}

pub fn set(text: &str, value: &str) -> Request {
    set_with(text, value, |_| {})
}

/// A set with more parameters.
pub fn set_with(text: &str, value: &str, change: impl FnOnce(&mut Set)) -> Request {
    let mut set = Set {
        key: key(text),
        value: Some(value.into()),
        ..Set::default()
    };
    change(&mut set);
    Request::Set(set)
}

pub fn mkdir(text: &str) -> Request {
    set_with(text, "", |set| set.dir = true)
}

pub fn delete(text: &str, recursive: bool) -> Request {
    Request::Delete(Delete {
        key: key(text),
        recursive,
        ..Delete::default()
    })
}

pub fn push(text: &str, value: &str) -> Request {
    Request::Push(Push {
        key: key(text),
        value: Some(value.into()),
        ..Push::default()
    })
}

fn keys() -> impl Strategy<Value = Key> {
    select(KEYS).prop_map(key)
}

fn values() -> impl Strategy<Value = String> {
    select(VALUES).prop_map(str::to_owned)
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let exist = weighted(0.2, any::<bool>());
    let index = weighted(0.1, 0_u64..60);
    let value = weighted(0.15, select(&VALUES[1..]));
    (exist, value, index).prop_map(|(exist, value, index)| Conditions {
        exist: exist.map(|exist| exist.to_string()),
        value: value.map(str::to_owned),
        index: index.map(|index| index.to_string()),
    })
}

fn gets() -> impl Strategy<Value = Request> {
    (keys(), any::<bool>(), any::<bool>()).prop_map(|(key, recursive, quorum)| {
        Request::Get(Get {
            key,
            flags: Flags {
                recursive,
                ..Flags::default()
            },
            quorum,
            ..Get::default()
        })
    })
}

/// A directory gets no time to live: what is below it would have it too, which v2 does not show.
fn sets() -> impl Strategy<Value = Request> {
    let flags = (
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.1),
    );
    let ttl = weighted(0.15, Just("1000".to_owned()));
    (keys(), values(), ttl, conditions(), flags).prop_map(
        |(key, value, ttl, conditions, (dir, refresh, short))| {
            let may_be_dir = dir || conditions.exist.as_deref() == Some("true") && value.is_empty();
            let is_refresh = refresh && conditions.exist.as_deref() != Some("true") && !dir;
            let ttl = if is_refresh {
                Some("500".into())
            } else {
                ttl.filter(|_| !may_be_dir)
            };
            Request::Set(Set {
                key,
                value: (!is_refresh).then_some(value),
                ttl,
                dir,
                conditions,
                refresh: is_refresh,
                no_value_on_success: short,
            })
        },
    )
}

fn deletes() -> impl Strategy<Value = Request> {
    let flags = (proptest::bool::weighted(0.3), proptest::bool::weighted(0.2));
    (keys(), flags, conditions()).prop_map(|(key, (recursive, dir), conditions)| {
        Request::Delete(Delete {
            key,
            recursive,
            dir,
            conditions,
        })
    })
}

/// Calls of every kind.
pub fn calls() -> impl Strategy<Value = Request> {
    prop_oneof![
        5 => gets(),
        8 => sets(),
        1 => keys().prop_map(|key| mkdir(&key.text)),
        4 => deletes(),
        2 => keys().prop_map(|key| push(&key.text, "p")),
    ]
}
