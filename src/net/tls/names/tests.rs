use super::*;

#[test]
fn a_name_has_one_wildcard_at_most_in_its_first_label_of_three() {
    for (host, pattern) in [
        ("etcd.example", "Etcd.Example."),
        ("etcd.a.example", "*.a.example"),
        ("etcd1.a.example", "etcd*.a.example"),
        ("etcd.a.example", "e*d.a.example"),
        ("localhost", "localhost"),
        ("xn--a*.a.example", "xn--a*.a.example"),
    ] {
        assert!(matches(host, pattern), "{pattern}");
    }
    for (host, pattern) in [
        ("etcd.a.example", "other"),
        ("etcd.a.example", ""),
        ("etcd.example", "*.example"),
        ("etcd.a.example", "*.example"),
        ("a.example", "*.a.example"),
        ("etcd.a.example", "*.*.example"),
        ("etcd.a.example", "e*t*d.a.example"),
        ("ed.a.example", "edd*d.a.example"),
        ("etcd..example", "etcd..example"),
        ("xn--b.a.example", "xn--*.a.example"),
        ("et d.a.example", "et d.a.example"),
        ("etcd\u{e9}.example", "etcd\u{e9}.example"),
        ("etcd.a.example", "etcd.*.example"),
    ] {
        assert!(!matches(host, pattern), "{pattern}");
    }
}

#[test]
fn names_that_could_pass_for_others_are_shown_in_quotes() {
    for (bytes, expected) in [
        (&b"a.example"[..], "DNS:a.example"),
        (b"a, DNS:b", r#"DNS:"a\u002c DNS:b""#),
        (b"a\"\\'", r#"DNS:"a\"\\'""#),
        (b"a\0\xe9", r#"DNS:"a\u0000\u00e9""#),
    ] {
        assert_eq!(shown(&GeneralName::Dns(bytes)), expected);
    }
}
