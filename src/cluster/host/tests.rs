use super::*;

#[test]
fn a_host_is_given_what_it_lacks() {
    let table = [
        (
            "127.0.0.1",
            "http://127.0.0.1:4001",
            "http://127.0.0.1:4001",
        ),
        (
            "127.0.0.1:2379/",
            "http://127.0.0.1:2379",
            "http://127.0.0.1:2379",
        ),
        ("https://h", "https://h:4001", "https://h:4001"),
        ("http://h:80", "http://h:80", "http://h"),
        ("[::1]", "http://[::1]:4001", "http://[::1]:4001"),
        ("[::1]:2379", "http://[::1]:2379", "http://[::1]:2379"),
        ("user:1@h", "http://user:1@h:4001", "http://h:4001"),
        ("http://u:p@h:1/", "http://u:p@h:1", "http://h:1"),
        ("http://h/path", "http://h:4001/path", "http://h:4001/path"),
        ("http://h:1/a/b/", "http://h:1/a/b", "http://h:1/a/b"),
        (" h ", "http://h:4001", "http://h:4001"),
        ("ftp://h", "ftp://h:4001", "ftp://h:4001"),
        ("", "http://:4001", "http://:4001"),
    ];
    for (given, text, endpoint) in table {
        let host = Host::parse(given);
        assert_eq!((host.text(), host.endpoint()), (text, endpoint), "{given}");
    }
}

#[test]
fn commas_separate_hosts_but_not_inside_credentials() {
    let table: [(&str, &[&str]); 15] = [
        ("a:4001,b:4002", &["http://a:4001", "http://b:4002"]),
        ("a, b ,", &["http://a:4001", "http://b:4001"]),
        (
            "http://u:p@a:1,http://u:p@b:1",
            &["http://u:p@a:1", "http://u:p@b:1"],
        ),
        ("u:p@a:1,u:q@b:2", &["http://u:p@a:1", "http://u:q@b:2"]),
        ("a:1,u:p@b:2", &["http://a:1", "http://u:p@b:2"]),
        (
            "https://u:p@a:1,u:q@b:2",
            &["https://u:p@a:1", "http://u:q@b:2"],
        ),
        (
            "http://u:se,cret@a,http://u:se,cret@b",
            &["http://u:se,cret@a:4001", "http://u:se,cret@b:4001"],
        ),
        (
            "u:se,cret@a,b",
            &["http://u:se,cret@a:4001", "http://b:4001"],
        ),
        ("http://u:a,b@h:1", &["http://u:a,b@h:1"]),
        ("http://u:,,@h:1", &["http://u:", "http://@h:1"]),
        (
            "[::1],u:p@[::2]:1",
            &["http://[::1]:4001", "http://u:p@[::2]:1"],
        ),
        ("h h,b:1", &["http://h h:4001", "http://b:1"]),
        ("u:p/w@a,b:1", &["http://u:p/w@a", "http://b:1"]),
        (
            "ftp://u:p@a,http://b",
            &["ftp://u:p@a:4001", "http://b:4001"],
        ),
        (",", &[]),
    ];
    for (given, expected) in table {
        let hosts = Host::parse_list(given);
        let texts: Vec<&str> = hosts.iter().map(Host::text).collect();
        assert_eq!(texts, expected, "{given}");
    }
}

#[test]
fn what_is_no_url_has_no_url() {
    for given in ["ftp://h", "", "http://", "h:port", "h h"] {
        assert!(Host::parse(given).uri("/v2/keys/").is_none(), "{given}");
    }
}

#[test]
fn credentials_do_not_show_in_what_is_no_url() {
    let table = [
        ("http://root:pa/ss@h:1", "http://h:1"),
        ("root:p#s@h", "http://h:4001"),
        ("http://u:p@ss/w@h:1/x", "http://h:1/x"),
        ("ftp://u:secret@h:1", "ftp://h:1"),
        ("http://u:p@h:port", "http://h:port"),
        ("http://root:80?pass@h:1", "http://h:1"),
        ("http://root:/pass#@h:1", "http://h:1"),
        ("http://root:/pass@/..", "http:///.."),
        ("root:pa://ss@h:1", "h:1"),
    ];
    for (given, endpoint) in table {
        let host = Host::parse(given);
        assert_eq!(host.endpoint(), endpoint, "{given}");
        let failure = host.invalid();
        assert!(!failure.message.contains("u:"), "{}", failure.message);
        assert!(!failure.message.contains("root"), "{}", failure.message);
    }
}

#[test]
fn a_path_is_appended_as_it_is() {
    let uri = Host::parse("http://u:p@h/base")
        .uri("/v2/keys/a%20b?wait=true")
        .unwrap();
    assert_eq!(uri, "http://h:4001/base/v2/keys/a%20b?wait=true");
}

#[test]
fn one_host_is_no_list() {
    for given in ["u:p@a:1,u:q@b:2", "a,b", "http://a/x,b", ""] {
        assert!(!Host::parse(given).is_url(), "{given}");
    }
    assert!(Host::parse("u:se,cret@a").is_url());
}

#[test]
fn a_name_with_a_comma_is_none() {
    let encode = |name: &str| name.replace('，', ",").replace('é', "e");
    for given in ["http://é，b.test:1", "http://a%2Cb:1"] {
        let hosts = Host::parse_list_with(given, &encode);
        assert!(!hosts[0].is_url() && hosts.len() == 1, "{given} {hosts:?}");
    }
}

#[test]
fn a_name_outside_ascii_is_asked_for_as_dns_has_it_and_shown_as_given() {
    let encode = |name: &str| name.replace('ü', "ue");
    let hosts = Host::parse_list_with("ü:1,u:ö@ü.b/é,http://a,h:ü,[::ü]", &encode);
    let texts: Vec<&str> = hosts.iter().map(Host::text).collect();
    let endpoints: Vec<&str> = hosts.iter().map(Host::endpoint).collect();
    assert_eq!(
        texts[..3],
        ["http://ü:1", "http://u:ö@ü.b:4001/é", "http://a:4001"]
    );
    assert_eq!(endpoints[..2], ["http://ue:1", "http://ue.b:4001/%C3%A9"]);
    assert!(!hosts[3].is_url() && !hosts[4].is_url());
}
