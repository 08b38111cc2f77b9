use super::*;
use crate::api::key::Key;
use crate::api::request::Wait;
use serde_json::{Value, json};
use std::time::Duration;

/// The revision of the events.
const NOW: i64 = 9;

fn stored(key: &str, value: &str, created: i64, modified: i64, lease: i64) -> KeyValue {
    KeyValue {
        key: key.to_owned().into(),
        value: value.to_owned().into(),
        create_revision: created,
        mod_revision: modified,
        version: 1,
        lease,
    }
}

fn put(key: &str, value: &str, prev: Option<KeyValue>) -> Event {
    let created = prev.as_ref().map_or(NOW, |prev| prev.create_revision);
    Event {
        r#type: EventType::Put.into(),
        kv: Some(stored(key, value, created, NOW, 0)),
        prev_kv: prev,
    }
}

fn removal(prev: KeyValue) -> Event {
    let kv = KeyValue {
        key: prev.key.clone(),
        mod_revision: NOW,
        ..KeyValue::default()
    };
    Event {
        r#type: EventType::Delete.into(),
        kv: Some(kv),
        prev_kv: Some(prev),
    }
}

fn record(action: Action, key: &str, dir: bool) -> KeyValue {
    let act = Act {
        action,
        key: key.to_owned(),
        dir,
    };
    KeyValue {
        mod_revision: NOW,
        value: act.to_bytes().into(),
        ..KeyValue::default()
    }
}

fn target(key: &str, is_recursive: bool) -> Target {
    let key = Key {
        text: key.to_owned(),
        ..Key::default()
    };
    let wait = Wait {
        key,
        ..Wait::default()
    };
    Target::new(&wait, is_recursive)
}

/// What a wait is told, or the keys that it must read first.
fn told(
    target: &Target,
    events: &[Event],
    record: Option<&KeyValue>,
    before: Option<&[Option<KeyValue>]>,
) -> Vec<Value> {
    let revision = Revision {
        number: NOW,
        events,
        record,
        before,
        now: SystemTime::now(),
    };
    match target.told(&revision) {
        Told::Events(bodies) => {
            let parse = |body: &String| serde_json::from_str(body).unwrap();
            bodies.iter().map(parse).collect()
        }
        Told::Unread(keys) => {
            let text = |key: &Bytes| json!(String::from_utf8_lossy(key));
            keys.iter().map(text).collect()
        }
    }
}

#[test]
fn a_put_without_a_record_is_a_set_and_markers_are_left_out() {
    let events = [put("/d/", "", None), put("/d/k", "v", None)];
    let old = record(Action::Create, "/d/k", false);
    let old = KeyValue {
        mod_revision: NOW - 1,
        ..old
    };
    let expected = json!({
        "action": "set",
        "node": {"key": "/d/k", "value": "v", "modifiedIndex": 9, "createdIndex": 9}
    });
    for record in [None, Some(&old)] {
        assert_eq!(
            told(&target("", true), &events, record, None),
            vec![expected.clone()]
        );
    }
    assert_eq!(
        told(&target("d", false), &events, None, None),
        [] as [Value; 0]
    );
}

#[test]
fn a_record_tells_the_action_and_a_refresh_tells_nothing() {
    let prev = stored("/k", "old", 3, 4, 0);
    let events = [put("/k", "new", Some(prev))];
    for (action, name) in [
        (Action::CompareAndSwap, "compareAndSwap"),
        (Action::Update, "update"),
    ] {
        let expected = json!({
            "action": name,
            "node": {"key": "/k", "value": "new", "modifiedIndex": 9, "createdIndex": 3},
            "prevNode": {"key": "/k", "value": "old", "modifiedIndex": 4, "createdIndex": 3}
        });
        let record = record(action, "/k", false);
        assert_eq!(
            told(&target("k", false), &events, Some(&record), None),
            [expected]
        );
    }
    let refresh = record(Action::Refresh, "/k", false);
    assert_eq!(
        told(&target("k", false), &events, Some(&refresh), None),
        [] as [Value; 0]
    );
}

#[test]
fn a_directory_in_place_of_a_file_has_the_file_as_prev_node() {
    let events = [removal(stored("/d", "old", 3, 4, 0)), put("/d/", "", None)];
    let record = record(Action::Set, "/d", true);
    let expected = json!({
        "action": "set",
        "node": {"key": "/d", "dir": true, "modifiedIndex": 9, "createdIndex": 9},
        "prevNode": {"key": "/d", "value": "old", "modifiedIndex": 4, "createdIndex": 3}
    });
    assert_eq!(
        told(&target("d", false), &events, Some(&record), None),
        [expected]
    );
}

#[test]
fn the_removal_of_a_directory_is_one_event_above_and_below_it() {
    let marker = stored("/d/", "", 3, 3, 0);
    let child = stored("/d/k", "v", 4, 5, 0);
    let record = record(Action::Delete, "/d", true);
    let expected = json!({
        "action": "delete",
        "node": {"key": "/d", "dir": true, "modifiedIndex": 9, "createdIndex": 3},
        "prevNode": {"key": "/d", "dir": true, "modifiedIndex": 3, "createdIndex": 3}
    });
    let all = [removal(marker.clone()), removal(child.clone())];
    assert_eq!(
        told(&target("", true), &all, Some(&record), None),
        vec![expected.clone()]
    );
    let below = [removal(child)];
    let unread = told(&target("d/k", false), &below, Some(&record), None);
    assert_eq!(unread, [json!("/d/")]);
    let before = [Some(marker)];
    let found = told(&target("d/k", false), &below, Some(&record), Some(&before));
    assert_eq!(found, [expected]);
}

#[test]
fn a_key_with_a_lease_expires_and_a_key_without_one_is_deleted() {
    for (lease, action) in [(0, "delete"), (77, "expire")] {
        let events = [removal(stored("/k", "v", 3, 4, lease))];
        let events = told(&target("k", false), &events, None, None);
        assert_eq!(events[0]["action"], action);
        let node = json!({"key": "/k", "modifiedIndex": 9, "createdIndex": 3});
        assert_eq!(events[0]["node"], node);
    }
}

#[test]
fn an_expired_directory_is_one_event_above_and_below_it() {
    let lease = super::super::lease_id::generate(SystemTime::now() + Duration::from_secs(60));
    let marker = stored("/d/", "", 3, 3, lease);
    let child = stored("/d/k", "v", 4, 5, lease);
    let all = [removal(child.clone()), removal(marker.clone())];
    let above = told(&target("", true), &all, None, None);
    assert_eq!(above.len(), 1);
    assert_eq!(
        (&above[0]["action"], &above[0]["node"]["key"]),
        (&json!("expire"), &json!("/d"))
    );
    let below = [removal(child)];
    let wait = target("d/k", false);
    assert_eq!(told(&wait, &below, None, None), [json!("/d/")]);
    let of_directory = told(&wait, &below, None, Some(&[Some(marker)]));
    assert_eq!(of_directory[0]["node"]["key"], "/d");
    let of_key = told(&wait, &below, None, Some(&[None]));
    assert_eq!(of_key[0]["node"]["key"], "/d/k");
}

#[test]
fn hidden_keys_are_told_to_waits_below_the_hidden_name_alone() {
    let events = [put("/d/_h/k", "v", None)];
    let waits = [("d", 0), ("", 0), ("d/_h", 1), ("d/_h/k", 1)];
    for (key, count) in waits {
        assert_eq!(
            told(&target(key, true), &events, None, None).len(),
            count,
            "{key}"
        );
    }
}

#[test]
fn a_transaction_of_another_client_is_an_event_for_each_key() {
    let events = [
        put("/a", "1", None),
        put("/b", "2", None),
        removal(stored("/c", "v", 3, 4, 0)),
    ];
    let events = told(&target("", true), &events, None, None);
    let actions: Vec<&Value> = events.iter().map(|event| &event["action"]).collect();
    assert_eq!(actions, ["set", "set", "delete"]);
}
