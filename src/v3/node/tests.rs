use super::*;
use crate::v3::lease_id::generate;
use serde_json::Value;
use std::time::{Duration, UNIX_EPOCH};

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_764_158_400)
}

fn stored(key: &'static str, value: &'static [u8], lease: i64) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: value.into(),
        create_revision: 3,
        mod_revision: 7,
        version: 2,
        lease,
    }
}

fn json(stored: &KeyValue) -> String {
    let mut out = String::new();
    Node::of(stored, &Lives::default()).write(&mut out, now());
    out
}

#[test]
fn a_file_has_the_fields_of_v2_in_the_order_of_v2() {
    let lease = generate(now() + Duration::from_millis(4250));
    let table = [
        (
            stored("/a", b"v", 0),
            r#"{"key":"/a","value":"v","modifiedIndex":7,"createdIndex":3}"#,
        ),
        (
            stored("/a", b"", 0),
            r#"{"key":"/a","value":"","modifiedIndex":7,"createdIndex":3}"#,
        ),
        (
            stored("/a", b"v", lease),
            r#"{"key":"/a","value":"v","expiration":"2025-11-26T12:00:04.25Z","ttl":5,"modifiedIndex":7,"createdIndex":3}"#,
        ),
        (
            stored("/a/", b"", 0),
            r#"{"key":"/a","dir":true,"modifiedIndex":3,"createdIndex":3}"#,
        ),
    ];
    for (stored, expected) in table {
        assert_eq!(json(&stored), expected);
    }
}

#[test]
fn an_event_has_the_node_and_the_previous_node() {
    let before = stored("/a", b"old", 0);
    let prev = Node::of(&before, &Lives::default());
    assert_eq!(
        event(Action::Delete, &prev.removed(9), Some(&prev), now()),
        concat!(
            r#"{"action":"delete","node":{"key":"/a","modifiedIndex":9,"createdIndex":3},"#,
            r#""prevNode":{"key":"/a","value":"old","modifiedIndex":7,"createdIndex":3}}"#
        )
    );
}

#[test]
fn a_node_that_has_expired_has_no_ttl_left() {
    let text = json(&stored("/a", b"", generate(now() - Duration::from_secs(1))));
    let node: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(node["expiration"], "2025-11-26T11:59:59Z");
    assert_eq!(node["ttl"], Value::Null);
}
