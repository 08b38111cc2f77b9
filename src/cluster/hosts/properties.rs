use super::*;
use crate::arbitrary::{self, SECRET, urls, with_secret};
use crate::cluster::Credentials;
use base64::prelude::{BASE64_STANDARD, Engine};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What may be done with a list of hosts.
#[derive(Debug, Clone)]
enum Step {
    Pick,
    Replace(String),
    RestoreSeeds,
}

fn step() -> impl Strategy<Value = Step> {
    let list = "(http://)?(u:p@)?[abc](:[12])?(,[abc](:[12])?){0,3}|";
    prop_oneof![
        Just(Step::Pick),
        list.prop_map(Step::Replace),
        Just(Step::RestoreSeeds),
    ]
}

/// Hosts of which some are the same, but for a part.
fn near() -> impl Strategy<Value = String> {
    "https?://(u:p@)?[ab](:[12])?"
}

/// What is known of each host of a list, but for what errors show of it.
fn known(list: &str) -> Vec<(String, Option<Uri>, Option<HeaderValue>)> {
    let hosts = Host::parse_list(list);
    let each = hosts.iter().map(|host| {
        let uri = host.uri("/");
        let authorization = uri.as_ref().and_then(|uri| host.authorization(uri));
        (host.text().to_owned(), uri, authorization)
    });
    each.collect()
}

fn is_one(text: &str) -> bool {
    Host::parse_list(text).len() == 1
}

fn is_plain(text: &str) -> bool {
    let host = Host::parse(text);
    host.is_url() && host.path().is_empty()
}

/// Whether one of these members is joined to those behind it: it has no `@` and is no plain host, and an `@` follows before
/// the next scheme.
fn has_joined(members: &[String]) -> bool {
    let is_joined = |at: usize| {
        let behind = members[at + 1..].iter();
        let mut behind = behind.take_while(|it| !it.starts_with("http"));
        !members[at].contains('@') && !is_plain(&members[at]) && behind.any(|it| it.contains('@'))
    };
    (0..members.len()).any(is_joined)
}

/// Whether what precedes a comma in a password is a port, so that the user's name is a host.
fn begins_with_port(password: &str) -> bool {
    let port = password.split_once(',').map(|(port, _)| port);
    let port = port.map(|port| port.strip_suffix('/').unwrap_or(port));
    port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

proptest! {
    #[test]
    fn no_credentials_show(text in with_secret()) {
        let host = Host::parse(&text);
        let shown = format!("{host:?} {} {}", host.endpoint(), host.invalid().message);
        prop_assert!(!shown.contains(SECRET), "{}", shown);
        let uri = host.uri("/v2/keys/a").map(|uri| uri.to_string()).unwrap_or_default();
        prop_assert!(!uri.contains(SECRET), "{}", uri);
    }

    #[test]
    fn any_text_is_a_host_that_has_a_url_or_says_why_not(text in urls(), path in "/[!-~]{0,9}") {
        let host = Host::parse(&text);
        prop_assert!(!host.invalid().message.is_empty());
        match host.uri(&path) {
            Some(uri) => {
                prop_assert!(host.is_url());
                prop_assert!(matches!(uri.scheme_str(), Some("http" | "https")));
                prop_assert!(uri.authority().is_some_and(|authority| !authority.host().is_empty()));
                prop_assert!(!uri.authority().unwrap().as_str().contains('@'));
            }
            None => prop_assert!(!host.is_url() || Host::parse("h").uri(&path).is_none()),
        }
    }

    #[test]
    fn any_text_is_a_list_of_no_more_hosts_than_it_has_parts(text in urls()) {
        let hosts = Host::parse_list(&text);
        prop_assert!(hosts.len() <= 1 + text.matches(',').count());
        prop_assert_eq!(hosts.is_empty(), text.contains(',') && text.split(',').all(|part| part.trim().is_empty()));
    }

    #[test]
    fn hosts_that_are_joined_by_commas_are_what_each_is_alone(
        members in vec(arbitrary::hosts(), 0..6),
        comma in select(vec![",", " , ", ",,"]),
    ) {
        let members: Vec<String> = members.into_iter().filter(|it| is_one(it)).collect();
        let alone: Vec<_> = members.iter().flat_map(|member| known(member)).collect();
        if !has_joined(&members) {
            prop_assert_eq!(known(&format!(",{}", members.join(comma))), alone);
        }
    }

    #[test]
    fn lists_can_be_joined(one in arbitrary::hosts(), other in urls()) {
        let hosts = Host::parse_list(&one);
        let second = known(&format!(",{other}"));
        if hosts.iter().all(Host::is_url) && (one.contains('@') || is_plain(&one)) {
            prop_assert_eq!(known(&format!("{one},{other}")), [known(&one), second].concat());
        }
    }

    #[test]
    fn one_host_is_understood_whole_or_shows_nothing_of_its_password(
        scheme in select(vec!["", "http://", "https://"]),
        before in "[,/?#:a-z0-9\\\\]{0,3}",
        after in "[ -~]{0,12}",
    ) {
        // The limit of a list (list.rs): the text behind the comma is a host of its own, with a name or a scheme.
        prop_assume!(!(begins_with_port(&before) && (after.contains(',') || after.contains("://"))));
        let password = format!("{before}{SECRET}{after}");
        let hosts = Host::parse_list(&format!("{scheme}root:{password}@h:1"));
        let shown: Vec<&str> = hosts.iter().map(Host::endpoint).collect();
        prop_assert!(!shown.concat().contains(SECRET), "{:?} {:?}", hosts, shown);
        if let [host] = hosts.as_slice() && let Some(uri) = host.uri("/") {
            let pass = percent_encoding::percent_decode_str(&password).collect::<Vec<u8>>();
            let expected = Credentials::new("root", &String::from_utf8_lossy(&pass)).0;
            prop_assert!(host.authorization(&uri) == Some(expected) || String::from_utf8(pass).is_err());
        }
    }

    #[test]
    fn no_host_of_a_list_is_given_the_password_of_another(passwords in vec("[a-z0-9/?#:,]{0,6}", 1..4)) {
        let member = |(at, password): (usize, &String)| format!("u{at}:{SECRET}{at}{password}@h{at}:1");
        let list: Vec<String> = passwords.iter().enumerate().map(member).collect();
        for host in Host::parse_list(&list.join(",")) {
            let uri = host.uri("/").unwrap_or_default();
            let own = uri.authority().map(|authority| authority.host().trim_start_matches('h'));
            let header = host.authorization(&uri).map(|header| header.to_str().unwrap_or_default()[6..].to_owned());
            let sent = header.map(|header| BASE64_STANDARD.decode(header).unwrap());
            let sent = String::from_utf8(sent.unwrap_or_default()).unwrap();
            let foreign = (0..4).map(|at| at.to_string()).filter(|at| Some(at.as_str()) != own);
            for at in foreign {
                prop_assert!(!sent.contains(&format!("{SECRET}{at}")), "{:?} gets {}", host, sent);
            }
        }
    }

    #[test]
    fn credentials_go_to_their_own_host_alone(text in near(), other in near()) {
        let (host, other) = (Host::parse(&text), Host::parse(&other));
        if let (Some(own), Some(elsewhere)) = (host.uri("/"), other.uri("/")) {
            let is_there = own.scheme() == elsewhere.scheme() && own.authority() == elsewhere.authority();
            prop_assert_eq!(host.authorization(&elsewhere).is_some(), is_there && host.authorization(&own).is_some());
        }
    }

    #[test]
    fn a_list_that_is_not_empty_gives_each_of_its_hosts_in_turn(
        seeds in "[abc](:[12])?(,[abc](:[12])?){0,3}",
        steps in vec(step(), 0..12),
    ) {
        let mut hosts = Hosts::new(Host::parse_list(&seeds));
        for step in steps {
            let (before, version) = (hosts.list().to_vec(), hosts.version());
            match step {
                Step::Pick => drop(hosts.pick()),
                Step::Replace(list) if list.is_empty() => hosts.replace(Vec::new()),
                Step::Replace(list) => hosts.replace(Host::parse_list(&list)),
                Step::RestoreSeeds => hosts.restore_seeds(),
            }
            prop_assert_eq!(hosts.version() - version, usize::from(hosts.list() != before));
            prop_assert!(!hosts.is_empty());
        }
        let picked: Vec<Host> = (0..hosts.len()).filter_map(|_| hosts.pick()).collect();
        prop_assert!(hosts.list().iter().all(|host| picked.contains(host)));
    }
}
