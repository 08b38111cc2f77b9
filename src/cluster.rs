//! Moves requests between the hosts of a cluster: attempts, retries, redirects, time limits, TLS.
//!
//! The only part that imports what speaks HTTP. Does not know what a request means: whether it may be sent
//! again is [`Encoded::repeatable`], and which answer is an error is the caller's to say.

mod answer;
mod body;
mod connect;
mod dial;
mod dns;
mod failure;
mod http1;
mod http2;
mod over_reqwest;
mod probes;
mod progress;
mod proxy;
mod race;
mod redirect;
mod resolver;
mod silence;
mod slots;
mod stream;
mod time_limit;
mod tls;
mod transport;
mod tries;
mod upload;

use crate::error::{Error, Failure, Invalid, MAX_CLEARTEXT_LINE, MAX_LINE};
use crate::hosts::{Host, Hosts};
use crate::request::Encoded;
pub use answer::{Answer, Incoming, is_success};
use probes::Probes;
pub use proxy::{Proxies, Variable};
pub use silence::within;
use slots::{Slot, Slots};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
pub use tls::{Pem, Trust, Unusable, name_as as name_alerts_as};
use transport::Transport;
pub use tries::Tries;

/// How a cluster is reached.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Bounds connecting, TLS included, and the probe of a host that has failed; `None` waits for ever.
    pub connect_timeout: Option<Duration>,
    /// Bounds each silence of a server; `None` waits for ever.
    pub timeout: Option<Duration>,
    /// The body of an answer must not have more bytes.
    pub max_response_size: usize,
    /// The proxies of the environment.
    pub proxies: Proxies,
    /// Whom to trust behind `https`.
    pub trust: Trust,
}

/// The hosts of a cluster and the connections to them.
#[derive(Debug)]
pub struct Cluster {
    transport: Transport,
    slots: Slots,
    hosts: Mutex<Hosts>,
    probes: Probes,
    connect_timeout: Option<Duration>,
    timeout: Option<Duration>,
}

impl Cluster {
    /// A cluster of these hosts; nothing is connected yet.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new(
        hosts: Hosts,
        settings: Settings,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Cluster {
            connect_timeout: settings.connect_timeout,
            timeout: settings.timeout,
            transport: Transport::new(settings)?,
            slots: Slots::default(),
            hosts: Mutex::new(hosts),
            probes: Probes::default(),
        })
    }

    /// The hosts, to read or to replace.
    pub fn hosts(&self) -> MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What bounds each silence of a server; `None` where nothing does.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The attempts that a request has.
    pub fn tries(&self, request: &Encoded) -> Tries {
        Tries::new(&self.hosts(), request)
    }

    /// Sends a request to one host after the other until one answers.
    /// A read that is answered by a server's failure moves on too; its last answer is given up unchanged.
    pub async fn send(self: &Arc<Self>, request: &Encoded) -> Result<Answer, Error> {
        let mut tries = self.tries(request);
        loop {
            let (host, incoming) = self.reach(request, &mut tries, |_| ()).await?;
            match incoming.read().await {
                Ok(answer) if answer.status >= 500 && tries.moves_on(&answer) => {}
                Ok(answer) => return Ok(tries.followed_by(answer)),
                Err(failure) => {
                    self.blame(&host, &failure);
                    self.failed(&mut tries, host.endpoint().to_owned(), failure)?;
                }
            }
        }
    }

    /// Sends a request to one host after the other until the head of an answer comes. `on_attempt` is told of each host
    /// before it is asked.
    pub async fn open(
        self: &Arc<Self>,
        request: &Encoded,
        tries: &mut Tries,
        on_attempt: impl FnMut(&Host),
    ) -> Result<Incoming, Error> {
        let (_, incoming) = self.reach(request, tries, on_attempt).await?;
        Ok(incoming)
    }

    async fn reach(
        self: &Arc<Self>,
        request: &Encoded,
        tries: &mut Tries,
        mut on_attempt: impl FnMut(&Host),
    ) -> Result<(Host, Incoming), Error> {
        loop {
            let Some(host) = self.pick() else {
                return Err(tries.no_hosts());
            };
            let slot = self.slots.take(&host, request).await;
            // It may have failed while the request queued.
            if self.hosts().passes_by(&host) {
                continue;
            }
            on_attempt(&host);
            match self.attempt(&host, request, slot).await? {
                Ok(incoming) => {
                    self.hosts().answered(&host);
                    return Ok((host, incoming));
                }
                Err(failure) => {
                    self.blame(&host, &failure);
                    self.failed(tries, host.endpoint().to_owned(), failure)?;
                }
            }
        }
    }

    /// The next host in turn; one that has sat out its time is probed meanwhile.
    fn pick(self: &Arc<Self>) -> Option<Host> {
        let mut hosts = self.hosts();
        let (host, due) = (hosts.pick(), hosts.due());
        drop(hosts);
        if let Some(due) = due {
            self.probes.start(self, due, self.connect_timeout);
        }
        host
    }

    fn blame(&self, host: &Host, failure: &Failure) {
        if !failure.spares_host {
            self.hosts().failed(host, Instant::now());
        }
    }

    /// Ends what the cluster does of its own accord.
    pub fn stop(&self) {
        self.probes.stop();
    }

    /// Sends a request to this host alone.
    pub async fn send_to(&self, host: &Host, request: &Encoded) -> Result<Answer, Error> {
        let mut tries = Tries::new(&Hosts::default(), request);
        let slot = self.slots.take(host, request).await;
        let incoming = match self.attempt(host, request, slot).await? {
            Ok(incoming) => incoming.read().await,
            Err(failure) => Err(failure),
        };
        incoming.map_err(|failure| tries.last(host.endpoint().to_owned(), failure))
    }

    /// Notes a failed attempt. An error where it was the last; where the hosts were a refreshed list,
    /// the seeds have their turn before that.
    pub fn failed(
        &self,
        tries: &mut Tries,
        endpoint: String,
        failure: Failure,
    ) -> Result<(), Error> {
        if tries.failed(&endpoint, &failure) {
            return Ok(());
        }
        if tries.may_repeat(&failure) && tries.start_over(&mut self.hosts()) {
            return Ok(());
        }
        Err(tries.give_up(endpoint, failure))
    }

    /// One request to one host and to where it redirects. The outer error is the request's own fault,
    /// so that no other host would do better.
    async fn attempt(
        &self,
        host: &Host,
        request: &Encoded,
        slot: Option<Slot>,
    ) -> Result<Result<Incoming, Failure>, Error> {
        check_request_line(host, request)?;
        let Some(mut uri) = host.uri(&request.path) else {
            return Ok(Err(host.invalid()));
        };
        let mut redirects = redirect::Redirects::default();
        loop {
            // Those of the host that is asked, or of the host of the list that it redirects to.
            let authorization = host
                .authorization(&uri)
                .or_else(|| self.hosts().authorization(&uri));
            let response = match self.transport.send(&uri, request, authorization).await {
                Ok(response) => response,
                Err(failure) => return Ok(Err(failure)),
            };
            match redirects.follow(&response, &uri, request.method) {
                Ok(None) => return Ok(Ok(Incoming::new(host, response, slot))),
                Ok(Some(next)) => uri = next,
                Err(failure) => return Ok(Err(failure)),
            }
        }
    }
}

/// etcd resets a cleartext connection that opens with a long request line, and takes the same line on a
/// connection that is in use: without this check it would depend on the pool whether the call works.
fn check_request_line(host: &Host, request: &Encoded) -> Result<(), Invalid> {
    let bytes = request.method.name().len()
        + " ".len()
        + host.path().len()
        + request.path.len()
        + " HTTP/1.1\r\n".len();
    let limit = match host.is_cleartext() {
        true => MAX_CLEARTEXT_LINE,
        false => MAX_LINE,
    };
    match bytes >= limit {
        true => Err(Invalid::LongRequestLine { bytes, limit }),
        false => Ok(()),
    }
}
