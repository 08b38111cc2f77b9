use super::*;
use crate::api::request::{Get, Push, Set, Stats};
use crate::cluster::Host;
use serde_json::json;

fn answer(status: u16, body: Value) -> Answer {
    Answer {
        status,
        index: None,
        body: match body {
            Value::String(text) => text,
            other => other.to_string(),
        },
        endpoint: "http://h:1".into(),
        attempts: Vec::new(),
        in_doubt: false,
    }
}

#[test]
fn a_status_means_the_same_for_every_call() {
    let not_found =
        json!({"errorCode": 100, "message": "Key not found", "cause": "/a", "index": 7});
    let html = json!("404 page not found\n");
    let message = json!({"message": "not current leader"});
    let empty = json!({"errorCode": 100, "message": ""});
    let nothing = json!("");
    let ok = |text: &str| Ok(Some(text.to_owned()));
    let get = || Request::Get(Get::default());
    let set = || Request::Set(Set::default());
    let table = [
        (get(), 200, html.clone(), ok("404 page not found\n")),
        (set(), 201, nothing.clone(), ok("")),
        (get(), 404, not_found.clone(), Ok(None)),
        (Request::Leader, 404, not_found.clone(), Ok(None)),
        (
            set(),
            404,
            not_found.clone(),
            Err(Kind::Api(not_found.clone())),
        ),
        (Request::Machines, 404, not_found, Err(Kind::Status)),
        (get(), 404, html.clone(), Err(Kind::NoV2Api)),
        (set(), 404, html.clone(), Err(Kind::NoV2Api)),
        (Request::Machines, 404, html.clone(), Err(Kind::NoV2Api)),
        (get(), 404, message.clone(), Err(Kind::NoV2Api)),
        (get(), 404, nothing, Err(Kind::NoV2Api)),
        (Request::Leader, 403, message.clone(), Err(Kind::Status)),
        (
            Request::Stats(Stats::Leader),
            403,
            message.clone(),
            Err(Kind::Api(message)),
        ),
        (get(), 500, html, Err(Kind::Status)),
        (get(), 400, empty, Err(Kind::Status)),
        (get(), 301, json!([1]), Err(Kind::Status)),
    ];
    for (request, status, body, expected) in table {
        let found = outcome(answer(status, body.clone()), &request);
        let found = found.map(|found| found.body).map_err(|error| error.kind);
        assert_eq!(found, expected, "{request:?} {status} {body}");
    }
}

#[test]
fn an_error_names_the_status_and_the_host() {
    let error = outcome(answer(500, json!("")), &Request::Machines).unwrap_err();
    assert_eq!(
        (error.status, error.endpoint.as_deref()),
        (Some(500), Some("http://h:1"))
    );
    assert_eq!(error.to_string(), "bad status: 500");
}

#[test]
fn machines_that_are_no_urls_are_left_out() {
    let found: Vec<String> = Host::of_machines("http://a:1, ,http://b:2 ,ftp://c\n")
        .iter()
        .map(|host| host.text().to_owned())
        .collect();
    assert_eq!(found, ["http://a:1", "http://b:2"]);
    assert!(Host::of_machines(" ").is_empty());
}

#[test]
fn a_write_that_a_server_fails_on_is_ambiguous() {
    let raft = json!({"errorCode": 300, "message": "Raft Internal Error", "cause": "etcdserver: request timed out"});
    let failed = |status, request| outcome(answer(status, raft.clone()), &request).unwrap_err();
    assert!(failed(500, Request::Set(Set::default())).ambiguous);
    assert!(failed(503, Request::Push(Push::default())).ambiguous);
    assert!(!failed(400, Request::Set(Set::default())).ambiguous);
    assert!(!failed(500, Request::Get(Get::default())).ambiguous);
    let in_doubt = Answer {
        in_doubt: true,
        ..answer(412, json!({"errorCode": 101, "message": "Compare failed"}))
    };
    assert!(
        outcome(in_doubt, &Request::Set(Set::default()))
            .unwrap_err()
            .ambiguous
    );
    let refusal = json!({"errorCode": 300, "message": "Raft Internal Error", "cause": "nodePath /1/d : Not a file ()"});
    let refused = outcome(answer(500, refusal), &Request::Set(Set::default())).unwrap_err();
    assert!(!refused.ambiguous);
}
