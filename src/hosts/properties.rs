use super::*;
use crate::arbitrary::{SECRET, urls, with_secret};
use proptest::collection::vec;
use proptest::prelude::*;

/// What may be done with a list of hosts.
#[derive(Debug, Clone)]
enum Step {
    Pick,
    Replace(String),
    FallBack,
}

fn step() -> impl Strategy<Value = Step> {
    let list = "(http://)?(u:p@)?[abc](:[12])?(,[abc](:[12])?){0,3}|";
    prop_oneof![
        Just(Step::Pick),
        list.prop_map(Step::Replace),
        Just(Step::FallBack),
    ]
}

/// Hosts of which some are the same, but for a part.
fn near() -> impl Strategy<Value = String> {
    "https?://(u:p@)?[ab](:[12])?"
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
            let (before, changes) = (hosts.list().to_vec(), hosts.changes());
            match step {
                Step::Pick => drop(hosts.pick()),
                Step::Replace(list) if list.is_empty() => hosts.replace(Vec::new()),
                Step::Replace(list) => hosts.replace(Host::parse_list(&list)),
                Step::FallBack => hosts.fall_back(),
            }
            prop_assert_eq!(hosts.changes() - changes, usize::from(hosts.list() != before));
            prop_assert!(!hosts.is_empty());
        }
        let picked: Vec<Host> = (0..hosts.len()).filter_map(|_| hosts.pick()).collect();
        prop_assert!(hosts.list().iter().all(|host| picked.contains(host)));
    }
}
