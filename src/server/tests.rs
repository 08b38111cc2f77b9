//! Tables of what Go's libraries make of paths, forms and content types.

use super::media_type::MediaType;
use super::{form, path};
use crate::api::parameters::Parameters;

/// A form, its pairs, and what is told of it.
type ReadForm = (
    &'static str,
    &'static [(&'static str, &'static str)],
    Result<(), &'static str>,
);

#[test]
fn a_path_is_cleaned_as_go_cleans_it() {
    let table = [
        ("/v2/keys", "/v2/keys"),
        ("/v2/keys/", "/v2/keys/"),
        ("/v2//keys/a//", "/v2/keys/a/"),
        ("/v2/keys/../x/.", "/v2/x"),
        ("/../../a", "/a"),
        ("/", "/"),
        ("/a/..", "/"),
        ("//", "/"),
        ("*", "/*"),
    ];
    for (given, expected) in table {
        assert_eq!(path::clean(given), expected, "{given}");
    }
}

#[test]
fn an_escape_that_is_none_is_told_with_the_two_characters_behind_it() {
    let table = [
        ("a%2Fb%C3%BC", Ok(&b"a/b\xc3\xbc"[..])),
        ("%FF", Ok(&b"\xff"[..])),
        ("%zz!", Err(&b"%zz"[..])),
        ("a%2", Err(&b"%2"[..])),
        ("%", Err(&b"%"[..])),
        ("%ü", Err(&b"%\xc3\xbc"[..])),
        ("%a\u{fc}", Err(&b"%a\xc3"[..])),
    ];
    for (given, expected) in table {
        let found = path::unescape(given.as_bytes());
        let found = found.as_deref().map_err(Vec::as_slice);
        assert_eq!(found, expected, "{given}");
    }
    assert_eq!(path::escape("/a b?ü;%"), "/a%20b%3F%C3%BC;%25");
}

#[test]
fn what_is_not_utf8_is_read_byte_by_byte_as_go_reads_it() {
    let table: [(&[u8], &str, &str); 4] = [
        (b"a\xff", "a\u{fffd}", r#""a\xff""#),
        (b"\xe2\x80", "\u{fffd}\u{fffd}", r#""\xe2\x80""#),
        (
            "ü\u{a0}\u{7f}".as_bytes(),
            "ü\u{a0}\u{7f}",
            r#""ü\u00a0\x7f""#,
        ),
        (b"\"\\\n\x07", "\"\\\n\u{7}", r#""\"\\\n\a""#),
    ];
    for (bytes, read, quoted) in table {
        assert_eq!(path::lossy(bytes), read);
        assert_eq!(path::quote(bytes), quoted);
    }
}

#[test]
fn a_form_keeps_what_can_be_read_and_tells_the_first_fault_or_the_last_semicolon() {
    let semicolon = "invalid semicolon separator in query";
    let escape = r#"invalid URL escape "%zz""#;
    let table: [ReadForm; 7] = [
        (
            "ttl=1&&dir&val%75e=x+y%20z=%2B",
            &[("ttl", "1"), ("dir", ""), ("value", "x y z=+")],
            Ok(()),
        ),
        ("ttl=1&ttl=2", &[("ttl", "1")], Ok(())),
        ("ttl=%zz&dir=1", &[("dir", "1")], Err(escape)),
        ("ttl=%zz&dir=1;c", &[], Err(semicolon)),
        ("dir=1;c&ttl=%zz", &[], Err(semicolon)),
        ("ttl=%+1", &[], Err(r#"invalid URL escape "%+1""#)),
        ("=v&x=%20", &[], Ok(())),
    ];
    for (text, expected, result) in table {
        let mut found = Parameters::default();
        let told = form::parse(text.as_bytes(), &mut found);
        assert_eq!(
            told.as_ref().map_err(String::as_str),
            result.as_ref().map_err(|it| *it)
        );
        let pairs: Vec<_> = found
            .0
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        assert_eq!(pairs, expected, "{text}");
    }
}

#[test]
fn only_a_form_is_a_form() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let malformed = Some("mime: invalid media parameter");
    let duplicate = Some("mime: duplicate parameter name");
    let parameters = [
        ("", true, None),
        (" ; charset=utf-8", true, None),
        (";", true, None),
        ("; a=\"b;\\\"c\"; d = e", true, None),
        ("; a=1; A=1", false, duplicate),
        ("; =", true, malformed),
        ("; ;", true, malformed),
        ("; a=", true, malformed),
        ("; a=b c", true, malformed),
        ("; a=\"b", true, malformed),
        ("; a=\"\"", true, None),
        ("x", false, None),
    ];
    for (given, is_form, fault) in parameters {
        let given = FORM.to_ascii_uppercase() + given;
        let found = MediaType::of(Some(given.as_bytes()));
        assert_eq!((found.is_form, found.fault), (is_form, fault), "{given}");
    }
}

#[test]
fn a_content_type_that_is_none_is_told() {
    let table = [
        (None, None),
        (Some(""), None),
        (Some("text"), None),
        (Some("text/{plain}"), None),
        (Some(";"), Some("mime: no media type")),
        (Some("foo/"), Some("mime: expected token after slash")),
        (
            Some("foo bar"),
            Some("mime: expected slash after first token"),
        ),
        (
            Some("foo/b ar"),
            Some("mime: unexpected content after media subtype"),
        ),
    ];
    for (given, fault) in table {
        let found = MediaType::of(given.map(str::as_bytes));
        assert_eq!((found.is_form, found.fault), (false, fault), "{given:?}");
    }
}
