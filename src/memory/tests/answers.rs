//! Status, index and text of the answers, as etcd 3.4.23 gives them.

use super::*;

#[test]
fn writes_and_reads_have_the_text_of_etcd() {
    let mut memory = Memory::default();
    let swap = set_with("/a/b", |set| {
        set.value = Some("w".into());
        set.conditions.value = Some("<v>".into());
    });
    let table = [
        (
            set("/a/b", "<v>"),
            201,
            r#"{"action":"set","node":{"key":"/a/b","value":"\u003cv\u003e","modifiedIndex":2,"createdIndex":2}}"#,
        ),
        (
            swap,
            200,
            r#"{"action":"compareAndSwap","node":{"key":"/a/b","value":"w","modifiedIndex":3,"createdIndex":2},"prevNode":{"key":"/a/b","value":"\u003cv\u003e","modifiedIndex":2,"createdIndex":2}}"#,
        ),
        (
            push("/a/q"),
            201,
            r#"{"action":"create","node":{"key":"/a/q/00000000000000000004","value":"","modifiedIndex":4,"createdIndex":4}}"#,
        ),
        (
            get("/", true),
            200,
            r#"{"action":"get","node":{"dir":true,"nodes":[{"key":"/a","dir":true,"nodes":[{"key":"/a/b","value":"w","modifiedIndex":3,"createdIndex":2},{"key":"/a/q","dir":true,"nodes":[{"key":"/a/q/00000000000000000004","value":"","modifiedIndex":4,"createdIndex":4}],"modifiedIndex":4,"createdIndex":4}],"modifiedIndex":2,"createdIndex":2}]}}"#,
        ),
        (
            delete("/a/q", true),
            200,
            r#"{"action":"delete","node":{"key":"/a/q","dir":true,"modifiedIndex":5,"createdIndex":4},"prevNode":{"key":"/a/q","dir":true,"modifiedIndex":4,"createdIndex":4}}"#,
        ),
        (
            get("/a/c/d", false),
            404,
            r#"{"errorCode":100,"message":"Key not found","cause":"/a/c","index":5}"#,
        ),
    ];
    for (request, status, body) in table {
        let answer = memory.answer(&request);
        assert_eq!((answer.status, &*answer.body), (status, body));
        assert_eq!(answer.index, Some(memory.index()));
    }
}

#[test]
fn a_refused_call_has_the_code_the_cause_and_the_index_of_etcd() {
    let mut memory = Memory::default();
    memory.run(&set("/f", "v"));
    memory.run(&set("/d/f", "v"));
    let given = |change: fn(&mut Set)| set_with("/f", change);
    let table = [
        (get("/x", false), 404, 100, "/x"),
        (get("/f/x/y", false), 400, 104, "/f"),
        (set("/f/x/y", "v"), 400, 104, "/f"),
        (set("/d", "v"), 403, 102, "/d"),
        (set("/", "v"), 400, 107, "/"),
        (delete("/", true), 400, 107, "/"),
        (delete("/d", false), 403, 102, "/d"),
        (
            given(|set| set.conditions.exist = Some("false".into())),
            412,
            105,
            "/f",
        ),
        (
            given(|set| set.conditions.index = Some("9".into())),
            412,
            101,
            "[9 != 2]",
        ),
        (
            given(|set| set.conditions.value = Some("w".into())),
            412,
            101,
            "[w != v]",
        ),
        (
            given(|set| set.conditions.value = Some("".into())),
            400,
            201,
            r#""prevValue" cannot be empty"#,
        ),
        (
            given(|set| set.ttl = Some("x".into())),
            400,
            202,
            r#"invalid value for "ttl""#,
        ),
    ];
    for (request, status, code, cause) in table {
        let answer = memory.answer(&request);
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(answer.status, status, "{request:?}");
        assert_eq!(
            (&body["errorCode"], &body["cause"]),
            (&code.into(), &cause.into())
        );
        // The index of a parameter that etcd refuses is 0.
        let index = if code > 200 { 0 } else { 3 };
        assert_eq!((answer.index, &body["index"]), (Some(index), &index.into()));
    }
    assert_eq!(memory.index(), 3);
}

#[test]
fn a_directory_that_is_not_empty_is_removed_with_recursive_alone() {
    let mut memory = Memory::default();
    memory.run(&set("/d/_hidden", "v"));
    let removal = |recursive| {
        Request::Delete(Delete {
            key: key("/d"),
            dir: true,
            recursive,
            ..Delete::default()
        })
    };
    assert_eq!(memory.answer(&removal(false)).status, 403);
    assert_eq!(memory.answer(&removal(true)).status, 200);
    assert_eq!(memory.answer(&get("/d", false)).status, 404);
}

#[test]
fn no_value_on_success_leaves_the_node_out() {
    let mut memory = Memory::default();
    let short = set_with("/a", |set| set.no_value_on_success = true);
    assert_eq!(&*memory.answer(&short).body, r#"{"action":"set"}"#);
    let removal = delete("/a?noValueOnSuccess=true", false);
    assert!(memory.answer(&removal).body.contains("prevNode"));
}

#[test]
fn an_answer_is_the_outcome_of_a_call() {
    let mut memory = Memory::default();
    let miss = get("/a", false);
    let outcome = memory.answer(&miss).outcome(&miss).unwrap();
    assert_eq!((outcome.body, outcome.origin.status), (None, 404));
    let write = delete("/a", false);
    let error = memory.answer(&write).outcome(&write).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.status),
        ("Key not found", Some(404))
    );
    let found = set("/a", "v");
    let outcome = memory.answer(&found).outcome(&found).unwrap();
    let below = get("/a/b", false);
    let error = memory.answer(&below).outcome(&below).unwrap_err();
    assert_eq!(error.to_string(), "Not a directory");
    assert_eq!(outcome.origin.index, Some(2));
    assert!(outcome.body.unwrap().starts_with(r#"{"action":"set""#));
}

#[test]
fn a_request_that_is_no_call_of_a_store_changes_nothing() {
    let mut memory = Memory::default();
    let deep = "/a".repeat(call::MAX_DEPTH + 1);
    let requests = [
        set("/a//b", "v"),
        set("/a/../b", "v"),
        set(&deep, "v"),
        push(&deep[2..]),
        Request::Machines,
    ];
    for request in requests {
        assert!(memory.apply(at(0), &request).is_err(), "{request:?}");
    }
    assert_eq!(memory.index(), 1);
    assert_eq!(memory.answer(&set(&deep[2..], "v")).status, 201);
    assert_eq!(memory.answer(&get("//a//a/", false)).status, 200);
}
