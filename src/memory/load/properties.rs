//! What holds for any tree that is loaded.

use super::*;
use crate::arbitrary;
use crate::memory::tests::random::Calls;
use crate::memory::tests::{at, set, set_for};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

/// Values that a field of a tree may have by mistake.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => arbitrary::json(),
        1 => select(vec![
            json!(null), json!(""), json!("/"), json!("/a"), json!("/a/b"), json!("/a/.."), json!("/a//b"), json!(-1), json!(1.5),
            json!(0), json!(1), json!(u64::MAX), json!(1_u64 << 53), json!(true), json!([]), json!({}), json!([[]]), json!([{}]),
            json!("2025-11-26T12:00:05Z"), json!("9999-12-31T23:59:59Z"), json!("0000-01-01T00:00:00Z"),
            json!("2025-13-26T12:00:05Z"),
        ]),
    ]
}

/// A change of one place of a tree.
#[derive(Debug, Clone)]
struct Change {
    place: Index,
    name: &'static str,
    value: Option<Value>,
}

fn change() -> impl Strategy<Value = Change> {
    let name = select([OF_TREE, OF_NODE, &["", "other"]].concat());
    let value = proptest::option::of(leaf());
    (any::<Index>(), name, value).prop_map(|(place, name, value)| Change { place, name, value })
}

/// Makes a change in the object that has this number, from the top down.
fn apply(tree: &mut Value, number: &mut Option<usize>, change: &Change) {
    match tree {
        Value::Object(fields) => match number {
            Some(0) => {
                *number = None;
                let name = change.name.to_owned();
                match &change.value {
                    Some(value) => drop(fields.insert(name, value.clone())),
                    None => drop(fields.remove(&name)),
                }
            }
            Some(left) => {
                *left -= 1;
                fields.values_mut().for_each(|it| apply(it, number, change));
            }
            None => {}
        },
        Value::Array(list) => list.iter_mut().for_each(|it| apply(it, number, change)),
        _ => {}
    }
}

fn objects(tree: &Value) -> usize {
    match tree {
        Value::Object(fields) => 1 + fields.values().map(objects).sum::<usize>(),
        Value::Array(list) => list.iter().map(objects).sum(),
        _ => 0,
    }
}

/// The dump of a store after random calls, with some changes.
fn changed_dumps() -> impl Strategy<Value = Value> {
    let changes = proptest::collection::vec(change(), 0..3);
    (any::<u64>(), 0..40_usize, changes).prop_map(|(seed, calls, changes)| {
        let (mut memory, mut random) = (Memory::default(), Calls::new(seed));
        for _ in 0..calls {
            let _ = memory.apply(at(0), &random.call(memory.index()));
        }
        let mut tree = serde_json::from_str(&memory.dump(at(0))).unwrap();
        for change in changes {
            let number = change.place.index(objects(&tree).max(1));
            apply(&mut tree, &mut Some(number), &change);
        }
        tree
    })
}

/// A store with keys, a deadline, a history and a wait.
fn used() -> Memory {
    let mut memory = Memory::default();
    memory.run(&set("/k/_h", "v"));
    memory.run(&set_for("/t", 50));
    memory.register("/k", None, true);
    memory
}

/// Everything that a store tells of itself.
fn told(memory: &Memory) -> impl PartialEq + std::fmt::Debug + use<> {
    let events: Vec<_> = memory.history.events().cloned().collect();
    (
        memory.dump(at(0)),
        memory.watchers(),
        memory.next_expiry(),
        events,
    )
}

/// Whether a node of a dump is a node that was loaded. `index`: that of nodes that have none.
fn is_loaded(dumped: &Value, given: &Value, index: u64) -> bool {
    let is_dir = given["dir"]
        .as_bool()
        .unwrap_or(given.get("value").is_none());
    let is_root = dumped.get("key").is_none();
    let modified = given["modifiedIndex"].as_u64().unwrap_or(index);
    let created = given["createdIndex"].as_u64().unwrap_or(modified);
    let list = |node: &Value| node["nodes"].as_array().cloned().unwrap_or_default();
    let [mut children, dumped_children] = [list(given), list(dumped)];
    children.sort_by(|one, other| one["key"].as_str().cmp(&other["key"].as_str()));
    let date = |node: &Value| parse_date(node["expiration"].as_str().unwrap_or_default());
    dumped["dir"].as_bool().unwrap_or(false) == is_dir
        && (is_root || dumped["key"] == given["key"])
        && (is_root || dumped["modifiedIndex"] == modified && dumped["createdIndex"] == created)
        && dumped["value"] == given["value"]
        && (date(given).is_none() || given["ttl"].is_u64() || date(given) == date(dumped))
        && children.len() == dumped_children.len()
        && children
            .iter()
            .zip(&dumped_children)
            .all(|(given, dumped)| is_loaded(dumped, given, index))
}

proptest! {
    #[test]
    fn a_tree_is_loaded_as_a_whole_or_changes_nothing(
        tree in prop_oneof![
            4 => changed_dumps(),
            1 => arbitrary::json(),
            1 => arbitrary::json().prop_map(|node| json!({ "node": node })),
        ],
    ) {
        let mut memory = used();
        let before = (memory.index(), told(&memory));
        match memory.load(at(0), &tree) {
            Err(malformed) => {
                prop_assert!(!malformed.to_string().is_empty());
                prop_assert_eq!((memory.index(), told(&memory)), before);
            }
            Ok(ended) => {
                let indexes = Indexes::of(&tree["node"]);
                let lowest = before.0 + u64::from(indexes.is_one_missing);
                let own = tree["index"].as_u64().unwrap_or(indexes.highest).max(lowest);
                prop_assert_eq!(memory.index(), own);
                prop_assert_eq!((ended.len(), memory.watchers()), (1, 0));
                let dump = memory.dump(at(0));
                let dumped: Value = serde_json::from_str(&dump).unwrap();
                prop_assert!(is_loaded(&dumped["node"], &tree["node"], own), "{} {}", tree, dump);
                let mut copy = Memory::default();
                copy.load(at(1), &dumped).unwrap();
                prop_assert_eq!(copy.dump(at(0)), dump);
            }
        }
    }
}
