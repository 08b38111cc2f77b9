//! Which hosts are in quarantine: a host that has failed gets no calls for a while, and then one probe.
//!
//! Pure: is told the time, and what became of requests and probes. Sends nothing.
//!
//! ```text
//! healthy ──failure──▶ quarantine (1 s, doubled with each failed probe, at most 20 s, and up to half as much jitter)
//!    ▲                     │ its time is over: one probe, beside the next call
//!    ├──the probe or a call is answered──┤
//!                          └──the probe fails──▶ quarantine, longer
//! ```

use super::Host;
use crate::backoff::doubled;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The time in quarantine after the first failure. It doubles with each probe that fails.
const SHORTEST: Duration = Duration::from_secs(1);

/// The longest time in quarantine, to which jitter adds up to a half: 30 s.
const LONGEST: Duration = Duration::from_secs(20);

/// The hosts in quarantine, by their endpoints.
#[derive(Debug, Default)]
pub(super) struct Quarantine(HashMap<String, Term>);

/// The time that one host spends in quarantine.
#[derive(Debug)]
struct Term {
    /// How many failures followed each other.
    failures: u32,
    until: Instant,
    is_probed: bool,
}

impl Quarantine {
    /// Whether a host is in quarantine.
    pub fn contains(&self, host: &Host) -> bool {
        !self.0.is_empty() && self.0.contains_key(host.endpoint())
    }

    /// Puts a host that has failed into quarantine. Failures of calls that were in flight together count once.
    pub fn enter(&mut self, host: &Host, now: Instant) {
        let before = self.0.get(host.endpoint());
        if before.is_some_and(|before| now < before.until) {
            return;
        }
        let failures = before.map_or(1, |before| before.failures.saturating_add(1));
        let term = Term {
            failures,
            until: now + length(failures),
            is_probed: false,
        };
        self.0.insert(host.endpoint().to_owned(), term);
    }

    /// Releases a host that has answered.
    pub fn leave(&mut self, host: &Host) {
        if !self.0.is_empty() {
            self.0.remove(host.endpoint());
        }
    }

    /// One of these hosts whose time is over, for the caller to probe. Each host is given to one caller only.
    pub fn due_for_probe(&mut self, hosts: &[Host], now: Instant) -> Option<Host> {
        let mut is_due = |host: &&Host| {
            let term = self.0.get_mut(host.endpoint());
            let due = term.filter(|term| term.until <= now && !term.is_probed);
            due.map(|term| term.is_probed = true).is_some()
        };
        hosts.iter().find(&mut is_due).cloned()
    }

    /// Forgets all hosts but these.
    pub fn keep_only(&mut self, hosts: &[Host]) {
        self.0
            .retain(|endpoint, _| hosts.iter().any(|host| host.endpoint() == endpoint));
    }

    /// Whether no host is in quarantine.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The time in quarantine after this many failures in a row, with jitter: many clients must not come back at the same moment.
fn length(failures: u32) -> Duration {
    doubled(SHORTEST, failures, LONGEST).mul_f64(1.0 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarantine_gets_longer_with_each_failure_from_one_second_to_thirty() {
        for (failures, least) in [(1, 1), (2, 2), (3, 4), (5, 16), (6, 20), (u32::MAX, 20)] {
            let least = Duration::from_secs(least);
            for _ in 0..100 {
                let length = length(failures);
                assert!(least <= length && length <= least.mul_f64(1.5));
            }
        }
    }

    #[test]
    fn calls_that_fail_together_count_once() {
        let (mut quarantine, host) = (Quarantine::default(), Host::parse("a"));
        let now = Instant::now();
        for _ in 0..100 {
            quarantine.enter(&host, now);
        }
        assert_eq!(quarantine.0[host.endpoint()].failures, 1);
        quarantine.enter(&host, now + LONGEST);
        assert_eq!(quarantine.0[host.endpoint()].failures, 2);
    }

    #[test]
    fn a_host_is_due_for_one_probe_when_its_quarantine_is_over() {
        let (mut quarantine, now) = (Quarantine::default(), Instant::now());
        let hosts = Host::parse_list("a,b");
        quarantine.enter(&hosts[1], now);
        assert_eq!(quarantine.due_for_probe(&hosts, now), None);
        let later = now + LONGEST;
        assert_eq!(quarantine.due_for_probe(&hosts[..1], later), None);
        let due = quarantine.due_for_probe(&hosts, later);
        assert_eq!(due.as_ref(), Some(&hosts[1]));
        assert_eq!(quarantine.due_for_probe(&hosts, later), None);
        quarantine.enter(&hosts[1], later);
        assert!(quarantine.due_for_probe(&hosts, later + LONGEST).is_some());
        quarantine.leave(&hosts[1]);
        assert!(quarantine.is_empty());
    }

    #[test]
    fn hosts_that_left_the_list_are_forgotten() {
        let (mut quarantine, now) = (Quarantine::default(), Instant::now());
        let hosts = Host::parse_list("a,b");
        hosts.iter().for_each(|host| quarantine.enter(host, now));
        quarantine.keep_only(&hosts[..1]);
        assert!(quarantine.contains(&hosts[0]) && !quarantine.contains(&hosts[1]));
    }
}
