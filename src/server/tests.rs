//! Tables of what Go's libraries make of paths, forms and content types.

use super::{form, media_type, path};
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
        ("a%2Fb%C3%BC", Ok("a/bü")),
        ("%zz!", Err("%zz")),
        ("a%2", Err("%2")),
        ("%", Err("%")),
        ("%ü", Err("%ü")),
        ("%FF", Ok("\u{fffd}")),
    ];
    for (given, expected) in table {
        let found = path::unescape(given);
        let found = found.as_deref().map_err(String::as_str);
        assert_eq!(found, expected, "{given}");
    }
    assert_eq!(path::escape("/a b?ü;%"), "/a%20b%3F%C3%BC;%25");
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
        let told = form::parse(text, &mut found);
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
    let table = [
        (None, Ok(false)),
        (Some(""), Ok(false)),
        (Some("application/x-www-form-urlencoded"), Ok(true)),
        (
            Some("Application/X-WWW-Form-Urlencoded ; charset=utf-8"),
            Ok(true),
        ),
        (
            Some("application/x-www-form-urlencoded; ="),
            Err("mime: invalid media parameter"),
        ),
        (Some("text"), Ok(false)),
        (Some("text/plain"), Ok(false)),
        (Some(";"), Err("mime: no media type")),
        (Some("foo/"), Err("mime: expected token after slash")),
        (
            Some("foo bar"),
            Err("mime: expected slash after first token"),
        ),
        (
            Some("foo/b ar"),
            Err("mime: unexpected content after media subtype"),
        ),
    ];
    for (given, expected) in table {
        assert_eq!(media_type::is_form(given), expected, "{given:?}");
    }
}
