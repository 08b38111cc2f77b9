use super::super::Host;

/// What errors show of each member, in quotes where it is invalid.
fn shown(list: &str) -> Vec<String> {
    let hosts = Host::parse_list(list);
    let each = hosts.iter().map(|host| match host.is_url() {
        true => host.endpoint().to_owned(),
        false => format!("{:?}", host.endpoint()),
    });
    each.collect()
}

fn check(table: &[(&str, &[&str])]) {
    for (list, expected) in table {
        assert_eq!(shown(list), *expected, "{list}");
    }
}

#[test]
fn a_member_behind_a_comma_with_a_scheme_is_one_whatever_is_before_it() {
    check(&[
        (
            "http://a:99999,http://u:p@b:1",
            &["\"http://a:…\"", "http://b:1"],
        ),
        (
            "http://10.0.0.256:1,https://u:p@b:1,c",
            &["\"http://10.0.0.256:…\"", "https://b:1", "http://c:4001"],
        ),
        (
            "http://${A}:1 , HTTP://u:p@b:1",
            &["\"http://${A}:…\"", "http://b:1"],
        ),
        (
            "http://etcd_1 :1,,HTTPS://u:p@b:1",
            &["\"http://etcd_1 :…\"", "https://b:1"],
        ),
        ("a b,http://u:p@b:1", &["\"http://a b:…\"", "http://b:1"]),
        (
            "[::1]:x,http://u:p@b:1",
            &["\"http://[::1]:…\"", "http://b:1"],
        ),
        (
            "http://[x]:y,http://u:p@b:1",
            &["\"http://[x]:…\"", "http://b:1"],
        ),
        (
            "http://127.0.0.1:/,http://u:p@b:1",
            &["http://127.0.0.1", "http://b:1"],
        ),
        (
            "http://u:p@a:x,http://b:1,u@c:1",
            &["\"http://a:…\"", "http://b:1", "http://c:1"],
        ),
        (
            "http://u:s3,http://x@h",
            &["\"http://u:…\"", "http://h:4001"],
        ),
        (
            "http://a:99999,http://b:1",
            &["\"http://a:99999\"", "http://b:1"],
        ),
        ("ftp://a,http://u:p@b:1", &["\"ftp://a:…\"", "http://b:1"]),
    ]);
}

#[test]
fn a_member_that_may_be_several_hosts_or_one_is_invalid_and_shows_nothing() {
    check(&[
        ("A:99999,u:p@b:1", &["\"http://…@b:1\""]),
        ("A:4O01,u:p@b:1", &["\"http://…@b:1\""]),
        ("A:4O01,u@b:1", &["\"http://…@b:1\""]),
        ("A:port,u:p@b:1", &["\"http://…@b:1\""]),
        ("A:$PORT,u@b:1", &["\"http://…@b:1\""]),
        ("A:99999,B:1,u:p@b:1", &["\"http://…@b:1\""]),
        ("::1,u:p@b:1", &["\"http://…@b:1\""]),
        ("fe80::1%eth0,u:p@b:1", &["\"http://…@b:1\""]),
        ("http://fe80::a,u:p@b:1", &["\"http://…@b:1\""]),
        ("http://[::1]:99999,u:p@b:1", &["\"http://…@b:1\""]),
        ("http://10.0.0.1:4O01,u:p@b:1", &["\"http://…@b:1\""]),
        ("http://A:99999,u:p@b:1", &["\"http://…@b:1\""]),
        ("two words,c:1,u:p@b:1", &["\"http://…@b:1\""]),
        ("ftp://a,u:p@b:1", &["\"ftp://…@b:1\""]),
        ("A:99999,u:p@b:1,c:1", &["\"http://…@b:1\"", "http://c:1"]),
        ("A:99999,u:p@b:1,u:q@c:1", &["\"http://…\"", "http://c:1"]),
        (
            "c:1,A:99999,u:p@b:1,http://u:q@d:1",
            &["http://c:1", "\"http://…\"", "http://d:1"],
        ),
    ]);
}

#[test]
fn a_path_that_may_be_a_part_of_a_password_is_not_shown() {
    check(&[
        ("u:12/s3cr3t,x@a:1", &["\"http://…@a:1\""]),
        ("http://u:80/s3cr3t,pw@a:1", &["\"http://…@a:1\""]),
        ("u:80\\s3cr3t,pw@a:1", &["\"http://…@a:1\""]),
        ("u:80?s3cr3t,pw@a:1", &["\"http://…@a:1\""]),
        (
            "http://u:pa/ss,wd@a,u:p@b:1",
            &["\"http://…\"", "http://b:1"],
        ),
        (
            "http://a:1/path,http://u:p@b:1",
            &["http://a:1/path", "http://b:1"],
        ),
        ("a:1/path,b:1", &["http://a:1/path", "http://b:1"]),
    ]);
}

#[test]
fn what_is_a_host_alone_is_one_in_a_list() {
    check(&[
        ("A:,u:p@b:1", &["http://a", "http://b:1"]),
        ("[::1]:,u:p@b:1", &["http://[::1]", "http://b:1"]),
        ("a:1/,u:p@b:1", &["http://a:1", "http://b:1"]),
        ("u:12,cret@a", &["http://u:12", "http://a:4001"]),
        ("u:a@b,x@c", &["http://b:4001", "http://c:4001"]),
        ("u:p@a:x,u:q@b:2", &["\"http://a:…\"", "http://b:2"]),
    ]);
}

#[test]
fn an_ambiguous_member_is_an_error_with_advice() {
    let message = |list| Host::parse_list(list)[0].invalid().message;
    let ambiguous = message("A:99999,u:s3cr3t@b:1");
    assert!(ambiguous.starts_with("Invalid URI \"http://…@b:1\" (a character such as ,"));
    assert!(ambiguous.ends_with("several hosts can be given as an array)"));
    let first = message("http://A:99999,http://u:s3cr3t@b:1");
    assert!(first.starts_with("Invalid URI \"http://A:…\" (the rest may be"));
}
