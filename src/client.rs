//! What an answer means: misses and errors, waits, refresh of the hosts, discovery.
//!
//! Knows etcd's statuses; leaves hosts and sockets to [`Cluster`].

mod ahead;
mod discovery;
mod pace;
mod registrations;
mod spacing;
mod start;
mod sweep;
mod wait;
mod withholding;

use crate::api::error::{Attempt, Error, Kind};
pub use crate::api::outcome::{Origin, Outcome};
use crate::api::request::{Get, Request, Stats};
use crate::cluster::{Host, MOST_FOUND};
use crate::v2::{Answer, Cluster};
use ahead::Ahead;
pub use discovery::Discovery;
use pace::Pace;
use registrations::{Entry, Registration, Registrations};
use serde_json::Value;
use spacing::Spacing;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::{Instant, MissedTickBehavior};
use withholding::Withholding;

/// How often the hosts are refreshed.
const REFRESH_EVERY: Duration = Duration::from_secs(30);

/// A client of one cluster. Shared by its calls.
#[derive(Debug)]
pub struct Client {
    cluster: Arc<Cluster>,
    discovery: Option<Discovery>,
    registrations: Registrations,
    ahead: Arc<Ahead>,
    pace: Pace,
    spacing: Arc<Spacing>,
    withholding: Withholding,
    refreshes: AtomicBool,
    refresher: Mutex<Option<AbortHandle>>,
}

impl Client {
    /// A client of a cluster; `discovery` finds its hosts with the first call.
    pub fn new(cluster: Cluster, discovery: Option<Discovery>) -> Self {
        Client {
            spacing: Arc::new(Spacing::new(cluster.timeout())),
            cluster: Arc::new(cluster),
            discovery,
            registrations: Registrations::default(),
            ahead: Arc::default(),
            pace: Pace::default(),
            withholding: Withholding::default(),
            refreshes: AtomicBool::new(false),
            refresher: Mutex::default(),
        }
    }

    /// The hosts as they were given, or as the cluster or the discovery service gave them.
    pub fn hosts(&self) -> Vec<String> {
        self.cluster
            .hosts()
            .list()
            .iter()
            .map(|host| host.text().to_owned())
            .collect()
    }

    /// Runs an operation. Its place among the client's calls is that of this call, not of the future's first poll:
    /// a write that is called after a wait for its key is sent when that wait is registered.
    pub fn execute(
        self: &Arc<Self>,
        request: Request,
    ) -> impl Future<Output = Result<Outcome, Error>> + Send + use<> {
        let client = self.clone();
        let look_ups = self.discovery.as_ref().map(Discovery::look_ups);
        let waits = client.registrations.concerned_by(&request);
        let entry = match &request {
            Request::Wait(wait) | Request::Start(wait) => Some(client.registrations.enter(wait)),
            _ => None,
        };
        // Boxed when it is first polled, not here: moving a future of 3.5 KB from the caller's thread to the
        // runtime's costs the caller a microsecond, a third of its call.
        async move { Box::pin(client.run(request, look_ups, waits, entry)).await }
    }

    async fn run(
        self: &Arc<Self>,
        request: Request,
        look_ups: Option<usize>,
        waits: Vec<Arc<Registration>>,
        entry: Option<Entry>,
    ) -> Result<Outcome, Error> {
        if let Some(entry) = entry {
            match &request {
                Request::Wait(wait) => return self.wait(wait, entry, look_ups).await,
                Request::Start(wait) => return Box::pin(self.start(wait, entry, look_ups)).await,
                _ => {}
            }
        }
        self.discover(look_ups).await?;
        match request {
            Request::Stats(Stats::Own(Some(machine))) => self.ask(&machine).await,
            Request::Machines => self.machines().await,
            Request::Get(get) if get.spaced => self.spaced_get(get).await,
            request => self.call(request, waits).await,
        }
    }

    /// Refreshes the hosts every 30 s from now on, until the client is dropped.
    /// Must be called within the runtime.
    pub fn auto_refresh(self: &Arc<Self>) {
        self.refreshes.store(true, Ordering::Relaxed);
        self.refresher().get_or_insert_with(|| {
            tokio::spawn(keep_refreshing(Arc::downgrade(self))).abort_handle()
        });
    }

    /// Ends what the client does of its own accord: refreshing, looking ahead, probing.
    pub fn stop(&self) {
        self.ahead.clear();
        self.cluster.stop();
        if let Some(refresher) = &*self.refresher() {
            refresher.abort();
        }
    }

    fn refresher(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        self.refresher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn call(
        &self,
        request: Request,
        waits: Vec<Arc<Registration>>,
    ) -> Result<Outcome, Error> {
        let encoded = request.encode()?;
        let late = registrations::settled(waits).await;
        let answer = self.cluster.send(&encoded).await?;
        if let Some(index) = answer.index.filter(|_| answer.is_success()) {
            self.registrations.overtaken(&late, index);
        }
        outcome(answer, &request)
    }

    async fn spaced_get(&self, get: Get) -> Result<Outcome, Error> {
        let target = self.spacing.target(&get.key, get.flags.recursive);
        self.spacing.pause(target).await;
        let start = Instant::now();
        let ended = self.call(Request::Get(get), Vec::new()).await;
        if ended.is_err() {
            self.spacing.note(target, start, false);
        }
        ended
    }

    /// The statistics of one machine, which need not be among the hosts.
    async fn ask(&self, machine: &str) -> Result<Outcome, Error> {
        let request = Request::Stats(Stats::Own(None));
        let answer = self
            .cluster
            .send_to(&Host::parse(machine), &request.encode()?)
            .await?;
        outcome(answer, &request)
    }

    /// The client URLs of the members, which become the hosts where refresh is on.
    async fn machines(&self) -> Result<Outcome, Error> {
        let answer = self.cluster.send(&Request::Machines.encode()?).await?;
        let outcome = outcome(answer, &Request::Machines)?;
        if let (Some(body), true) = (&outcome.body, self.refreshes.load(Ordering::Relaxed)) {
            self.cluster.hosts().replace(hosts_of(body));
        }
        Ok(outcome)
    }
}

async fn keep_refreshing(client: Weak<Client>) {
    let mut ticks = tokio::time::interval(REFRESH_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let Some(client) = client.upgrade() else {
            return;
        };
        // A refresh that fails is made up for by the next one.
        let _ = client.execute(Request::Machines).await;
    }
}

/// The hosts of `/v2/machines`, whatever is no URL left out.
fn hosts_of(machines: &str) -> Vec<Host> {
    let hosts = Host::members(machines, &str::to_owned).take(MOST_FOUND);
    hosts.filter(Host::is_url).collect()
}

fn found(mut answer: Answer) -> Outcome {
    let body = std::mem::take(&mut answer.body);
    Outcome {
        body: Some(body),
        origin: origin_of(answer),
    }
}

fn nothing(answer: Answer) -> Outcome {
    Outcome {
        body: None,
        origin: origin_of(answer),
    }
}

fn origin_of(answer: Answer) -> Origin {
    Origin {
        status: answer.status,
        index: answer.index,
        endpoint: answer.endpoint,
        attempts: answer.attempts,
    }
}

/// What an answer to a request means. A read that finds nothing is no error.
fn outcome(answer: Answer, request: &Request) -> Result<Outcome, Error> {
    if answer.is_success() {
        return Ok(found(answer));
    }
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let may_miss = matches!(
        request,
        Request::Get(_) | Request::Wait(_) | Request::Leader | Request::Stats(_)
    );
    if may_miss && answer.status == 404 && body["errorCode"] == 100 {
        return Ok(nothing(answer));
    }
    let is_text = matches!(request, Request::Leader | Request::Machines);
    let is_write = request.written_key().is_some();
    let mut attempts = answer.attempts;
    attempts.push(Attempt::answered(&answer.endpoint, answer.status));
    let failed = answer.status >= 500 && !is_refusal(&body);
    let kind = match answer.status {
        404 if body["errorCode"].is_null() => Kind::NoV2Api,
        _ if is_truthy(&body["message"]) && !is_text => Kind::Api(body),
        _ => Kind::Status,
    };
    Err(Error {
        status: Some(answer.status),
        endpoint: Some(answer.endpoint),
        attempts,
        // An attempt without an answer may have been done, and be why this one is refused.
        ambiguous: is_write && (failed || answer.in_doubt),
        ..Error::new(kind)
    })
}

/// Whether a server's failure says that nothing was done. Most do not: without a quorum etcd gives up waiting
/// and does not know either. But 3.5 refuses each update of a directory as if raft had failed.
fn is_refusal(body: &Value) -> bool {
    let cause = body["cause"].as_str().unwrap_or_default();
    cause.ends_with(" : Not a file ()")
}

/// As JavaScript sees it: etcdjs takes a body for an error of etcd's if its message is.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
