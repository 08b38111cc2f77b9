//! Times to live.

use super::super::*;
use crate::v3::lease_id;
use crate::v3::model::Model;
use crate::v3::model::calls::*;
use crate::v3::model::driver::{now, run};
use crate::v3::pb::TxnResponse;
use serde_json::json;
use std::time::Duration;

fn with_ttl(key: &str, ttl: &str) -> Request {
    set_with(key, "v", |set| set.ttl = Some(ttl.into()))
}

/// A directory, or its update.
fn directory(key: &str, ttl: Option<&str>, exist: Option<&str>) -> Request {
    set_with(key, "", |set| {
        set.dir = true;
        set.ttl = ttl.map(str::to_owned);
        set.conditions.exist = exist.map(str::to_owned);
    })
}

fn seconds(lease: i64) -> u64 {
    let expiry = lease_id::expiry(lease).unwrap();
    expiry.duration_since(now()).unwrap().as_secs()
}

#[test]
fn a_time_to_live_is_granted_once_and_shown() {
    let mut call = Call::new(&with_ttl("/d/a", "60"), &Memory::default(), now()).unwrap();
    let Step::Send(exchange) = call.first() else {
        panic!("nothing is sent");
    };
    let grant = exchange.grant.unwrap();
    assert_eq!((grant.ttl, seconds(grant.lease)), (60, 60));
    let Step::Send(again) = call.answered(TxnResponse::default(), now()) else {
        panic!("nothing is sent");
    };
    assert_eq!(again.grant, None);
    let end = run(
        &with_ttl("/a", "60"),
        &Memory::default(),
        &mut Model::default(),
    );
    assert_eq!(end.body["node"]["ttl"], 60);
    assert_eq!(end.body["node"]["expiration"], "2025-11-26T12:01:00Z");
}

#[test]
fn the_longest_times_to_live_are_none() {
    for (ttl, is_granted) in [("0", true), ("9000000000", true), ("9000000001", false)] {
        let mut call = Call::new(&with_ttl("/a", ttl), &Memory::default(), now()).unwrap();
        let Step::Send(exchange) = call.first() else {
            panic!("nothing is sent");
        };
        assert_eq!(exchange.grant.is_some(), is_granted, "{ttl}");
    }
}

#[test]
fn a_lease_that_exists_is_drawn_again_and_one_that_is_not_found_is_awaited_first() {
    let mut call = Call::new(&with_ttl("/a", "60"), &Memory::default(), now()).unwrap();
    let mut leases = Vec::new();
    let mut take = |step: Step| {
        let Step::Send(exchange) = step else {
            panic!("nothing is sent");
        };
        leases.push(exchange.grant.map(|grant| grant.lease));
    };
    take(call.first());
    take(call.lease_refused(true, now()));
    take(call.lease_refused(false, now()));
    take(call.lease_refused(false, now() + Duration::from_secs(9)));
    let [first, other, none, later] = leases[..] else {
        panic!("{leases:?}");
    };
    assert!(first.is_some() && other.is_some() && first != other);
    assert_eq!(none, None);
    assert_eq!(seconds(later.unwrap()), 69);
}

#[test]
fn the_leases_of_other_clients_are_asked_for() {
    let mut model = Model::default();
    model.put("/d/a", "v", 77);
    model.put("/d/b/c", "v", 78);
    let memory = Memory::default();
    let mut call = Call::new(&get("/d"), &memory, now()).unwrap();
    let Step::Send(exchange) = call.first() else {
        panic!("nothing is sent");
    };
    let response = model.txn(&exchange.txn).unwrap();
    let Step::AskLives(leases) = call.answered(response, now()) else {
        panic!("no lease is asked for");
    };
    assert_eq!(leases, [77]);
    let Step::Done(answer) = call.lives(&[(77, 30)].into(), now()) else {
        panic!("no answer");
    };
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["node"]["nodes"][0]["ttl"], 30);
    assert_eq!(body["node"]["nodes"][1]["ttl"], json!(null));
}

#[test]
fn what_is_below_a_directory_expires_with_it_or_before() {
    let (mut model, memory) = (Model::default(), Memory::default());
    run(&directory("/d", Some("60"), None), &memory, &mut model);
    let lease = model.lease_of("/d/");
    let table = [
        (set("/d/a", "v"), "/d/a", 60),
        (set("/d/sub/b", "v"), "/d/sub/b", 60),
        (with_ttl("/d/c", "20"), "/d/c", 20),
        (with_ttl("/d/e", "90"), "/d/e", 60),
        (
            set_with("/d/c", "", |set| set.conditions.exist = Some("true".into())),
            "/d/c",
            60,
        ),
        (directory("/d/f", None, None), "/d/f/", 60),
    ];
    for (request, key, expected) in table {
        assert!(run(&request, &memory, &mut model).status < 300, "{key}");
        assert_eq!(seconds(model.lease_of(key)), expected, "{key}");
    }
    let pushed = run(&push("/d/q", "v"), &memory, &mut model);
    assert_eq!(pushed.body["node"]["ttl"], 60);
    model.revoke(lease);
    assert_eq!(run(&get("/d"), &memory, &mut model).body["errorCode"], 100);
}

#[test]
fn a_new_time_to_live_of_a_directory_of_a_hundred_keys_is_one_revision() {
    for (keys, revisions) in [(1, 1), (100, 1), (101, 2), (250, 3)] {
        let (mut model, memory) = (Model::default(), Memory::default());
        for key in 0..keys {
            run(&set(&format!("/d/{key}"), "v"), &memory, &mut model);
        }
        let before = model.revision;
        run(
            &directory("/d", Some("60"), Some("true")),
            &memory,
            &mut model,
        );
        assert_eq!(model.revision - before, revisions, "{keys} keys");
        let below = model.keys.iter().filter(|(key, _)| key.starts_with(b"/d/"));
        let leases: Vec<i64> = below.map(|(_, stored)| stored.lease).collect();
        assert_eq!(leases.len(), keys + 1);
        assert!(
            leases
                .iter()
                .all(|lease| *lease == leases[0] && *lease != 0)
        );
    }
}

#[test]
fn a_new_time_to_live_of_a_directory_reaches_what_is_below_it() {
    let (mut model, memory) = (Model::default(), Memory::default());
    run(&directory("/d", None, None), &memory, &mut model);
    for number in 0..250 {
        run(&set(&format!("/d/{number}"), "v"), &memory, &mut model);
    }
    run(&with_ttl("/d/own", "20"), &memory, &mut model);
    run(&with_ttl("/d/long", "900"), &memory, &mut model);
    let table = [
        (Some("60"), 60, 20),
        (Some("90"), 90, 20),
        (Some("10"), 10, 10),
    ];
    for (ttl, inherited, own) in table {
        let end = run(&directory("/d", ttl, Some("true")), &memory, &mut model);
        assert_eq!(end.body["node"]["ttl"], inherited);
        assert_eq!(seconds(model.lease_of("/d/")), inherited);
        for key in ["/d/0", "/d/249", "/d/long"] {
            assert_eq!(seconds(model.lease_of(key)), inherited, "{key}");
        }
        assert_eq!(seconds(model.lease_of("/d/own")), own);
    }
    run(&directory("/d", None, Some("true")), &memory, &mut model);
    assert_eq!((model.lease_of("/d/"), model.lease_of("/d/249")), (0, 0));
    assert_eq!(
        run(&get("/d/249"), &memory, &mut model).body["node"]["value"],
        "v"
    );
}

#[test]
fn a_refresh_keeps_the_value_and_is_recorded_as_no_event() {
    let (mut model, memory) = (Model::default(), Memory::default());
    run(&set("/a", "v"), &memory, &mut model);
    let refresh = set_with("/a", "", |set| {
        set.value = None;
        set.refresh = true;
        set.ttl = Some("60".into());
    });
    let end = run(&refresh, &memory, &mut model);
    assert_eq!(end.body["action"], "set");
    assert_eq!(end.body["node"]["value"], "v");
    assert_eq!(end.body["node"]["ttl"], 60);
    let record = &model.keys[crate::v3::layout::ACT];
    let act = crate::v3::act::Act::parse(&record.value).unwrap();
    assert_eq!(act.action, crate::api::action::Action::Refresh);
    assert_eq!(record.mod_revision, model.revision);
}
