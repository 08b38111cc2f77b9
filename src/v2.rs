//! The store over etcd's v2 HTTP API: requests and answers, long polls, look-ahead.
//!
//! Knows no sockets: [`net`](crate::net) moves the bytes, [`cluster`](crate::cluster) chooses the hosts.

mod answer;
mod decode;
mod discovery;
mod encode;
mod encoded;
mod http;
mod look_ahead;
mod path;
mod poll_interval;
mod redirect;
mod start_index;
mod version;
mod wait;
mod withholding;

use crate::api::error::Error;
use crate::api::outcome::Outcome;
use crate::api::request::{Request, Stats};
use crate::cluster::{Host, Hosts};
use crate::net::{Settings, Transport};
use crate::waits::PollBackoff;
pub use answer::{Answer, Incoming, is_success};
pub use encoded::Encoded;
pub use http::Http;
use look_ahead::LookAhead;
use poll_interval::PollInterval;
use std::sync::Arc;
use withholding::Withholding;

/// The hosts of a cluster, reached over HTTP.
pub type Cluster = crate::cluster::Cluster<Http>;

/// A store behind the v2 HTTP API.
#[derive(Debug)]
pub struct V2 {
    cluster: Arc<Cluster>,
    look_ahead: Arc<LookAhead>,
    poll_interval: PollInterval,
    withholding: Withholding,
    backoff: Arc<PollBackoff>,
}

impl V2 {
    /// The store of a cluster. Nothing is connected yet. `backoff` is that of the client's waits.
    pub fn new(
        hosts: Hosts,
        settings: &Settings,
        transport: Arc<Transport>,
        backoff: Arc<PollBackoff>,
    ) -> Self {
        let http = Http::new(transport, settings.timeout);
        V2 {
            cluster: Arc::new(Cluster::new(hosts, http, settings.connect_timeout)),
            look_ahead: Arc::default(),
            poll_interval: PollInterval::default(),
            withholding: Withholding::default(),
            backoff,
        }
    }

    /// The hosts as the caller, the cluster or the discovery service gave them.
    pub fn hosts(&self) -> Vec<String> {
        self.cluster.hosts().texts()
    }

    /// The hosts, as seeds of another store.
    pub fn seeds(&self) -> Hosts {
        Hosts::new(self.cluster.hosts().list().to_vec())
    }

    /// Checks that an operation can be sent.
    ///
    /// # Errors
    /// If its key or its parameters cannot be encoded.
    pub fn check(&self, request: &Request) -> Result<(), Error> {
        request.encode()?;
        Ok(())
    }

    /// Runs an operation that does not wait.
    pub async fn call(&self, request: &Request) -> Result<Outcome, Error> {
        if let Request::Stats(Stats::Own(Some(machine))) = request {
            return self.stats_of(machine).await;
        }
        let answer = self.cluster.send(&request.encode()?).await?;
        decode::outcome(answer, request)
    }

    /// The statistics of one machine, which need not be one of the hosts.
    async fn stats_of(&self, machine: &str) -> Result<Outcome, Error> {
        let request = Request::Stats(Stats::Own(None));
        let host = Host::parse(machine);
        let answer = self.cluster.send_to(&host, &request.encode()?).await?;
        decode::outcome(answer, &request)
    }

    /// Makes the members that the cluster has named its hosts.
    pub fn refresh(&self, machines: &str) {
        self.cluster.hosts().replace(Host::of_machines(machines));
    }

    /// Makes the hosts that a discovery service names the seeds.
    ///
    /// # Errors
    /// If the service does not answer with a list of hosts.
    pub async fn discover(&self, url: &str) -> Result<(), Error> {
        let hosts = discovery::discover(&self.cluster, url).await?;
        *self.cluster.hosts() = Hosts::new(hosts);
        Ok(())
    }

    /// Ends the polls that were sent ahead, and the probes.
    pub fn stop(&self) {
        self.look_ahead.clear();
        self.cluster.stop();
    }
}
