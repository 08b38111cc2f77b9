use super::*;
use crate::memory::tests::{at, delete, get, set, wait};
use crate::memory::{Answer, Reply};
use crate::waits::continuation::cleared_at;
use serde_json::json;

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
        { "key": "/d" },
        { "key": "/e", "nodes": [{ "key": "/e/f", "value": "" }] },
    ] } });
    let mut memory = loaded(&tree);
    let expected = concat!(
        r#"{"action":"get","node":{"dir":true,"nodes":["#,
        r#"{"key":"/a","value":"v","expiration":"2025-11-26T12:00:05Z","ttl":5,"modifiedIndex":1,"createdIndex":1},"#,
        r#"{"key":"/d","dir":true,"modifiedIndex":1,"createdIndex":1},"#,
        r#"{"key":"/e","dir":true,"nodes":[{"key":"/e/f","value":"","modifiedIndex":1,"createdIndex":1}],"modifiedIndex":1,"createdIndex":1}"#,
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
fn an_expiration_counts_before_a_time_to_live_and_may_be_past() {
    let tree = json!({ "node": { "nodes": [
        { "key": "/a", "value": "", "ttl": 99, "expiration": "2025-11-26T11:59:59.5Z" },
    ] } });
    let mut memory = loaded(&tree);
    assert!(memory.next_expiry() < Some(at(0)));
    assert_eq!(memory.answer(&get("/a", false)).status, 404);
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
    let table = [
        (json!([]), "the tree is not an object"),
        (json!({}), "node is missing"),
        (
            json!({ "nodes": [] }),
            "nodes is not a field of this object",
        ),
        (json!({ "index": -1, "node": {} }), "index is not an index"),
        (json!({ "index": 0, "node": {} }), "index is not an index"),
        (
            json!({ "node": { "value": "" } }),
            "node.value is not a field of this object",
        ),
        (json!({ "node": { "dir": false } }), "node.value is missing"),
        (
            json!({ "node": { "key": "/a" } }),
            "node.key is not that of the root",
        ),
        (
            json!({ "node": { "nodes": {} } }),
            "node.nodes is not an array",
        ),
        (tree_of(json!(1)), "node.nodes[1] is not an object"),
        (
            tree_of(json!({ "value": "" })),
            "node.nodes[1].key is missing",
        ),
        (
            tree_of(json!({ "key": "/a", "value": "" })),
            "node.nodes[1].key is there twice",
        ),
        (
            tree_of(json!({ "key": "/b/c" })),
            "node.nodes[1].key is not below its directory",
        ),
        (
            tree_of(json!({ "key": "/.." })),
            "node.nodes[1].key is not below its directory",
        ),
        (
            tree_of(json!({ "key": "/b", "value": 1 })),
            "node.nodes[1].value is not a text",
        ),
        (
            tree_of(json!({ "key": "/b", "value": "", "dir": true })),
            "node.nodes[1].value is there, but the node is a directory",
        ),
        (
            tree_of(json!({ "key": "/b", "value": "", "nodes": [] })),
            "node.nodes[1].nodes is there, but the node is a file",
        ),
        (
            tree_of(json!({ "key": "/b", "ttl": "1" })),
            "node.nodes[1].ttl is not a whole number",
        ),
        (
            tree_of(json!({ "key": "/b", "modifiedIndex": 6 })),
            "node.nodes[1].modifiedIndex is above the index of the tree",
        ),
        (
            tree_of(json!({ "key": "/b", "expiration": "soon" })),
            "node.nodes[1].expiration is not a date such as 2026-01-31T12:00:00.5Z",
        ),
        (
            tree_of(json!({ "key": "/b", "nodes": [{ "key": "/b/c", "dir": 1 }] })),
            "node.nodes[1].nodes[0].dir is not a boolean",
        ),
    ];
    let mut memory = Memory::default();
    memory.run(&set("/k", "v"));
    let before = memory.dump(at(0));
    for (tree, expected) in table {
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
