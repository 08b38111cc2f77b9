//! The attempts that a request has, and what became of them.

use super::Answer;
use crate::error::{Attempt, Error, Failure, Kind};
use crate::hosts::Hosts;
use crate::request::{Encoded, Method};

/// The attempts of one request: one, and one more for each host.
#[derive(Debug)]
pub struct Tries {
    left: usize,
    /// What [`Hosts::changes`] was; `None` after the request has started over.
    hosts_changes: Option<usize>,
    repeatable: bool,
    is_write: bool,
    /// Whether an attempt may have been done.
    doubtful: bool,
    attempts: Vec<Attempt>,
}

impl Tries {
    /// The attempts of a request to a cluster of these hosts.
    pub(super) fn new(hosts: &Hosts, request: &Encoded) -> Self {
        Tries {
            left: hosts.len(),
            hosts_changes: Some(hosts.changes()),
            repeatable: request.repeatable,
            is_write: request.method != Method::Get,
            doubtful: false,
            attempts: Vec::new(),
        }
    }

    /// Whether a request that failed like this may be sent again: nothing is applied twice.
    pub(super) fn may_repeat(&self, failure: &Failure) -> bool {
        self.repeatable || failure.delivery.may_repeat()
    }

    /// Notes a failed attempt. True where there is another.
    pub(super) fn failed(&mut self, endpoint: &str, failure: &Failure) -> bool {
        self.doubtful |= failure.delivery.is_in_doubt();
        self.attempts.push(Attempt {
            host: endpoint.to_owned(),
            error: failure.message.clone(),
        });
        self.may_repeat(failure) && self.take()
    }

    /// Notes an answer that another host may better: a server's failure to a read. True where there is another.
    pub(super) fn moves_on(&mut self, answer: &Answer) -> bool {
        let moves_on = !self.is_write && self.take();
        if moves_on {
            let attempt = Attempt::answered(&answer.endpoint, answer.status);
            self.attempts.push(attempt);
        }
        moves_on
    }

    /// Grants an attempt for each of the seeds, once, where the hosts that failed were others.
    pub(super) fn start_over(&mut self, hosts: &mut Hosts) -> bool {
        let Some(changes) = self.hosts_changes.take() else {
            return false;
        };
        if changes == hosts.changes() {
            hosts.fall_back();
        }
        let others = changes != hosts.changes();
        self.left = if others {
            hosts.len().saturating_sub(1)
        } else {
            0
        };
        others
    }

    /// The answer that came after them.
    pub fn followed_by(&mut self, answer: Answer) -> Answer {
        Answer {
            attempts: std::mem::take(&mut self.attempts),
            doubtful: self.doubtful,
            ..answer
        }
    }

    /// The error of the only attempt.
    pub(super) fn last(&mut self, endpoint: String, failure: Failure) -> Error {
        self.failed(&endpoint, &failure);
        self.give_up(endpoint, failure)
    }

    /// The error of a request of which this was the last failure.
    pub fn give_up(&mut self, endpoint: String, failure: Failure) -> Error {
        Error {
            endpoint: Some(endpoint),
            attempts: std::mem::take(&mut self.attempts),
            ambiguous: self.is_write && self.doubtful,
            ..Error::new(Kind::Network(failure))
        }
    }

    /// The error of a request that has no host to go to.
    pub(super) fn no_hosts(&mut self) -> Error {
        Error {
            attempts: std::mem::take(&mut self.attempts),
            ..Error::new(Kind::NoHosts)
        }
    }

    fn take(&mut self) -> bool {
        let any = self.left > 0;
        self.left = self.left.saturating_sub(1);
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::Host;

    fn request(method: Method, repeatable: bool) -> Encoded {
        Encoded {
            method,
            path: "/v2/keys/a".into(),
            form: None,
            repeatable,
            lasts: false,
        }
    }

    fn hosts(list: &str) -> Hosts {
        Hosts::new(Host::parse_list(list))
    }

    fn refused() -> Failure {
        Failure::new("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1")
    }

    fn reset() -> Failure {
        Failure::new("ECONNRESET", "socket hang up").after_sending()
    }

    #[test]
    fn a_request_has_one_attempt_more_than_hosts() {
        let mut tries = Tries::new(&hosts("a,b"), &request(Method::Get, true));
        let more: Vec<bool> = (0..3).map(|_| tries.failed("http://h", &reset())).collect();
        assert_eq!(more, [true, true, false]);
        assert_eq!(tries.give_up("http://h".into(), reset()).attempts.len(), 3);
    }

    #[test]
    fn what_must_not_be_applied_twice_is_repeated_only_if_it_was_not_sent() {
        let mut tries = Tries::new(&hosts("a,b,c"), &request(Method::Post, false));
        assert!(tries.failed("http://h", &refused()));
        assert!(!tries.failed("http://h", &reset()));
    }

    #[test]
    fn a_write_is_ambiguous_if_any_attempt_may_have_been_done() {
        let table = [
            (Method::Put, vec![refused(), refused()], false),
            (Method::Put, vec![reset(), refused()], true),
            (Method::Get, vec![reset(), reset()], false),
        ];
        for (method, failures, ambiguous) in table {
            let mut tries = Tries::new(&hosts("a"), &request(method, true));
            for failure in &failures {
                tries.failed("http://h", failure);
            }
            assert_eq!(
                tries.give_up("http://h".into(), refused()).ambiguous,
                ambiguous
            );
        }
    }

    #[test]
    fn the_seeds_have_their_turn_once_when_a_refreshed_list_has_failed() {
        let mut hosts = hosts("a,b");
        hosts.replace(Host::parse_list("c"));
        let get = request(Method::Get, true);
        let (mut first, mut second) = (Tries::new(&hosts, &get), Tries::new(&hosts, &get));
        for tries in [&mut first, &mut second] {
            assert!(tries.failed("http://c", &refused()));
            assert!(!tries.failed("http://c", &refused()));
            assert!(tries.start_over(&mut hosts));
            assert_eq!(hosts.list().len(), 2);
            assert!(tries.failed("http://a", &refused()));
            assert!(!tries.failed("http://b", &refused()));
            assert!(!tries.start_over(&mut hosts));
        }
        assert!(!Tries::new(&hosts, &get).start_over(&mut hosts));
    }
}
