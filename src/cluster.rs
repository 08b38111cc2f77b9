//! Chooses hosts: their order, quarantine, probes and slots, and one failover loop for every protocol.
//!
//! Knows neither what a request means nor how it is sent: a [`Protocol`] makes one attempt at one host.
//!
//! ```text
//! pick a host ──the list is empty──▶ NoHosts
//!   │ wait for a slot; a host that entered quarantine meanwhile is passed over
//!   ▼
//! attempt ──answer──▶ the host leaves quarantine, the caller reads the answer
//!   │ failure: the host enters quarantine, unless the failure spares it
//!   ▼
//! may the request be repeated? ──no──▶ error, ambiguous if a write is in doubt
//!   │ yes
//!   ├─ an attempt is left ──▶ pick a host
//!   ├─ the list changed or was a refreshed one: the seeds, once ──▶ pick a host
//!   └─ neither ──▶ error
//! ```

mod attempts;
mod credentials;
mod host;
mod hosts;
mod list;
mod probes;
mod protocol;
mod quarantine;
mod slots;

use crate::api::error::{Error, Failure};
pub use attempts::{Attempts, Failed};
pub use credentials::{Credentials, user_of};
pub use host::Host;
pub use hosts::{Hosts, MOST_FOUND};
use probes::Probes;
pub use protocol::{Policy, Protocol, Refusal};
pub use slots::Slot;
use slots::Slots;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The hosts of a cluster, reached by a protocol.
#[derive(Debug)]
pub struct Cluster<P> {
    protocol: P,
    slots: Slots,
    hosts: Mutex<Hosts>,
    probes: Probes,
    /// Bounds a probe; `None` leaves the bound of probes themselves.
    probe_timeout: Option<Duration>,
}

impl<P: Protocol> Cluster<P> {
    /// A cluster of these hosts. Nothing is sent yet.
    pub fn new(hosts: Hosts, protocol: P, probe_timeout: Option<Duration>) -> Self {
        Cluster {
            protocol,
            slots: Slots::default(),
            hosts: Mutex::new(hosts),
            probes: Probes::default(),
            probe_timeout,
        }
    }

    /// How the hosts are reached.
    pub fn protocol(&self) -> &P {
        &self.protocol
    }

    /// The hosts, to read or to replace.
    pub fn hosts(&self) -> MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The attempts that a request has: one, and one more for each host.
    pub fn attempts(&self, request: &P::Request) -> Attempts {
        Attempts::new(&self.hosts(), P::policy(request))
    }

    /// Sends a request to one host after the other until one answers. `on_attempt` is told of each host before the request is
    /// sent to it.
    ///
    /// # Errors
    /// If no attempt is left, or the request must not be repeated.
    pub async fn open(
        self: &Arc<Self>,
        request: &P::Request,
        attempts: &mut Attempts,
        mut on_attempt: impl FnMut(&Host),
    ) -> Result<P::Answer, Error> {
        loop {
            let Some(host) = attempts.take_first().or_else(|| self.pick()) else {
                return Err(attempts.no_hosts());
            };
            let slot = self.slot(&host, request).await;
            if self.hosts().passes_over(&host) {
                continue;
            }
            on_attempt(&host);
            match self.protocol.attempt(self, &host, request, slot).await {
                Ok(answer) => {
                    self.hosts().release(&host);
                    return Ok(answer);
                }
                Err(refusal) => self.fail_over(attempts, &host, refusal.failure()?)?,
            }
        }
    }

    /// Sends a request to this host alone, whether or not it is of the list.
    ///
    /// # Errors
    /// If the only attempt fails.
    pub async fn open_at(&self, host: &Host, request: &P::Request) -> Result<P::Answer, Error> {
        let slot = self.slot(host, request).await;
        let answer = self.protocol.attempt(self, host, request, slot).await;
        match answer {
            Ok(answer) => Ok(answer),
            Err(refusal) => Err(self.only_failure(host, request, refusal.failure()?)),
        }
    }

    /// The error of a request whose only attempt has failed.
    pub fn only_failure(&self, host: &Host, request: &P::Request, failure: Failure) -> Error {
        let mut attempts = Attempts::new(&Hosts::default(), P::policy(request));
        attempts.record(host.endpoint(), &failure);
        attempts.give_up(host.endpoint(), failure)
    }

    async fn slot(&self, host: &Host, request: &P::Request) -> Option<Slot> {
        match P::policy(request).takes_slot {
            true => self.slots.take(host).await,
            false => None,
        }
    }

    /// Puts a host whose attempt has failed into quarantine, unless the failure spares it, and goes on as
    /// [`retry`](Self::retry).
    ///
    /// # Errors
    /// If no attempt is left, or the request must not be repeated.
    pub fn fail_over(
        &self,
        attempts: &mut Attempts,
        host: &Host,
        failure: Failure,
    ) -> Result<(), Error> {
        if !failure.spares_host {
            self.hosts().quarantine(host, Instant::now());
        }
        self.retry(attempts, host, failure)
    }

    /// Records a failed attempt. `Ok` if the request may go to another host: one attempt for each host, and when a refreshed
    /// list has failed, one for each seed.
    ///
    /// # Errors
    /// If no attempt is left, or the request must not be repeated.
    pub fn retry(
        &self,
        attempts: &mut Attempts,
        host: &Host,
        failure: Failure,
    ) -> Result<(), Error> {
        attempts.record(host.endpoint(), &failure);
        let may_retry = attempts.may_repeat(&failure)
            && (attempts.take() || attempts.start_over(&mut self.hosts()));
        match may_retry {
            true => Ok(()),
            false => Err(attempts.give_up(host.endpoint(), failure)),
        }
    }

    /// The next host in turn. A host whose quarantine is over is probed meanwhile.
    pub fn pick(self: &Arc<Self>) -> Option<Host> {
        let mut hosts = self.hosts();
        let (host, due) = (hosts.pick(), hosts.due_for_probe());
        drop(hosts);
        if let Some(due) = due {
            self.probes.start(self, due, self.probe_timeout);
        }
        host
    }

    /// Ends the probes in flight.
    pub fn stop(&self) {
        self.probes.stop();
    }
}

#[cfg(test)]
mod tests;
