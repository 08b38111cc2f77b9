//! Inputs of the property tests: texts, bytes and JSON as a hostile host or caller would send them.
//!
//! A property holds for each of `PROPTEST_CASES` inputs: 256 without the variable, many more with `npm run test:fuzz`.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// A part of a credential that no output may contain.
pub const SECRET: &str = "s3cr3t";

/// Texts made of these parts in any order, and of any other characters between them.
fn texts(parts: &'static [&'static str]) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => select(parts).prop_map(str::to_owned),
        1 => "\\PC{0,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    vec(part, 0..12).prop_map(|parts| parts.concat())
}

/// Texts made of the parts of URLs.
pub fn urls() -> impl Strategy<Value = String> {
    texts(&[
        "http",
        "https",
        "ftp",
        ":",
        "://",
        "//",
        "/",
        "\\",
        "?",
        "#",
        "@",
        "[",
        "]",
        "[::1]",
        "h",
        "127.0.0.1",
        ":1",
        ":65536",
        "%",
        "%2e",
        "%40",
        "%00",
        ".",
        "..",
        " ",
        "\t",
        "\r\n",
        ",",
        "=",
        "&",
        "u:p@",
        "é",
        "\u{feff}",
    ])
}

/// Keys made of the parts that have a meaning in keys.
pub fn keys() -> impl Strategy<Value = String> {
    texts(&[
        "/",
        "//",
        "\\",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5c",
        "%",
        "%zz",
        "?",
        "#",
        "&",
        "=",
        ";",
        "prevExist",
        "a",
        " ",
        "\t",
        "\r\n",
        "\0",
        "\u{c}",
        "é",
        "日本",
        "\u{a0}",
        "\u{feff}",
        "\u{7f}",
    ])
}

/// Credentials and an `@` in front of a host, with [`SECRET`] in the password.
pub fn with_secret() -> impl Strategy<Value = String> {
    let scheme = select(vec![
        "", "http://", "https://", "ftp://", "HTTP://", "://", "x y://",
    ]);
    (scheme, urls(), urls(), urls()).prop_map(|(scheme, before, after, host)| {
        format!("{scheme}root:{before}{SECRET}{after}@{host}")
    })
}

/// A host with credentials or without, whose password may hold any character.
pub fn hosts() -> impl Strategy<Value = String> {
    let scheme = select(vec!["", "http://", "https://"]);
    let password = texts(&[
        ",", ",", "se", "cret", "1", "99999", "@", ":", "/", "?", "#", "\\", "[", "%2C", " ", "é",
    ]);
    let userinfo = prop_oneof![
        2 => Just(String::new()),
        1 => Just("user@".to_owned()),
        2 => Just("u:p@".to_owned()),
        5 => password.prop_map(|password| format!("root:{password}@")),
    ];
    let name = select(vec!["a", "b.test", "10.0.0.1", "[::1]", "::1"]);
    let port = select(vec!["", ":", ":1", ":65535", ":65536", ":x"]);
    let path = select(vec!["", "/", "/path", "/a:1"]);
    (scheme, userinfo, name, port, path).prop_map(|(scheme, userinfo, name, port, path)| {
        format!("{scheme}{userinfo}{name}{port}{path}")
    })
}

/// Any JSON, mostly with the names that etcd uses.
pub fn json() -> impl Strategy<Value = Value> {
    let name = select(vec![
        "action",
        "node",
        "nodes",
        "prevNode",
        "key",
        "value",
        "dir",
        "modifiedIndex",
        "errorCode",
        "message",
        "cause",
        "index",
        "__proto__",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(vec![0_u64, 1, 7, 100, 401, u64::MAX]).prop_map(Value::from),
        urls().prop_map(Value::from),
        Just(json!(
            "The event in requested index is outdated and cleared"
        )),
        Just(json!("k : Not a file ()")),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name.clone(), inner), 0..6).prop_map(object),
        ]
    })
}

fn object(members: Vec<(&str, Value)>) -> Value {
    let named = members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    named.collect::<Map<_, _>>().into()
}

/// Bodies: JSON, truncated JSON, and text.
pub fn bodies() -> impl Strategy<Value = String> {
    let broken = (json(), any::<proptest::sample::Index>()).prop_map(|(json, end)| {
        let text = json.to_string();
        let whole: Vec<char> = text.chars().collect();
        whole[..end.index(whole.len() + 1)].iter().collect()
    });
    prop_oneof![4 => json().prop_map(|json| json.to_string()), 1 => broken, 1 => urls()]
}

/// The same bytes, cut into pieces anywhere.
pub fn in_pieces(
    whole: impl Strategy<Value = Vec<u8>>,
) -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>)> {
    (whole, vec(any::<proptest::sample::Index>(), 0..5)).prop_map(|(whole, cuts)| {
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(whole.len() + 1)).collect();
        ends.extend([0, whole.len()]);
        ends.sort_unstable();
        let pieces = ends.windows(2).map(|ends| whole[ends[0]..ends[1]].to_vec());
        let pieces = pieces.collect();
        (whole, pieces)
    })
}
