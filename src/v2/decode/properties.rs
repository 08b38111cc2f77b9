use super::*;
use crate::api::request::{Delete, Get, Push, Set, Stats, Wait};
use crate::arbitrary::{SECRET, bodies, urls, with_secret};
use crate::cluster::{Host, MOST_FOUND};
use proptest::prelude::*;
use proptest::sample::select;

fn requests() -> impl Strategy<Value = Request> {
    select(vec![
        Request::Get(Get::default()),
        Request::Wait(Wait::default()),
        Request::Set(Set::default()),
        Request::Delete(Delete::default()),
        Request::Push(Push::default()),
        Request::Machines,
        Request::Leader,
        Request::Stats(Stats::Store),
    ])
}

fn statuses() -> impl Strategy<Value = u16> {
    prop_oneof![
        select(vec![200, 201, 400, 401, 403, 404, 412, 500, 503]),
        any::<u16>()
    ]
}

fn answers() -> impl Strategy<Value = Answer> {
    let rest = (any::<Option<u64>>(), with_secret(), any::<bool>());
    (statuses(), bodies(), rest).prop_map(|(status, body, (index, host, in_doubt))| Answer {
        status,
        index,
        body,
        endpoint: Host::parse(&host).endpoint().to_owned(),
        attempts: vec![Attempt {
            host: Host::parse(&host).endpoint().to_owned(),
            error: Host::parse(&host).invalid().message,
        }],
        in_doubt,
    })
}

proptest! {
    #[test]
    fn an_answer_is_a_body_or_nothing_or_one_error(answer in answers(), request in requests()) {
        let (status, body, in_doubt) = (answer.status, answer.body.clone(), answer.in_doubt);
        let is_write = request.written_key().is_some();
        match outcome(answer, &request) {
            Ok(Outcome { body: Some(given), .. }) => {
                prop_assert!((200..300).contains(&status));
                prop_assert_eq!(given, body);
            }
            Ok(Outcome { body: None, .. }) => {
                prop_assert!(status == 404 && !is_write);
                let body: Value = serde_json::from_str(&body).unwrap();
                prop_assert_eq!(&body["errorCode"], 100);
            }
            Err(error) => {
                prop_assert_eq!(error.status, Some(status));
                prop_assert!(!error.ambiguous || is_write && (in_doubt || status >= 500));
                prop_assert!(error.ambiguous || !(is_write && in_doubt));
                prop_assert_eq!(matches!(error.kind, Kind::NoV2Api), error.to_string().contains("--enable-v2"));
            }
        }
    }

    #[test]
    fn an_error_shows_no_credentials(answer in answers(), request in requests()) {
        let Err(error) = outcome(answer, &request) else { return Ok(()) };
        let text = format!("{error} {error:?}");
        prop_assert!(!text.contains(SECRET), "{}", text);
    }

    #[test]
    fn machines_are_hosts_that_have_urls(text in urls(), times in 1..400_usize) {
        let hosts = Host::of_machines(&format!("{text},").repeat(times));
        prop_assert!(hosts.len() <= MOST_FOUND);
        prop_assert!(hosts.iter().all(|host| host.uri("/").is_some()));
    }
}
