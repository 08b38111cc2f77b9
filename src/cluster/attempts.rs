//! The attempts that one request has, and what became of them.

use super::{Host, Hosts, Policy};
use crate::api::error::{Attempt, Error, Failure, Kind};

/// The attempts of one request: one, and one more for each host.
#[derive(Debug)]
pub struct Attempts {
    policy: Policy,
    left: usize,
    /// The host of the first attempt, where it is not the next one in turn.
    first: Option<Host>,
    seeds: Seeds,
    /// Whether a server may have processed one of the attempts.
    in_doubt: bool,
    failed: Vec<Attempt>,
}

/// Whether the seeds still have their turn when the list of hosts has failed.
#[derive(Debug)]
enum Seeds {
    /// They have it, once the list of this version has failed.
    Unused { version: usize },
    /// They had it.
    Used,
}

/// The attempts that failed before an answer.
#[derive(Debug, Default)]
pub struct Failed {
    /// The attempts, in order.
    pub attempts: Vec<Attempt>,
    /// Whether a server may have processed one of the attempts.
    pub in_doubt: bool,
}

impl Attempts {
    pub(super) fn new(hosts: &Hosts, policy: Policy) -> Self {
        Attempts {
            policy,
            left: hosts.len(),
            first: None,
            seeds: Seeds::Unused {
                version: hosts.version(),
            },
            in_doubt: false,
            failed: Vec::new(),
        }
    }

    /// The same attempts, the first of them at this host.
    pub fn beginning_at(self, first: Option<Host>) -> Self {
        Attempts { first, ..self }
    }

    /// The host of the first attempt, once, where it is not the next one in turn.
    pub(super) fn take_first(&mut self) -> Option<Host> {
        self.first.take()
    }

    /// Whether a request that failed like this may be repeated: nothing is applied twice.
    pub(super) fn may_repeat(&self, failure: &Failure) -> bool {
        self.policy.repeatable || failure.delivery.may_repeat()
    }

    /// Records a failed attempt.
    pub(super) fn record(&mut self, endpoint: &str, failure: &Failure) {
        self.in_doubt |= failure.delivery.is_in_doubt();
        self.failed.push(Attempt {
            host: endpoint.to_owned(),
            error: failure.message.clone(),
        });
    }

    /// Takes one of the attempts that are left.
    pub(super) fn take(&mut self) -> bool {
        let is_left = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_left
    }

    /// Leaves an answer for that of another host, if the request is a read and an attempt is left.
    pub fn pass_over(&mut self, answered: impl FnOnce() -> Attempt) -> bool {
        !self.policy.is_write && self.take_after(answered)
    }

    /// Whether there is a host that has not been asked.
    pub fn may_leave(&self) -> bool {
        self.left > 1
    }

    /// Leaves an answer for that of a host that has not been asked: the host that answered did nothing, and would do the same again.
    pub fn leave(&mut self, answered: impl FnOnce() -> Attempt) -> bool {
        self.may_leave() && self.take_after(answered)
    }

    /// Takes one of the attempts that are left, after one that was answered.
    fn take_after(&mut self, answered: impl FnOnce() -> Attempt) -> bool {
        let is_left = self.take();
        if is_left {
            self.failed.push(answered());
        }
        is_left
    }

    /// Grants an attempt for each of the seeds, once, if the hosts that failed were others.
    pub(super) fn start_over(&mut self, hosts: &mut Hosts) -> bool {
        let Seeds::Unused { version } = std::mem::replace(&mut self.seeds, Seeds::Used) else {
            return false;
        };
        if version == hosts.version() {
            hosts.restore_seeds();
        }
        let are_others = version != hosts.version();
        self.left = if are_others {
            hosts.len().saturating_sub(1)
        } else {
            0
        };
        are_others
    }

    /// The attempts that failed before an answer. They are forgotten here.
    pub fn take_failed(&mut self) -> Failed {
        Failed {
            attempts: std::mem::take(&mut self.failed),
            in_doubt: self.in_doubt,
        }
    }

    /// The error of a request whose last attempt failed like this.
    pub fn give_up(&mut self, endpoint: &str, failure: Failure) -> Error {
        Error {
            endpoint: Some(endpoint.to_owned()),
            attempts: std::mem::take(&mut self.failed),
            ambiguous: self.policy.is_write && self.in_doubt,
            ..Error::new(Kind::Network(failure))
        }
    }

    /// The error of a request that has no host to go to.
    pub(super) fn no_hosts(&mut self) -> Error {
        Error {
            attempts: std::mem::take(&mut self.failed),
            ..Error::new(Kind::NoHosts)
        }
    }
}

#[cfg(test)]
mod tests;
