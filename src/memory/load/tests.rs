use super::*;
use crate::memory::tests::{at, delete, get, set, wait};
use crate::memory::{Answer, Reply};
use crate::waits::continuation::cleared_at;
use serde_json::json;
use std::time::Duration;

fn loaded(tree: &Value) -> Memory {
    let mut memory = Memory::default();
    memory.load(at(0), tree).unwrap();
    memory
}

#[test]
fn a_dump_is_a_recursive_get_of_the_root_with_the_index_and_hidden_names() {
    let mut memory = Memory::default();
    assert_eq!(memory.dump(at(0)), r#"{"index":1,"node":{"dir":true}}"#);
    memory.run(&set("/a/_h", "v"));
    memory.run(&delete("/b", false));
    assert_eq!(
        memory.dump(at(0)),
        r#"{"index":2,"node":{"dir":true,"nodes":[{"key":"/a","dir":true,"nodes":[{"key":"/a/_h","value":"v","modifiedIndex":2,"createdIndex":2}],"modifiedIndex":2,"createdIndex":2}]}}"#
    );
}

#[test]
fn a_tree_written_by_hand_needs_no_indexes() {
    let tree = json!({ "node": { "nodes": [
        { "key": "/a", "value": "v", "ttl": 5 },
        { "key": "/d", "dir": true },
        { "key": "/e", "nodes": [{ "key": "/e/f", "value": "" }] },
    ] } });
    let mut memory = loaded(&tree);
    let expected = concat!(
        r#"{"action":"get","node":{"dir":true,"nodes":["#,
        r#"{"key":"/a","value":"v","expiration":"2025-11-26T12:00:05Z","ttl":5,"modifiedIndex":2,"createdIndex":2},"#,
        r#"{"key":"/d","dir":true,"modifiedIndex":2,"createdIndex":2},"#,
        r#"{"key":"/e","dir":true,"nodes":[{"key":"/e/f","value":"","modifiedIndex":2,"createdIndex":2}],"modifiedIndex":2,"createdIndex":2}"#,
        "]}}"
    );
    assert_eq!(&*memory.answer(&get("/", true)).body, expected);
    assert_eq!(memory.next_expiry(), Some(at(5)));
}

#[test]
fn the_answer_of_an_etcd_has_the_index_of_its_last_write() {
    let tree = json!({ "action": "get", "node": { "dir": true, "nodes": [
        { "key": "/a", "value": "v", "modifiedIndex": 9, "createdIndex": 7 },
    ] } });
    let mut memory = loaded(&tree);
    assert_eq!(memory.index(), 9);
    assert_eq!(memory.answer(&set("/b", "v")).index, Some(10));
}

#[test]
fn a_load_ends_the_waits_and_does_not_lower_the_index() {
    let mut memory = Memory::default();
    memory.run(&set("/a", "v"));
    memory.run(&set("/a", "v"));
    let watcher = memory.register("/a", None, false);
    let tree = json!({ "index": 2, "node": {} });
    let ended = memory.load(at(0), &tree).unwrap();
    let Answer { status, body, .. } = &ended[0].answer;
    assert_eq!((ended.len(), ended[0].watcher, *status), (1, watcher, 400));
    assert!(body.starts_with(r#"{"errorCode":401"#) && body.ends_with(r#""index":3}"#));
    assert_eq!((memory.index(), memory.watchers()), (3, 0));
    let request = wait("/a", None, false);
    let error = ended[0].answer.clone().outcome(&request).unwrap_err();
    assert_eq!(cleared_at(&error), Some(3));
    let lost = memory.answer(&wait("/a", Some(3), false));
    assert_eq!(lost.status, 400);
    let next = memory.run(&wait("/a", Some(4), false));
    assert!(matches!(next.reply, Reply::Registered { .. }));
}

#[test]
fn a_node_without_an_index_gets_a_new_one_in_each_load() {
    let tree = json!({ "index": 5, "node": { "nodes": [{ "key": "/a", "value": "" }] } });
    let mut memory = loaded(&tree);
    assert_eq!(memory.index(), 5);
    memory.load(at(0), &tree).unwrap();
    assert_eq!(memory.index(), 6);
    let read = memory.answer(&get("/a", false));
    assert!(read.body.contains(r#""modifiedIndex":6,"createdIndex":6"#));
    let next = memory.run(&wait("/a", Some(7), false)).reply;
    assert!(matches!(next, Reply::Registered { .. }));
}

#[test]
fn a_node_without_a_created_index_was_created_by_its_last_change() {
    let node = json!({ "key": "/b", "value": "", "modifiedIndex": 3 });
    let mut memory = loaded(&tree_of(node));
    let read = memory.answer(&get("/b", false));
    assert!(read.body.contains(r#""modifiedIndex":3,"createdIndex":3"#));
}

#[test]
fn a_time_to_live_begins_anew_unless_its_expiration_is_at_most_two_seconds_earlier() {
    let millis = |ms: u64| at(0) + Duration::from_millis(ms);
    let day_before = "2025-11-25T12:00:00.5Z";
    let table = [
        (Some(9), day_before, millis(9_000)),
        (Some(9), "2025-11-26T12:00:06.999Z", millis(9_000)),
        (Some(9), "2025-11-26T12:00:07Z", millis(7_000)),
        (Some(9), "2025-11-26T12:00:08.5Z", millis(8_500)),
        (Some(9), "2025-11-26T12:00:09Z", millis(9_000)),
        (Some(9), "2025-11-26T12:00:09.001Z", millis(9_000)),
        (Some(9), "2025-11-26T12:00:11Z", millis(9_000)),
        (Some(9), "2025-11-26T12:00:30Z", millis(9_000)),
        (None, day_before, at(0) - Duration::from_millis(86_399_500)),
        (None, "2025-11-26T12:00:30Z", millis(30_000)),
    ];
    for (ttl, expiration, expected) in table {
        let mut node = json!({ "key": "/a", "value": "", "expiration": expiration });
        if let Some(ttl) = ttl {
            node["ttl"] = ttl.into();
        }
        let memory = loaded(&json!({ "node": { "nodes": [node] } }));
        assert_eq!(memory.next_expiry(), Some(expected), "{ttl:?} {expiration}");
    }
}

#[test]
fn a_key_of_the_most_names_is_dumped_and_loaded() {
    let mut memory = Memory::default();
    memory.run(&set(&"/a".repeat(MAX_DEPTH), "v"));
    let dump = memory.dump(at(0));
    let tree: Value = serde_json::from_str(&dump).unwrap();
    assert_eq!(loaded(&tree).dump(at(0)), dump);
}

/// A tree with one node.
fn tree_of(node: Value) -> Value {
    json!({ "index": 5, "node": { "dir": true, "nodes": [{ "key": "/a", "value": "" }, node] } })
}

#[test]
fn a_malformed_tree_is_an_error_that_names_the_place_and_changes_nothing() {
    let at_root = [
        (json!([]), "the tree is not an object"),
        (json!({}), "node is missing"),
        (
            json!({ "nodes": [] }),
            "nodes is not a field of this object",
        ),
        (
            json!({ "index": -1, "node": {} }),
            "index is not a whole number from 1 to 4503599627370496",
        ),
        (
            json!({ "index": 0, "node": {} }),
            "index is not a whole number from 1 to 4503599627370496",
        ),
        (
            json!({ "index": 1_u64 << 53, "node": {} }),
            "index is not a whole number from 1 to 4503599627370496",
        ),
        (
            json!({ "node": { "value": "" } }),
            "node.value is there, but node is the root: load takes the whole tree",
        ),
        (
            json!({ "node": { "createdIndex": 1 } }),
            "node.createdIndex is there, but node is the root: load takes the whole tree",
        ),
        (
            json!({ "node": { "dir": false } }),
            "node.dir is false, but the root is a directory",
        ),
        (
            json!({ "node": { "key": "/a" } }),
            "node.key is not that of the root: load takes the whole tree",
        ),
        (
            json!({ "node": { "nodes": {} } }),
            "node.nodes is not an array",
        ),
    ];
    let below = [
        (json!(1), "[1] is not an object"),
        (json!({ "value": "" }), "[1].key is missing"),
        (
            json!({ "key": "/a", "value": "" }),
            "[1].key is there twice",
        ),
        (
            json!({ "key": "/b/c", "value": "" }),
            "[1].key must be in the nodes of a node /b",
        ),
        (
            json!({ "key": "b", "value": "" }),
            "[1].key must begin with /",
        ),
        (
            json!({ "key": "/..", "value": "" }),
            "[1].key is not a name below /",
        ),
        (
            json!({ "key": "/b" }),
            "[1].value is missing: a node has value, nodes or dir: true",
        ),
        (
            json!({ "key": "/b", "value": 1 }),
            "[1].value is not a text: a client with json decodes values, and load takes them as etcd has them",
        ),
        (
            json!({ "key": "/b", "value": "", "dir": true }),
            "[1].value is there, but the node is a directory",
        ),
        (
            json!({ "key": "/b", "value": "", "nodes": [] }),
            "[1].value is there, but the node is a directory",
        ),
        (
            json!({ "key": "/b", "dir": false, "nodes": [] }),
            "[1].nodes is there, but dir is false",
        ),
        (
            json!({ "key": "/b", "value": "", "ttl": "1" }),
            "[1].ttl is not a whole number",
        ),
        (
            json!({ "key": "/b", "value": "", "ttl": "1", "expiration": "2026-01-31T12:00:00Z" }),
            "[1].ttl is not a whole number",
        ),
        (
            json!({ "key": "/b", "value": "", "modifiedIndex": 6 }),
            "[1].modifiedIndex is above the index of the tree",
        ),
        (
            json!({ "key": "/b", "value": "", "modifiedIndex": 0 }),
            "[1].modifiedIndex is not a whole number from 1 to 4503599627370496",
        ),
        (
            json!({ "key": "/b", "value": "", "modifiedIndex": 3, "createdIndex": 4 }),
            "[1].createdIndex is above modifiedIndex",
        ),
        (
            json!({ "key": "/b", "value": "", "expiration": "soon" }),
            "[1].expiration is not a date such as 2026-01-31T12:00:00.5Z",
        ),
        (
            json!({ "key": "/b", "nodes": [{ "key": "/b/c", "dir": 1 }] }),
            "[1].nodes[0].dir is not a boolean",
        ),
    ];
    let below = below.map(|(node, text)| (tree_of(node), format!("node.nodes{text}")));
    let at_root = at_root.map(|(tree, text)| (tree, text.to_owned()));
    let mut memory = Memory::default();
    memory.run(&set("/k", "v"));
    let before = memory.dump(at(0));
    for (tree, expected) in at_root.into_iter().chain(below) {
        let error = memory.load(at(0), &tree).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(memory.dump(at(0)), before);
    }
}

#[test]
fn a_tree_that_is_too_deep_is_malformed() {
    let path = |names: usize| "/a".repeat(names);
    let deepest = json!({ "key": path(MAX_DEPTH + 1), "value": "" });
    let node = (1..=MAX_DEPTH).rev().fold(
        deepest,
        |node, names| json!({ "key": path(names), "nodes": [node] }),
    );
    let tree = json!({ "node": { "nodes": [node] } });
    let error = Memory::default().load(at(0), &tree).unwrap_err();
    assert_eq!(error.reason, "has too many names");
}
