use super::*;

/// Proxies of variables that are set where they are not empty.
pub(super) fn proxies(http: &str, https: &str, no: &str) -> Proxies {
    let variable = |name: &str, value: &str| {
        let value = value.to_owned();
        let name = name.to_owned();
        (!value.is_empty()).then_some(Variable { name, value })
    };
    let (http, https) = (variable("HTTP_PROXY", http), variable("https_proxy", https));
    Proxies::new(http, https, no, &str::to_owned)
}

#[test]
fn the_environment_says_which_proxy_serves_a_url() {
    let (http, https) = ("http://p:1", "http://s:2");
    let table = [
        (http, https, "", "http://h:4001/", Some("http://p:1/")),
        (http, https, "", "https://h/", Some("http://s:2/")),
        (http, "", "", "https://h/", Some("http://p:1/")),
        ("p:1", "", "", "http://h/", Some("http://p:1/")),
        ("u:p@p:1", "", "", "http://h/", Some("http://u:p@p:1/")),
        ("HTTPS://p:1", "", "", "http://h/", Some("https://p:1/")),
        ("", "", "", "http://h/", None),
        (http, "", "*", "http://h/", None),
        (http, "", "x, h", "http://h/", None),
        (http, "", ".h", "http://a.h/", None),
        (
            http,
            "",
            "gle.com",
            "http://google.com/",
            Some("http://p:1/"),
        ),
        (http, "", "h:4001", "http://h:4001/", None),
        (http, "", "h:4002", "http://h:4001/", Some("http://p:1/")),
    ];
    for (http, https, no, url, proxy) in table {
        let proxies = proxies(http, https, no);
        let found = proxies.proxy_of(&Url::parse(url).unwrap());
        assert_eq!(found.as_ref().map(Url::as_str), proxy, "{http} {no} {url}");
    }
}

#[test]
fn a_variable_that_names_no_proxy_is_a_fault_unless_a_host_is_reached_directly() {
    let url = Url::parse("http://h:4001/").unwrap();
    for (http, no, is_fault) in [
        ("%%%", "", true),
        ("::::", "", true),
        (" ", "", true),
        ("http://[::1", "", true),
        ("ftp://p:1", "", true),
        ("u:p@a:1,u:p@b:1", "", true),
        ("http:/127.0.0.1:1", "", true),
        ("http:\\\\127.0.0.1:1", "", true),
        ("http//127.0.0.1:1", "", true),
        ("HTTP:/p:1", "", true),
        ("http:", "", true),
        ("https:/p:1", "", true),
        ("socks5:/h:1", "", true),
        ("socks5//h:1", "", true),
        ("http:u:pw@127.0.0.1:1", "", true),
        ("http://http://p:1", "", true),
        ("http://https//p:1", "", true),
        ("p:", "", true),
        ("p:1/path", "", true),
        ("u:p@p:", "", true),
        ("p:1/", "", false),
        ("[::1]:1", "", false),
        ("u:p@[::1]", "", false),
        ("http://p:1/path", "", false),
        ("http://a{b:1", "", true),
        ("http://http:1", "", false),
        ("%%%", "h", false),
        ("p:1", "", false),
        ("", "", false),
    ] {
        let proxies = proxies(http, "", no);
        assert_eq!(proxies.fault(&url).is_some(), is_fault, "{http} {no}");
    }
}

#[test]
fn a_fault_names_its_variable_and_says_what_is_wrong_without_credentials() {
    let table = [
        (
            "socks5://u:s3cret@p:1",
            "socks5:// is not supported; http://host:port,",
        ),
        (
            "http://pu:s3/cret@p:1",
            "not a valid URL: \"http://p:1\" (a character such as , / # ?",
        ),
        ("http://[::1", "not a valid URL: \"http://[::1\"; http"),
    ];
    for (value, why) in table {
        for (http, https, url, name) in [
            (value, "", "http://h/", "HTTP_PROXY"),
            ("", value, "https://h/", "https_proxy"),
        ] {
            let fault = proxies(http, https, "").fault(&Url::parse(url).unwrap());
            let fault = fault.unwrap();
            let expected = format!("the proxy in {name} cannot be used: {why}");
            assert!(fault.message.starts_with(&expected), "{}", fault.message);
            assert!(fault.spares_host && fault.fields["code"] == "ERR_ETCD_PROXY");
        }
    }
}
