//! Which hosts sit out: one that has failed is left alone for a while, and then tried by a probe.
//!
//! Pure: is told the time, and what became of requests and probes. Sends nothing.

use super::Host;
use crate::backoff::doubled;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// The time for which a host sits out when it has failed; it doubles with each probe that fails too.
const SHORTEST: Duration = Duration::from_secs(1);

/// With the half of it that chance may add, 30 s.
const LONGEST: Duration = Duration::from_secs(20);

/// The hosts that sit out, by their endpoints. A host that is not here is in.
#[derive(Debug, Default)]
pub(super) struct Health(HashMap<String, SitOut>);

#[derive(Debug)]
struct SitOut {
    /// How often it has failed on end.
    failures: u32,
    until: Instant,
    is_probed: bool,
}

impl Health {
    /// Whether a host sits out.
    pub fn is_out(&self, host: &Host) -> bool {
        !self.0.is_empty() && self.0.contains_key(host.endpoint())
    }

    /// Notes that a host has failed. Calls that were under way when it did count once.
    pub fn failed(&mut self, host: &Host, now: Instant) {
        let before = self.0.get(host.endpoint());
        if before.is_some_and(|before| now < before.until) {
            return;
        }
        let failures = before.map_or(1, |before| before.failures.saturating_add(1));
        let sit_out = SitOut {
            failures,
            until: now + length(failures),
            is_probed: false,
        };
        self.0.insert(host.endpoint().to_owned(), sit_out);
    }

    /// Notes that a host has answered.
    pub fn answered(&mut self, host: &Host) {
        if !self.0.is_empty() {
            self.0.remove(host.endpoint());
        }
    }

    /// A host of these that has sat out its time, to be probed by the caller: it is told to one only.
    pub fn due(&mut self, hosts: &[Host], now: Instant) -> Option<Host> {
        let mut is_due = |host: &&Host| {
            let sit_out = self.0.get_mut(host.endpoint());
            let due = sit_out.filter(|it| it.until <= now && !it.is_probed);
            due.map(|it| it.is_probed = true).is_some()
        };
        hosts.iter().find(&mut is_due).cloned()
    }

    /// Forgets the hosts that are not among these.
    pub fn keep(&mut self, hosts: &[Host]) {
        self.0
            .retain(|endpoint, _| hosts.iter().any(|host| host.endpoint() == endpoint));
    }

    /// Whether no host sits out.
    pub fn is_whole(&self) -> bool {
        self.0.is_empty()
    }
}

/// How long a host sits out after so many failures: by chance, so that many clients do not come back all at once.
fn length(failures: u32) -> Duration {
    doubled(SHORTEST, failures, LONGEST).mul_f64(1.0 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_sits_out_longer_with_each_failure_from_one_second_to_thirty() {
        for (failures, least) in [(1, 1), (2, 2), (3, 4), (5, 16), (6, 20), (u32::MAX, 20)] {
            let least = Duration::from_secs(least);
            for _ in 0..100 {
                let length = length(failures);
                assert!(least <= length && length <= least.mul_f64(1.5));
            }
        }
    }

    #[test]
    fn many_calls_that_fail_together_count_once() {
        let (mut health, host, now) = (Health::default(), Host::parse("a"), Instant::now());
        for _ in 0..100 {
            health.failed(&host, now);
        }
        assert_eq!(health.0[host.endpoint()].failures, 1);
        health.failed(&host, now + LONGEST);
        assert_eq!(health.0[host.endpoint()].failures, 2);
    }

    #[test]
    fn a_host_is_due_for_one_probe_when_its_time_is_over() {
        let (mut health, now) = (Health::default(), Instant::now());
        let hosts = Host::parse_list("a,b");
        health.failed(&hosts[1], now);
        assert_eq!(health.due(&hosts, now), None);
        let later = now + LONGEST;
        assert_eq!(health.due(&hosts[..1], later), None);
        assert_eq!(health.due(&hosts, later).as_ref(), Some(&hosts[1]));
        assert_eq!(health.due(&hosts, later), None);
        health.failed(&hosts[1], later);
        assert!(health.due(&hosts, later + LONGEST).is_some());
        health.answered(&hosts[1]);
        assert!(health.is_whole());
    }

    #[test]
    fn hosts_that_are_gone_are_forgotten() {
        let (mut health, now) = (Health::default(), Instant::now());
        let hosts = Host::parse_list("a,b");
        hosts.iter().for_each(|host| health.failed(host, now));
        health.keep(&hosts[..1]);
        assert!(health.is_out(&hosts[0]) && !health.is_out(&hosts[1]));
    }
}
