use super::*;
use crate::cluster::Host;

const READ: Policy = Policy {
    repeatable: true,
    is_write: false,
    takes_slot: true,
};

const WRITE: Policy = Policy {
    is_write: true,
    ..READ
};

fn hosts(list: &str) -> Hosts {
    Hosts::new(Host::parse_list(list))
}

fn refused() -> Failure {
    Failure::new("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1")
}

fn reset() -> Failure {
    Failure::new("ECONNRESET", "socket hang up").after_sending()
}

/// Records a failure. Whether another attempt follows without the seeds.
fn goes_on(attempts: &mut Attempts, failure: &Failure) -> bool {
    attempts.record("http://h", failure);
    attempts.may_repeat(failure) && attempts.take()
}

#[test]
fn a_request_has_one_attempt_more_than_hosts() {
    let mut attempts = Attempts::new(&hosts("a,b"), READ);
    let more: Vec<bool> = (0..3).map(|_| goes_on(&mut attempts, &reset())).collect();
    assert_eq!(more, [true, true, false]);
    assert_eq!(attempts.give_up("http://h", reset()).attempts.len(), 3);
}

#[test]
fn a_request_that_must_not_be_applied_twice_is_repeated_only_if_it_was_not_sent() {
    let push = Policy {
        repeatable: false,
        ..WRITE
    };
    let mut attempts = Attempts::new(&hosts("a,b,c"), push);
    assert!(goes_on(&mut attempts, &refused()));
    assert!(!goes_on(&mut attempts, &reset()));
}

#[test]
fn a_write_is_ambiguous_if_a_server_may_have_processed_any_attempt() {
    let table = [
        (WRITE, vec![refused(), refused()], false),
        (WRITE, vec![reset(), refused()], true),
        (READ, vec![reset(), reset()], false),
    ];
    for (policy, failures, ambiguous) in table {
        let mut attempts = Attempts::new(&hosts("a"), policy);
        for failure in &failures {
            goes_on(&mut attempts, failure);
        }
        assert_eq!(attempts.give_up("http://h", refused()).ambiguous, ambiguous);
    }
}

#[test]
fn only_a_read_passes_over_an_answer() {
    let answered = || Attempt::answered("http://h", 500);
    let mut read = Attempts::new(&hosts("a"), READ);
    assert!(read.pass_over(answered));
    assert!(!read.pass_over(answered));
    assert_eq!(read.take_failed().attempts, [answered()]);
    assert!(!Attempts::new(&hosts("a"), WRITE).pass_over(answered));
}

#[test]
fn the_seeds_have_their_turn_once_when_a_refreshed_list_has_failed() {
    let mut hosts = hosts("a,b");
    hosts.replace(Host::parse_list("c"));
    let (mut first, mut second) = (Attempts::new(&hosts, READ), Attempts::new(&hosts, READ));
    for attempts in [&mut first, &mut second] {
        assert!(goes_on(attempts, &refused()));
        assert!(!goes_on(attempts, &refused()));
        assert!(attempts.start_over(&mut hosts));
        assert_eq!(hosts.list().len(), 2);
        assert!(goes_on(attempts, &refused()));
        assert!(!goes_on(attempts, &refused()));
        assert!(!attempts.start_over(&mut hosts));
    }
    assert!(!Attempts::new(&hosts, READ).start_over(&mut hosts));
}

#[test]
fn an_answer_is_left_for_that_of_each_host_that_was_not_asked() {
    for (list, more) in [("a", 0), ("a,b", 1), ("a,b,c", 2)] {
        let mut attempts = Attempts::new(&hosts(list), WRITE);
        let answered = || Attempt::answered("http://h", 404);
        let left = (0..5).filter(|_| attempts.leave(answered)).count();
        assert_eq!(left, more, "{list}");
        assert_eq!(attempts.take_failed().attempts.len(), more);
    }
}
