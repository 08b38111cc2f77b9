use super::*;
use crate::api::key::Key;
use crate::api::request::{Conditions, Get, Set};
use serde_json::Value;

/// Requests, and etcd's own answers to them. `__test__/calls/judged.test.js` compares the same table with a running etcd.
const TABLE: &str = include_str!("../../../__test__/calls/judged.json");

fn parameters(row: &Value) -> Parameters {
    let pairs = row["parameters"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Parameters(
        pairs
            .map(|pair| (text(&pair[0]).into(), text(&pair[1])))
            .collect(),
    )
}

#[test]
fn parameters_are_judged_as_by_etcd() {
    let table: Vec<Value> = serde_json::from_str(TABLE).unwrap();
    assert!(table.len() > 150);
    for row in &table {
        let judged = judge_parameters(row["method"] == "GET", &parameters(row));
        let refused = judged.err();
        let code = refused.as_ref().map(|it| Value::from(it.code));
        let cause = refused.as_ref().map(|it| Value::from(it.cause.as_str()));
        let message = refused.as_ref().map(|it| Value::from(it.message()));
        let expected = &row["refused"];
        assert_eq!(code.unwrap_or_default(), expected["errorCode"], "{row}");
        assert_eq!(cause.unwrap_or_default(), expected["cause"], "{row}");
        assert_eq!(message.unwrap_or_default(), expected["message"], "{row}");
    }
}

#[test]
fn the_parameters_of_a_call_come_before_those_in_its_key() {
    let get = Get {
        key: Key {
            text: "a?recursive=false&quorum=true&sorted=1".into(),
            ..Key::default()
        },
        flags: crate::api::request::Flags {
            recursive: true,
            ..Default::default()
        },
        ..Get::default()
    };
    let judged = judge(&Request::Get(get)).unwrap();
    assert!(judged.recursive && judged.quorum && judged.sorted && !judged.wait);
}

#[test]
fn a_write_is_judged_by_its_parameters() {
    let set = Set {
        value: Some("v".into()),
        ttl: Some("5".into()),
        conditions: Conditions {
            exist: Some("true".into()),
            index: Some("7".into()),
            ..Conditions::default()
        },
        ..Set::default()
    };
    let judged = judge(&Request::Set(set.clone())).unwrap();
    assert_eq!((judged.ttl, judged.prev_index), (Some(5), 7));
    assert_eq!(
        (judged.prev_exist, judged.value.as_str()),
        (Some(true), "v")
    );
    let refreshing = Set {
        refresh: true,
        ..set
    };
    assert_eq!(judge(&Request::Set(refreshing)).unwrap_err().code, 211);
}
