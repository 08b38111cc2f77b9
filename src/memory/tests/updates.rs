//! Writes that change a node in its place, and directories.

use super::*;

fn exists(set: &mut Set) {
    set.conditions.exist = Some("true".into());
}

fn refresh(text: &str, change: impl FnOnce(&mut Set)) -> Request {
    set_with(text, |set| {
        set.refresh = true;
        set.ttl = Some("5".into());
        change(set);
    })
}

fn has(memory: &mut Memory, text: &str, part: &str) {
    let body = memory.answer(&get(text, false)).body;
    assert!(body.contains(part), "{body}");
}

#[test]
fn an_update_keeps_the_created_index_and_a_set_does_not() {
    let mut memory = Memory::default();
    memory.run(&set("/a", "v"));
    let update = set_with("/a", |set| {
        set.value = Some("w".into());
        exists(set);
    });
    memory.run(&update);
    has(
        &mut memory,
        "/a",
        r#""value":"w","modifiedIndex":3,"createdIndex":2"#,
    );
    memory.run(&set("/a", "x"));
    has(
        &mut memory,
        "/a",
        r#""value":"x","modifiedIndex":4,"createdIndex":4"#,
    );
}

#[test]
fn the_update_of_a_directory_sets_its_time_to_live_and_keeps_its_modified_index() {
    let mut memory = Memory::default();
    memory.run(&set("/d/a", "v"));
    let update = |value: &str| {
        let value = value.to_owned();
        set_with("/d", |set| {
            set.value = Some(value);
            set.ttl = Some("5".into());
            exists(set);
        })
    };
    assert_eq!(memory.answer(&update("v")).status, 403);
    let answer = memory.answer(&update(""));
    let expected = concat!(
        r#"{"action":"update","node":{"key":"/d","dir":true,"expiration":"2025-11-26T12:00:05Z","ttl":5,"#,
        r#""modifiedIndex":3,"createdIndex":2},"prevNode":{"key":"/d","dir":true,"modifiedIndex":2,"createdIndex":2}}"#
    );
    assert_eq!((answer.status, &*answer.body), (200, expected));
    has(
        &mut memory,
        "/d",
        r#""createdIndex":2}],"modifiedIndex":2,"#,
    );
    assert_eq!(memory.next_expiry(), Some(at(5)));
}

#[test]
fn a_refresh_keeps_the_value_in_each_kind_of_write() {
    let mut memory = Memory::default();
    memory.run(&set("/a", "v"));
    let compares = |set: &mut Set| set.conditions.value = Some("v".into());
    for request in [
        refresh("/a", |_| {}),
        refresh("/a", exists),
        refresh("/a", compares),
    ] {
        assert_eq!(memory.answer(&request).status, 200);
        has(&mut memory, "/a", r#""value":"v","expiration""#);
    }
    assert_eq!(memory.index(), 5);
    let missing = memory.answer(&refresh("/b", |_| {}));
    assert!(missing.body.contains(r#""errorCode":100"#), "{missing:?}");
}

#[test]
fn compares_count_before_the_condition_that_the_key_exists() {
    let mut memory = Memory::default();
    memory.run(&set("/a", "v"));
    let both = |value: &str| {
        let value = value.to_owned();
        set_with("/a", |set| {
            set.conditions.value = Some(value);
            exists(set);
        })
    };
    assert_eq!(memory.answer(&both("w")).status, 412);
    let swapped = memory.answer(&both("v")).body;
    assert!(
        swapped.starts_with(r#"{"action":"compareAndSwap""#),
        "{swapped}"
    );
    let creation = set_with("/b", |set| {
        set.conditions.value = Some("w".into());
        set.conditions.exist = Some("false".into());
    });
    assert_eq!(memory.answer(&creation).status, 201);
}

#[test]
fn an_empty_directory_is_removed_with_dir() {
    let mut memory = Memory::default();
    memory.run(&set_with("/d", |set| set.dir = true));
    assert_eq!(memory.answer(&delete("/d", false)).status, 403);
    let removal = Request::Delete(Delete {
        key: key("/d"),
        dir: true,
        ..Delete::default()
    });
    assert_eq!(memory.answer(&removal).status, 200);
}

#[test]
fn a_directory_may_replace_a_file_and_a_file_no_directory() {
    let mut memory = Memory::default();
    memory.run(&set_for("/a", 5));
    let directory = set_with("/a", |set| set.dir = true);
    let answer = memory.answer(&directory);
    assert_eq!((answer.status, memory.next_expiry()), (200, None));
    assert!(answer.body.contains(r#""prevNode":{"key":"/a","value":"""#));
    assert_eq!(memory.answer(&directory).status, 403);
    assert_eq!(memory.answer(&set("/a", "v")).status, 403);
}

#[test]
fn a_compare_and_delete_removes_a_file_that_holds() {
    let mut memory = Memory::default();
    memory.run(&set("/d/a", "v"));
    let removal = |text: &str, index: u64| {
        let mut delete = Delete {
            key: key(text),
            ..Delete::default()
        };
        delete.conditions.index = Some(index.to_string());
        Request::Delete(delete)
    };
    assert_eq!(memory.answer(&removal("/d/a", 3)).status, 412);
    assert_eq!(memory.answer(&removal("/d", 2)).status, 403);
    let root = memory.answer(&removal("/", 2));
    assert_eq!(
        &*root.body,
        r#"{"errorCode":102,"message":"Not a file","index":2}"#
    );
    let removed = memory.answer(&removal("/d/a", 2)).body;
    let expected =
        r#"{"action":"compareAndDelete","node":{"key":"/d/a","modifiedIndex":3,"createdIndex":2},"#;
    assert!(removed.starts_with(expected), "{removed}");
}

#[test]
fn a_time_to_live_that_does_not_fit_makes_a_new_node_permanent() {
    let mut memory = Memory::default();
    memory.run(&set_for("/a", 9_000_000_000));
    assert_eq!(memory.next_expiry(), None);
    memory.run(&set_with("/a", |set| {
        set.ttl = Some("9000000000".into());
        exists(set);
    }));
    assert!(memory.next_expiry() < Some(at(0)));
}
