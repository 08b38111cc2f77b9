use super::*;

fn error(kind: Kind) -> Error {
    Error {
        status: Some(404),
        endpoint: Some("http://h:1".into()),
        ..Error::new(kind)
    }
}

fn json_of(error: &Error) -> Value {
    error_json(error, &Continuation::default())
}

#[test]
fn each_kind_says_what_to_do_and_has_its_code() {
    let table = [
        (Kind::Status, "bad status: 404", Value::Null),
        (
            Kind::NoV2Api,
            "http://h:1 does not serve the etcd v2 API: start etcd (before 3.6) with --enable-v2, or pass api: \"v3\" to keep \
             the keys in its v3 store",
            "ERR_ETCD_NO_V2_API".into(),
        ),
        (
            Kind::NoV3Api,
            "http://h:1 does not serve the etcd v3 API: give the port of etcd's --listen-client-urls, or pass api: \"v2\"",
            "ERR_ETCD_NO_V3_API".into(),
        ),
        (
            Kind::Unsupported("stats.store"),
            "etcd's v3 API has nothing that stats.store could give",
            "ERR_ETCD_UNSUPPORTED".into(),
        ),
        (
            Kind::NoSpace,
            "etcd's database is full: compact and defragment it, or raise --quota-backend-bytes, and then disarm its NOSPACE \
             alarm",
            "ERR_ETCD_NO_SPACE".into(),
        ),
        (
            Kind::Refused("etcdserver: no".to_owned()),
            "etcd refused the request: etcdserver: no",
            "ERR_ETCD_REFUSED".into(),
        ),
        (
            Kind::Network(Failure::new("ECONNRESET", "socket hang up")),
            "socket hang up",
            "ECONNRESET".into(),
        ),
        (
            Kind::Invalid(Invalid::LongForm {
                bytes: 11,
                limit: 10,
            }),
            "the value is too large: its form has 11 bytes and etcd takes 10",
            "ERR_ETCD_TOO_LARGE".into(),
        ),
        (
            Kind::Api(json!({"message": "Key not found"})),
            "Key not found",
            Value::Null,
        ),
        (Kind::Api(json!({"message": 5})), "5", Value::Null),
    ];
    for (kind, message, code) in table {
        let json = json_of(&error(kind));
        assert_eq!(json["message"], message);
        assert_eq!(json["fields"]["code"], code, "{message}");
    }
}

#[test]
fn the_code_the_cause_and_the_index_of_etcd_are_handed_on_and_nothing_else() {
    let body = json!({"errorCode": 101, "message": "no", "cause": null, "more": "x"});
    let api = json_of(&error(Kind::Api(body)))["api"].take();
    assert_eq!(api, json!({"errorCode": 101, "cause": null}));
    assert_eq!(json_of(&error(Kind::Status))["api"], Value::Null);
}

#[test]
fn only_a_write_in_doubt_is_called_ambiguous() {
    let mut in_doubt = error(Kind::Network(Failure::new("ECONNRESET", "socket hang up")));
    assert_eq!(json_of(&in_doubt)["fields"].get("ambiguous"), None);
    in_doubt.ambiguous = true;
    assert_eq!(json_of(&in_doubt)["fields"]["ambiguous"], true);
}

#[test]
fn a_gap_crosses_with_its_indexes() {
    let continuation = Continuation {
        next_index: Some(9),
        repoll: true,
        gap: Some(Gap { from: 5, to: 8 }),
    };
    let json = error_json(&error(Kind::Status), &continuation);
    assert_eq!(json["repoll"], true);
    assert_eq!(json["gap"], json!({ "from": 5, "to": 8 }));
}
