//! How many transactions a call needs, and what it leaves out when a role does not allow them.

use super::super::*;
use crate::api::error::Invalid;
use crate::api::request::Delete;
use crate::v3::call::limits::MAX_DEPTH;
use crate::v3::layout::after;
use crate::v3::model::calls::*;
use crate::v3::model::driver::{End, now, run, run_at};
use crate::v3::model::{Model, Refusal};
use crate::v3::pb::KeyValue;
use serde_json::json;

pub fn exchanges(model: &mut Model, memory: &Memory, request: &Request) -> usize {
    run(request, memory, model).exchanges
}

#[test]
fn a_call_needs_one_transaction_once_its_directory_exists() {
    let (mut model, memory) = (Model::default(), Memory::default());
    let table = [
        (set("/d/a", "v"), 2),
        (set("/d/a", "v"), 1),
        (set("/d/b", "v"), 1),
        (get("/d/a"), 1),
        (get("/d"), 1),
        (get("/none"), 1),
        (
            set_with("/d/c", "", |set| {
                set.conditions.exist = Some("false".into())
            }),
            1,
        ),
        (
            set_with("/d/c", "", |set| set.conditions.exist = Some("true".into())),
            1,
        ),
        (mkdir("/d/e"), 1),
        (push("/d", "v"), 2),
        (push("/d", "v"), 1),
        (delete("/d/a", false), 1),
        (delete("/d", true), 1),
    ];
    for (request, expected) in table {
        let found = exchanges(&mut model, &memory, &request);
        assert_eq!(found, expected, "{request:?}");
    }
}

#[test]
fn a_write_of_a_key_with_an_empty_segment_is_refused_and_a_read_is_not() {
    let memory = Memory::default();
    for key in ["//a", "/a//b", "/a//", "/a%2F/b"] {
        for request in [set(key, "v"), mkdir(key), push(key, "v"), delete(key, true)] {
            let refused = Call::new(&request, &memory, now()).unwrap_err();
            let is_empty = matches!(refused.kind, ErrorKind::Invalid(Invalid::EmptySegment));
            assert!(is_empty, "{request:?}");
        }
        assert!(Call::new(&get(key), &memory, now()).is_ok(), "{key}");
    }
    assert!(Call::new(&set("/a/", "v"), &memory, now()).is_ok());
}

#[test]
fn a_large_directory_is_read_in_pages_of_one_revision() {
    let mut model = Model::default();
    for number in 0..20_001 {
        let key = bytes::Bytes::from(format!("/d/{number:05}"));
        let stored = KeyValue {
            key: key.clone(),
            mod_revision: 1,
            create_revision: 1,
            ..KeyValue::default()
        };
        model.keys.insert(key, stored);
    }
    let end = run(&get("/d"), &Memory::default(), &mut model);
    assert_eq!(end.exchanges, 3);
    let nodes = end.body["node"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 20_001);
    assert_eq!(nodes[20_000]["key"], "/d/20000");
}

#[test]
fn the_pages_after_the_first_are_pinned_to_its_revision() {
    let mut call = Call::new(&get("/d"), &Memory::default(), now()).unwrap();
    let mut response = Model::default().txn(&call.kind.txn(&call.context)).unwrap();
    response.header.as_mut().unwrap().revision = 7;
    let page = crate::v3::pb::RangeResponse {
        more: true,
        kvs: vec![KeyValue {
            key: "/d/a".into(),
            ..KeyValue::default()
        }],
        ..Default::default()
    };
    response.responses[0].response =
        Some(crate::v3::pb::response_op::Response::ResponseRange(page));
    let Step::Send(exchange) = call.answered(response, now()) else {
        panic!("no second page");
    };
    let range = crate::v3::txn::read_range((after(b"/d/a"), "/d0".into()), 10_000);
    let expected = crate::v3::pb::RangeRequest {
        revision: 7,
        ..range
    };
    assert_eq!(exchange.txn.success, [expected.into()]);
    assert!(!exchange.is_write);
}

/// A store whose user may use the keys below a prefix alone.
fn limited(allowed: &'static [u8]) -> (Model, Memory) {
    let model = Model {
        allowed,
        ..Model::default()
    };
    (model, Memory::default())
}

#[test]
fn a_role_limited_to_a_prefix_costs_attempts_only_once() {
    let (mut model, memory) = limited(b"/app/");
    let create = |key| set_with(key, "v", |set| set.conditions.exist = Some("false".into()));
    let end = run(&create("/app/d/a"), &memory, &mut model);
    assert_eq!(
        (end.status, end.body["action"].as_str()),
        (201, Some("create"))
    );
    assert!(end.exchanges > 2);
    assert_eq!(exchanges(&mut model, &memory, &create("/app/d/b")), 1);
    assert_eq!(exchanges(&mut model, &memory, &get("/app/d")), 1);
    assert_eq!(exchanges(&mut model, &memory, &push("/app/d", "v")), 1);
    let keys: Vec<&[u8]> = model.keys.keys().map(|key| &key[..]).collect();
    assert!(keys.contains(&&b"/app/d/"[..]) && keys.iter().all(|key| key.starts_with(b"/app/")));
}

#[test]
fn pushes_without_records_get_rising_names() {
    let (mut model, memory) = limited(b"/app/");
    let mut names = Vec::new();
    for _ in 0..5 {
        let end = run(&push("/app/q", "v"), &memory, &mut model);
        names.push(end.body["node"]["key"].as_str().unwrap().to_owned());
        run(&set("/app/other", "v"), &Memory::default(), &mut model);
    }
    assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
}

#[test]
fn a_key_that_is_denied_ends_the_call() {
    let memory = Memory::default();
    let mut call = Call::new(&set("/other/a", "v"), &memory, now()).unwrap();
    let mut step = Some(call.first());
    let mut attempts = 0;
    while step.is_some() {
        step = call.denied(&memory);
        attempts += 1;
    }
    assert!(attempts < 6, "{attempts}");
    let mut model = Model::default();
    assert_eq!(exchanges(&mut model, &memory, &set("/a/b", "v")), 2);
    assert_eq!(model.lease_of("/a/"), 0);
}

#[test]
fn pushes_of_two_clients_get_different_rising_names() {
    let mut model = Model::default();
    let clients = [Memory::default(), Memory::default()];
    let mut names = Vec::new();
    for turn in 0..40 {
        let end = run(&push("/q", "v"), &clients[turn % 3 / 2], &mut model);
        assert!(end.exchanges <= 3);
        let name = end.body["node"]["key"].as_str().unwrap().to_owned();
        if turn % 4 == 0 {
            run(&delete(&name, false), &clients[0], &mut model);
        }
        names.push(name);
    }
    assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
}

#[test]
fn the_deepest_key_fits_into_a_transaction_and_a_deeper_one_is_refused() {
    let deep = |names: usize| vec!["a"; names].join("/");
    let (mut model, memory) = (Model::default(), Memory::new(true));
    let key = deep(MAX_DEPTH);
    for request in [
        set(&key, "v"),
        get(&key),
        get(&format!("{key}b")),
        delete(&key, false),
    ] {
        run(&request, &memory, &mut model);
    }
    let parent = deep(MAX_DEPTH - 1);
    assert_eq!(run(&push(&parent, "v"), &memory, &mut model).status, 201);
    for request in [set(&deep(MAX_DEPTH + 1), "v"), push(&key, "v")] {
        let error = Call::new(&request, &memory, now()).unwrap_err();
        let expected = Invalid::DeepKey {
            names: 101,
            limit: 100,
        };
        assert_eq!(error.kind, ErrorKind::Invalid(expected));
    }
}

#[test]
fn a_value_above_the_limit_is_refused() {
    let memory = Memory::with_limit(false, 10);
    assert!(Call::new(&set("/a", "1234567"), &memory, now()).is_ok());
    let error = Call::new(&set("/a", "12345678"), &memory, now()).unwrap_err();
    let expected = Invalid::LargeRequest {
        bytes: 11,
        limit: 10,
    };
    assert_eq!(error.kind, ErrorKind::Invalid(expected));
}

#[test]
fn a_refused_parameter_is_an_error_of_etcd() {
    let request = set_with("/a", "v", |set| set.ttl = Some("soon".into()));
    let error = Call::new(&request, &Memory::default(), now()).unwrap_err();
    let body = json!({
        "errorCode": 202,
        "message": "The given TTL in POST form is not a number",
        "cause": "invalid value for \"ttl\"",
        "index": 0,
    });
    assert_eq!(
        (error.status, error.kind),
        (Some(400), ErrorKind::Api(body))
    );
}

#[test]
fn the_keys_of_other_clients_are_read_as_a_tree() {
    let mut model = Model::default();
    model.put("/a/b/c", "1", 0);
    model.put("/a/b-", "2", 0);
    let memory = Memory::default();
    let nodes = json!([
        { "key": "/a/b", "dir": true, "modifiedIndex": 2, "createdIndex": 2 },
        { "key": "/a/b-", "value": "2", "modifiedIndex": 3, "createdIndex": 3 },
    ]);
    assert_eq!(
        run(&get("/a"), &memory, &mut model).body["node"]["nodes"],
        nodes
    );
    let removal = Request::Delete(Delete {
        key: key("/a/b"),
        dir: true,
        ..Delete::default()
    });
    assert_eq!(run(&removal, &memory, &mut model).body["errorCode"], 108);
    run(&delete("/a/b/c", false), &memory, &mut model);
    let left = run(&get("/a/b"), &memory, &mut model);
    assert_eq!(left.body["node"]["dir"], true);
}

#[test]
fn a_file_counts_where_other_clients_have_made_a_directory_of_its_name() {
    let mut model = Model::default();
    model.put("/d/a", "1", 0);
    model.put("/d/a/b", "2", 0);
    model.put("/d/c", "3", 0);
    let End { body, .. } = run(&get_with("/d", true), &Memory::default(), &mut model);
    let nodes = json!([
        { "key": "/d/a", "value": "1", "modifiedIndex": 2, "createdIndex": 2 },
        { "key": "/d/c", "value": "3", "modifiedIndex": 4, "createdIndex": 4 },
    ]);
    assert_eq!(body["node"]["nodes"], nodes);
}

#[test]
fn the_model_refuses_what_etcd_refuses() {
    let mut model = Model::default();
    let put = crate::v3::txn::put("/a".into(), "v", 9);
    let txn = TxnRequest {
        success: vec![put.into()],
        ..TxnRequest::default()
    };
    assert_eq!(model.txn(&txn), Err(Refusal::LeaseNotFound));
    assert!(run_at(&set("/..", "v"), &Memory::default(), &mut model, now()).is_err());
}
