use super::*;
use crate::api::key::{Key, Syntax};
use crate::api::request::{Conditions, Flags};
use crate::net::Method;
use crate::v2::encoded::MAX_FORM;

fn key(text: &str) -> Key {
    Key {
        text: text.into(),
        syntax: Syntax::Loose,
    }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

#[test]
fn loose_keys_are_read_like_the_tail_of_a_url() {
    let table = [
        ("", "/v2/keys/"),
        ("/", "/v2/keys/"),
        ("/a/b", "/v2/keys/a/b"),
        ("//a", "/v2/keys//a"),
        ("a b", "/v2/keys/a%20b"),
        ("a%20b%zz", "/v2/keys/a%20b%zz"),
        ("a?quorum=true", "/v2/keys/a?quorum=true"),
        ("a#b?c", "/v2/keys/a"),
        ("a\\b", "/v2/keys/a/b"),
        ("a \n", "/v2/keys/a"),
        (
            "a\tb'{}|^`\"<>",
            "/v2/keys/a%09b%27%7B%7D%7C%5E%60%22%3C%3E",
        ),
        ("é/日本", "/v2/keys/%C3%A9/%E6%97%A5%E6%9C%AC"),
        ("...", "/v2/keys/..."),
    ];
    for (given, expected) in table {
        assert_eq!(path(&key(given), "").unwrap(), expected, "{given:?}");
    }
}

#[test]
fn strict_keys_stand_for_themselves() {
    let table = [
        ("/a/b", "/v2/keys/a/b"),
        ("a%20b", "/v2/keys/a%2520b"),
        ("a?b#c", "/v2/keys/a%3Fb%23c"),
        ("a\\b ", "/v2/keys/a%5Cb%20"),
        ("\0", "/v2/keys/%00"),
        ("a;b=c,d:e@f+g!", "/v2/keys/a;b=c,d:e@f+g!"),
    ];
    for (given, expected) in table {
        assert_eq!(
            path(&Key::strict(given), "").unwrap(),
            expected,
            "{given:?}"
        );
    }
}

#[test]
fn no_key_leaves_the_keys() {
    for given in [
        ".",
        "..",
        "a/../..",
        "../version",
        "a/%2e%2E/b",
        "a%2F..%2fb",
        "..\\a",
        "/./a",
        "a/..?x",
    ] {
        assert_eq!(path(&key(given), ""), Err(Invalid::DotSegment), "{given}");
    }
    for given in ["..", "a/./b"] {
        assert_eq!(
            path(&Key::strict(given), ""),
            Err(Invalid::DotSegment),
            "{given}"
        );
    }
    assert_eq!(
        path(&Key::strict("%2e%2e"), "").unwrap(),
        "/v2/keys/%252e%252e"
    );
    for given in ["a//b", "//a", "//"] {
        assert_eq!(
            path(&Key::strict(given), ""),
            Err(Invalid::EmptySegment),
            "{given}"
        );
    }
}

#[test]
fn a_control_character_cannot_be_sent_unless_it_is_encoded() {
    for given in ["\0", "a\u{1}b", "a\u{c}b"] {
        assert_eq!(
            path(&key(given), ""),
            Err(Invalid::UnescapedCharacter),
            "{given:?}"
        );
    }
}

#[test]
fn keys_are_compared_as_the_server_sees_them() {
    for given in ["a b/c", "/a%20b//c/", "a%20b%2Fc?x=1", "a b\\c#x"] {
        assert_eq!(key(given).canonical(), "a b/c", "{given}");
    }
    assert_eq!(Key::strict("a?b").canonical(), "a?b");
}

#[test]
fn the_calls_parameters_come_before_those_in_the_key() {
    let get = Get {
        key: key("a?recursive=false"),
        flags: Flags {
            recursive: true,
            sorted: true,
            consistent: true,
        },
        quorum: true,
        wait_index: None,
        is_poll: false,
    };
    assert_eq!(
        Request::Get(get).encode().unwrap().path,
        "/v2/keys/a?recursive=true&sorted=true&consistent=true&quorum=true&recursive=false"
    );
}

#[test]
fn a_wait_may_start_at_an_index() {
    let wait = Wait {
        key: key("a"),
        flags: Flags::default(),
        index: text("x y"),
    };
    assert_eq!(wait.encode(None).unwrap().path, "/v2/keys/a?wait=true");
    assert_eq!(
        wait.encode(Some("7")).unwrap().path,
        "/v2/keys/a?wait=true&waitIndex=7"
    );
    assert_eq!(
        Request::Wait(wait).encode().unwrap().path,
        "/v2/keys/a?wait=true&waitIndex=x+y"
    );
}

#[test]
fn a_plain_set_has_no_more_than_its_value() {
    let set = Set {
        key: key("a"),
        value: text("a b&c;é"),
        ..Set::default()
    };
    let encoded = Request::Set(set).encode().unwrap();
    assert_eq!(
        (encoded.request.method, encoded.path.as_str()),
        (Method::Put, "/v2/keys/a")
    );
    assert_eq!(
        encoded.request.form.as_deref(),
        Some(&b"value=a+b%26c%3B%C3%A9"[..])
    );
    assert!(encoded.repeatable);
}

#[test]
fn a_set_sends_every_condition_as_text() {
    let set = Set {
        key: key("a"),
        value: None,
        ttl: text("5"),
        dir: true,
        conditions: Conditions {
            exist: text("null"),
            value: text(""),
            index: text("0"),
        },
        refresh: true,
        no_value_on_success: true,
    };
    assert_eq!(
        Request::Set(set).encode().unwrap().request.form.as_deref(),
        Some(
            &b"ttl=5&dir=true&prevExist=null&prevValue=&prevIndex=0&refresh=true&noValueOnSuccess=true"[..]
        )
    );
}

#[test]
fn a_conditional_write_and_a_push_are_not_repeatable() {
    let conditions: [fn(&mut Set); 4] = [
        |set| set.conditions.exist = text("true"),
        |set| set.conditions.value = text(""),
        |set| set.conditions.index = text("1"),
        |set| set.key = key("a?x=1&prevExist=false"),
    ];
    for condition in conditions {
        let mut set = Set::default();
        condition(&mut set);
        assert!(!Request::Set(set).encode().unwrap().repeatable);
    }
    assert!(!Request::Push(Push::default()).encode().unwrap().repeatable);
    let delete = |value| {
        Request::Delete(Delete {
            conditions: Conditions {
                value,
                ..Conditions::default()
            },
            ..Delete::default()
        })
    };
    assert!(delete(None).encode().unwrap().repeatable);
    assert!(!delete(text("x")).encode().unwrap().repeatable);
}

#[test]
fn a_delete_puts_its_conditions_into_the_query() {
    let delete = Delete {
        key: key("a"),
        recursive: true,
        dir: true,
        conditions: Conditions {
            exist: text("true"),
            value: text("a;b"),
            index: text("3"),
        },
    };
    let encoded = Request::Delete(delete).encode().unwrap();
    assert_eq!(
        encoded.path,
        "/v2/keys/a?prevExist=true&prevValue=a%3Bb&prevIndex=3&recursive=true&dir=true"
    );
    assert_eq!(
        (encoded.request.method, encoded.request.form),
        (Method::Delete, None)
    );
}

#[test]
fn a_form_over_etcds_limit_is_refused() {
    let set = |bytes| {
        let value = text(&"x".repeat(bytes));
        Request::Set(Set {
            value,
            ..Set::default()
        })
        .encode()
    };
    assert!(set(MAX_FORM - "value=".len()).is_ok());
    let refused = set(MAX_FORM);
    assert_eq!(
        refused,
        Err(Invalid::LongForm {
            bytes: MAX_FORM + "value=".len(),
            limit: MAX_FORM
        })
    );
}

#[test]
fn everything_else_is_a_plain_get() {
    let table = [
        (Request::Machines, "/v2/machines"),
        (Request::Leader, "/v2/stats/leader"),
        (Request::Stats(Stats::Own(None)), "/v2/stats/self"),
        (Request::Stats(Stats::Store), "/v2/stats/store"),
        (Request::Stats(Stats::Leader), "/v2/stats/leader"),
    ];
    for (request, path) in table {
        assert_eq!(request.encode().unwrap(), Encoded::get(path));
    }
}

#[test]
fn only_writes_write_a_key() {
    let push = Request::Push(Push {
        key: key("q"),
        ..Push::default()
    });
    assert_eq!(push.written_key().unwrap().text, "q");
    assert!(Request::Get(Get::default()).written_key().is_none());
}
