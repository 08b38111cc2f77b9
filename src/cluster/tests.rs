use super::*;
use crate::api::error::{Invalid, Kind};
use std::collections::HashMap;

/// A protocol whose hosts do what a table says, by their names.
#[derive(Debug)]
struct Scripted {
    acts: HashMap<&'static str, Act>,
    asked: Mutex<Vec<String>>,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Answer,
    /// No connection is made.
    Refuse,
    /// The connection breaks after the request was sent.
    Break,
    /// The host says something about this process, not about itself.
    Spare,
    /// The request can go to no host.
    Invalid,
}

/// What the failover loop is told of a request.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Read,
    /// A write that may be repeated.
    Set,
    /// A write that must not be applied twice.
    Push,
}

/// What each host does, what is sent, the hosts asked in order, and whether the error is ambiguous, if it is one.
type Row = (&'static [Act], Ask, &'static str, Result<(), bool>);

impl Scripted {
    fn note(&self, host: &Host) -> Act {
        let name = host.endpoint().trim_start_matches("http://");
        let name = name.trim_end_matches(":4001");
        self.asked.lock().unwrap().push(name.to_owned());
        self.acts[name]
    }
}

impl Protocol for Scripted {
    type Request = Ask;
    type Answer = String;

    fn policy(request: &Ask) -> Policy {
        Policy {
            repeatable: !matches!(request, Ask::Push),
            is_write: !matches!(request, Ask::Read),
            takes_slot: true,
        }
    }

    async fn attempt(
        &self,
        _: &Cluster<Self>,
        host: &Host,
        _: &Ask,
        _: Option<Slot>,
    ) -> Result<String, Refusal> {
        let refused = Failure::new("ECONNREFUSED", "refused");
        match self.note(host) {
            Act::Answer => Ok(host.endpoint().to_owned()),
            Act::Refuse => Err(refused.into()),
            Act::Break => Err(Failure::new("ECONNRESET", "broken").after_sending().into()),
            Act::Spare => Err(Failure {
                spares_host: true,
                ..refused
            }
            .into()),
            Act::Invalid => Err(Refusal::Invalid(Invalid::DotSegment.into())),
        }
    }

    async fn probe(&self, _: &Cluster<Self>, host: &Host) -> bool {
        matches!(self.note(host), Act::Answer)
    }
}

fn cluster(acts: &[(&'static str, Act)]) -> Arc<Cluster<Scripted>> {
    let names: Vec<&str> = acts.iter().map(|(name, _)| *name).collect();
    let protocol = Scripted {
        acts: acts.iter().copied().collect(),
        asked: Mutex::default(),
    };
    let hosts = Host::parse_list(&names.join(","));
    let hosts = if acts.is_empty() { Vec::new() } else { hosts };
    Arc::new(Cluster::new(Hosts::new(hosts), protocol, None))
}

async fn open(cluster: &Arc<Cluster<Scripted>>, ask: Ask) -> Result<String, Error> {
    let mut attempts = cluster.attempts(&ask);
    cluster.open(&ask, &mut attempts, |_| ()).await
}

fn asked(cluster: &Cluster<Scripted>) -> String {
    std::mem::take(&mut *cluster.protocol().asked.lock().unwrap()).concat()
}

#[tokio::test]
async fn a_request_goes_from_host_to_host_until_one_answers_or_it_must_not_be_repeated() {
    use Act::{Answer, Break, Invalid, Refuse};
    let table: [Row; 10] = [
        (&[Answer, Answer], Ask::Read, "a", Ok(())),
        (&[Refuse, Answer], Ask::Push, "ab", Ok(())),
        (&[Break, Answer], Ask::Read, "ab", Ok(())),
        (&[Break, Answer], Ask::Set, "ab", Ok(())),
        (&[Break, Answer], Ask::Push, "a", Err(true)),
        (&[Refuse, Refuse], Ask::Push, "aba", Err(false)),
        (&[Refuse, Break], Ask::Set, "aba", Err(true)),
        (&[Break, Break], Ask::Read, "aba", Err(false)),
        (&[Invalid, Answer], Ask::Set, "a", Err(false)),
        (&[], Ask::Set, "", Err(false)),
    ];
    for (acts, ask, expected, ended) in table {
        let named: Vec<_> = ["a", "b"].into_iter().zip(acts.iter().copied()).collect();
        let cluster = cluster(&named);
        let result = open(&cluster, ask).await;
        assert_eq!(asked(&cluster), expected, "{acts:?} {ask:?}");
        let result = result.map(drop).map_err(|error| error.ambiguous);
        assert_eq!(result, ended, "{acts:?} {ask:?}");
    }
}

#[tokio::test]
async fn an_empty_list_and_a_request_that_no_host_can_be_sent_say_so() {
    let none = open(&cluster(&[]), Ask::Read).await.unwrap_err();
    assert_eq!(none.kind, Kind::NoHosts);
    let cluster = cluster(&[("a", Act::Invalid)]);
    let invalid = open(&cluster, Ask::Read).await.unwrap_err();
    assert_eq!(invalid.kind, Kind::Invalid(Invalid::DotSegment));
}

#[tokio::test]
async fn a_host_that_failed_is_in_quarantine_unless_the_failure_spares_it() {
    for (act, turns) in [(Act::Refuse, "bb"), (Act::Break, "bb"), (Act::Spare, "ab")] {
        let cluster = cluster(&[("a", act), ("b", Act::Answer)]);
        open(&cluster, Ask::Read).await.unwrap();
        assert_eq!(asked(&cluster), "ab", "{act:?}");
        let mut hosts = cluster.hosts();
        let picked = [hosts.pick().unwrap(), hosts.pick().unwrap()];
        let names = picked.each_ref().map(|host| &host.endpoint()[7..8]);
        assert_eq!(names.concat(), turns, "{act:?}");
    }
}

#[tokio::test]
async fn a_request_to_one_host_goes_to_no_other() {
    let cluster = cluster(&[("a", Act::Break), ("b", Act::Answer)]);
    let error = cluster.open_at(&Host::parse("a"), &Ask::Set).await;
    assert!(error.unwrap_err().ambiguous);
    assert_eq!(asked(&cluster), "a");
}
