//! Paths, forms, content types and hosts, beside other readers of them.

use crate::api::parameters::Parameters;
use crate::arbitrary::{keys, urls};
use crate::server::access::is_name_of_machine;
use crate::server::media_type::MediaType;
use crate::server::{form, path};
use proptest::prelude::*;
use url::{Host, Url, form_urlencoded};

const FORM: &str = "application/x-www-form-urlencoded";

/// Whether each `%` has two hexadecimal digits behind it.
fn is_escaped(text: &str) -> bool {
    let is_digit = |digit: Option<char>| digit.is_some_and(|it| it.is_ascii_hexdigit());
    text.split('%').skip(1).all(|rest| {
        let mut characters = rest.chars();
        is_digit(characters.next()) && is_digit(characters.next())
    })
}

/// The bytes of a text, decoded one by one.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut found = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next().unwrap()).to_digit(16).unwrap();
        found.push(match byte {
            b'%' => u8::try_from(digit() * 16 + digit()).unwrap(),
            byte => byte,
        });
    }
    found
}

/// The parameters as the crate `url` reads them.
fn expected(text: &str) -> Parameters {
    let mut parameters = Parameters::default();
    for pair in text.split('&') {
        if pair.contains(';')
            || !is_escaped(pair.split_once('=').map_or(pair, |it| it.0))
            || !is_escaped(pair)
        {
            continue;
        }
        for (name, value) in form_urlencoded::parse(pair.as_bytes()) {
            parameters.add(&name, || value.into_owned());
        }
    }
    parameters
}

fn forms() -> impl Strategy<Value = String> {
    let name = proptest::sample::select(vec![
        "value",
        "ttl",
        "dir",
        "val%75e",
        "prevExist",
        "+",
        "%",
        "x",
        "",
    ]);
    let pair = (
        name,
        keys(),
        proptest::sample::select(vec!["=", "", "==", "&"]),
    );
    let pair = pair.prop_map(|(name, value, sign)| format!("{name}{sign}{value}"));
    proptest::collection::vec(pair, 0..6).prop_map(|pairs| pairs.join("&"))
}

proptest! {
    #[test]
    fn a_path_is_decoded_byte_by_byte_or_has_a_bad_escape(text in prop_oneof![keys(), urls()]) {
        match path::unescape(text.as_bytes()) {
            Ok(found) => prop_assert!(is_escaped(&text) && found == decoded(&text)),
            Err(escape) => prop_assert!(!is_escaped(&text) && escape.starts_with(b"%")),
        }
        prop_assert_eq!(path::unescape(path::escape(&text).as_bytes()).unwrap(), text.as_bytes());
    }

    #[test]
    fn a_clean_path_is_absolute_and_stays_as_it_is(text in prop_oneof![keys(), urls()]) {
        let clean = path::clean(&text);
        prop_assert_eq!(path::clean(&clean), clean.as_str());
        let below = clean.strip_prefix('/').unwrap();
        let names = below.strip_suffix('/').unwrap_or(below).split('/');
        prop_assert!(below.is_empty() || names.clone().all(|name| !["", ".", ".."].contains(&name)));
        // RFC 3986 §5.2.4, as the crate `url` does it, for a path without what has a meaning in URLs.
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphabetic() || b"/.".contains(&byte));
        if is_plain && !text.contains("//") {
            let url = Url::parse(&format!("http://h/{}", text.trim_start_matches('/'))).unwrap();
            prop_assert_eq!(clean.trim_end_matches('/'), url.path().trim_end_matches('/'));
        }
    }

    #[test]
    fn a_form_has_the_parameters_that_the_crate_url_reads(text in forms()) {
        let mut found = Parameters::default();
        let result = form::parse(text.as_bytes(), &mut found);
        prop_assert_eq!(&found, &expected(&text));
        prop_assert_eq!(result.is_err(), text.contains(';') || !text.split(['&', '=']).all(is_escaped));
    }

    #[test]
    fn a_form_is_told_by_its_name_alone(before in "[ \t]{0,2}", text in prop_oneof![Just(FORM.to_owned()), urls()], after in urls()) {
        let given = format!("{before}{text}{after}");
        let name = given.split(';').next().unwrap().trim().to_ascii_lowercase();
        let found = MediaType::of(Some(given.as_bytes()));
        match found.fault {
            None => prop_assert_eq!(found.is_form, name == FORM),
            Some(fault) => prop_assert!(fault.starts_with("mime: ")),
        }
        if text == FORM && after.is_empty() {
            prop_assert!(found.is_form && found.fault.is_none());
        }
    }

    #[test]
    fn a_host_that_is_answered_to_is_no_name_of_another_machine(
        text in prop_oneof![
            urls(),
            (urls(), "localhost|\\.localhost|127\\.0\\.0\\.1|\\[::1\\]|evil\\.test", urls()).prop_map(|(a, b, c)| a + &b + &c),
        ],
    ) {
        let url = Url::parse(&format!("http://{text}/"));
        if let (true, Ok(url)) = (is_name_of_machine(&text), &url)
            && let Some(Host::Domain(name)) = url.host()
        {
            // A root dot, as in `localhost.`, does not change what a name means.
            let name = name.strip_suffix('.').unwrap_or(name);
            prop_assert!(name == "localhost" || name.ends_with(".localhost"), "{name}");
        }
    }
}
