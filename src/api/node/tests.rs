use super::*;
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

#[test]
fn a_fraction_of_a_second_has_no_zeros_at_its_end() {
    let table = [
        (500_000_000, "1970-01-01T00:00:01.5Z"),
        (1, "1970-01-01T00:00:01.000000001Z"),
        (120, "1970-01-01T00:00:01.00000012Z"),
    ];
    for (nanos, expected) in table {
        let mut out = String::new();
        date::write(&mut out, UNIX_EPOCH + Duration::new(1, nanos));
        assert_eq!(out, format!("\"{expected}\""));
    }
}

#[test]
fn a_text_that_is_no_date_is_not_read_as_one() {
    let table = [
        "",
        "2026-11-26",
        "2026-11-26T12:00:00",
        "2026-11-26T12:00:00+01:00",
        "2026-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-11-00T12:00:00Z",
        "2026-11-26T24:00:00Z",
        "2026-11-26T12:60:00Z",
        "2026-11-26T12:00:00.Z",
        "2026-11-26T12:00:00.1234567890Z",
        "2026-11-26T12:00:00.-1Z",
        "2026-1-026T12:00:00Z",
        "+026-11-26T12:00:00Z",
        "2026-11-26-01T12:00:00Z",
    ];
    for text in table {
        assert_eq!(parse_date(text), None, "{text}");
    }
}

#[test]
fn a_text_is_escaped_as_etcd_escapes_it() {
    let mut out = String::new();
    write_text(
        &mut out,
        "<a & b>\u{2028}\u{2029}\u{2030}é\"\\/\n\r\t\u{8}\u{7f}".as_bytes(),
    );
    let expected = concat!(
        r#""\u003ca \u0026 b\u003e\u2028\u2029"#,
        "\u{2030}é",
        r#"\"\\/\n\r\t\u0008"#,
        "\u{7f}\""
    );
    assert_eq!(out, expected);
}

#[test]
fn dates_are_those_of_the_calendar() {
    let table = [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_800, "2000-03-01T00:00:00Z"),
        (1_735_689_599, "2024-12-31T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (10_764_158_400, "2311-02-08T04:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (-8_520_336_000, "1700-01-01T00:00:00Z"),
    ];
    for (seconds, expected) in table {
        let mut out = String::new();
        let since = Duration::from_secs(i64::unsigned_abs(seconds));
        let is_later = seconds >= 0;
        let date = if is_later {
            UNIX_EPOCH + since
        } else {
            UNIX_EPOCH - since
        };
        date::write(&mut out, date);
        assert_eq!(out, format!("\"{expected}\""));
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_read_lossily() {
    let mut out = String::new();
    write_text(&mut out, b"a\xffb\xe2\x82");
    assert_eq!(out, "\"a\u{fffd}b\u{fffd}\"");
}

proptest! {
    #[test]
    fn a_text_is_the_same_after_parsing(text in "\\PC*|[\\x00-\\x7f]{0,40}") {
        let mut out = String::new();
        write_text(&mut out, text.as_bytes());
        let parsed: String = serde_json::from_str(&out).unwrap();
        prop_assert_eq!(parsed, text);
    }

    #[test]
    fn a_date_is_the_same_after_parsing(seconds in -62_000_000_000_i64..200_000_000_000, nanos in 0..1_000_000_000_u32) {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let is_later = seconds >= 0;
        let date = if is_later { UNIX_EPOCH + whole } else { UNIX_EPOCH - whole };
        let date = date + Duration::new(0, nanos);
        let mut out = String::new();
        date::write(&mut out, date);
        prop_assert_eq!(parse_date(out.trim_matches('"')), Some(date));
    }
}
