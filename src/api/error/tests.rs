use super::*;

fn error(kind: Kind) -> Error {
    Error {
        status: Some(404),
        endpoint: Some("http://h:1".into()),
        ..Error::new(kind)
    }
}

#[test]
fn each_kind_says_what_to_do_and_has_its_code() {
    let table = [
        (Kind::Status, "bad status: 404", Value::Null),
        (
            Kind::NoV2Api,
            "http://h:1 does not serve the etcd v2 API: start etcd (before 3.6) with --enable-v2",
            "ERR_ETCD_NO_V2_API".into(),
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
        let json = error(kind).to_json();
        assert_eq!(json["message"], message);
        assert_eq!(json["fields"]["code"], code, "{message}");
    }
}

#[test]
fn what_etcd_says_beside_its_message_is_handed_on_and_nothing_else() {
    let body = json!({"errorCode": 101, "message": "no", "cause": null, "more": "x"});
    let api = error(Kind::Api(body)).to_json()["api"].take();
    assert_eq!(api, json!({"errorCode": 101, "cause": null}));
    assert_eq!(error(Kind::Status).to_json()["api"], Value::Null);
}

#[test]
fn only_a_doubtful_write_is_called_ambiguous() {
    let mut doubtful = error(Kind::Network(Failure::new("ECONNRESET", "socket hang up")));
    assert_eq!(doubtful.to_json()["fields"].get("ambiguous"), None);
    doubtful.ambiguous = true;
    assert_eq!(doubtful.to_json()["fields"]["ambiguous"], true);
}
