//! A client of one store: discovery and refresh of the hosts, and waits that stay ahead of the writes called after them.
//!
//! Knows no sockets and no protocol: a [`Backend`] does.

mod backend;
mod discovery;
mod in_memory;
mod waiting;
mod which_api;

use crate::api::error::Error;
use crate::api::outcome::{Ended, Outcome};
use crate::api::request::Request;
use crate::cluster::Hosts;
use crate::net::Settings;
use crate::task::task;
pub use crate::waits::Chain;
use crate::waits::{Entry, PollBackoff, Registration, Registrations, settled};
use backend::Backend;
pub use backend::{Api, Store};
pub use discovery::Discovery;
pub use in_memory::{Applied, FURTHEST, FaultPlan, SharedStore, TooFar, Unplannable};
use in_memory::{Fault, FaultKind};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::task::AbortHandle;
use tokio::time::MissedTickBehavior;

/// The interval at which the hosts are refreshed (point 39 of docs/compatibility.md).
const REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// A client of one store, shared by its calls.
#[derive(Debug)]
pub struct Client {
    backend: Backend,
    discovery: Option<Discovery>,
    registrations: Registrations,
    backoff: Arc<PollBackoff>,
    refreshes: AtomicBool,
    refresher: Mutex<Option<AbortHandle>>,
}

/// What is fixed when a call is made, before its future is polled.
struct Called {
    /// The look-ups of the discovery service that had ended.
    look_ups: Option<usize>,
    /// The earlier waits whose events the call may cause.
    waits: Vec<Arc<Registration>>,
    /// The registration of a wait.
    entry: Option<Entry>,
    chain: Option<Chain>,
    /// How the call fails, by the plan of a store in memory.
    fault: Option<Fault>,
}

impl Client {
    /// A client of a cluster. `discovery` finds the hosts with the first call, `store` says where the keys are.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(
        hosts: Hosts,
        settings: Settings,
        discovery: Option<Discovery>,
        store: Store,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let backoff = Arc::new(PollBackoff::new(settings.timeout));
        Ok(Client {
            backend: Backend::new(hosts, settings, &backoff, store)?,
            discovery,
            registrations: Registrations::default(),
            backoff,
            refreshes: AtomicBool::new(false),
            refresher: Mutex::default(),
        })
    }

    /// The hosts as the caller, the cluster or the discovery service gave them.
    pub fn hosts(&self) -> Vec<String> {
        self.backend.hosts()
    }

    /// The store in memory, for its control; `None` for a client of a cluster.
    pub fn memory(&self) -> Option<&Arc<SharedStore>> {
        self.backend.memory()
    }

    /// Runs an operation. `chain` is the chain of a wait.
    ///
    /// The order of calls is that of the calls of this function, not of the first polls of the futures: a write that is called
    /// after a wait for its key is sent when that wait is registered.
    pub fn execute(
        self: &Arc<Self>,
        request: Request,
        chain: Option<Chain>,
    ) -> impl Future<Output = Ended> + Send + use<> {
        self.begin(request, chain, None)
    }

    /// Runs an operation, like [`execute`](Client::execute). `is_counted`: whether a fault that is planned for a store in memory may
    /// take its place.
    pub fn execute_as_planned(
        self: &Arc<Self>,
        request: Request,
        chain: Option<Chain>,
        is_counted: bool,
    ) -> impl Future<Output = Ended> + Send + use<> {
        let memory = self.backend.memory().filter(|_| is_counted);
        let fault = memory.and_then(|memory| memory.planned(&request));
        self.begin(request, chain, fault)
    }

    fn begin(
        self: &Arc<Self>,
        request: Request,
        chain: Option<Chain>,
        fault: Option<Fault>,
    ) -> impl Future<Output = Ended> + Send + use<> {
        let client = self.clone();
        let called = Called {
            look_ups: self.discovery.as_ref().map(Discovery::look_ups),
            waits: self.registrations.concerned_by(&request),
            entry: match &request {
                Request::Wait(wait) | Request::StartIndex(wait) => {
                    Some(self.registrations.enter(wait, chain))
                }
                _ => None,
            },
            chain,
            fault,
        };
        // Boxed by the first poll, not here: to move a future of 3.5 KB from the caller's thread to the runtime's costs the
        // caller 1 µs, a third of its call.
        async move { Box::pin(client.run(request, called)).await }
    }

    async fn run(self: &Arc<Self>, request: Request, called: Called) -> Ended {
        let Called {
            look_ups,
            waits,
            entry,
            chain,
            fault,
        } = called;
        let fault = fault.filter(|fault| !self.forgets_history(fault));
        match (request, entry) {
            (Request::Wait(wait), Some(entry)) => {
                let ended = self.wait(&wait, chain, entry, look_ups, fault);
                ended.await
            }
            (Request::StartIndex(wait), Some(entry)) => {
                let found = self.start_index(&wait, chain, entry, look_ups, fault);
                Box::pin(found).await.into()
            }
            (request, _) => match fault {
                Some(fault) => self.fail(request, waits, &fault).await.into(),
                None => self.call(request, look_ups, waits).await.into(),
            },
        }
    }

    /// Loses the event history, if that is the fault. The call itself goes on.
    fn forgets_history(&self, fault: &Fault) -> bool {
        let is_wanted = fault.kind == FaultKind::HistoryCleared;
        if let (true, Some(memory)) = (is_wanted, self.backend.memory()) {
            memory.forget_history();
        }
        is_wanted
    }

    /// Fails a call to a store in memory, which may be applied all the same.
    async fn fail(
        self: &Arc<Self>,
        request: Request,
        waits: Vec<Arc<Registration>>,
        fault: &Fault,
    ) -> Result<Outcome, Error> {
        let is_write = request.written_key().is_some();
        if is_write && fault.applied {
            // The answer is lost, whatever it is.
            let _lost = self.call(request, None, waits).await;
        }
        Err(fault.error(is_write))
    }

    async fn call(
        self: &Arc<Self>,
        request: Request,
        look_ups: Option<usize>,
        waits: Vec<Arc<Registration>>,
    ) -> Result<Outcome, Error> {
        self.discover(look_ups).await?;
        match request {
            Request::Get(get) if get.is_poll => self.get_as_poll(get).await,
            Request::Machines => self.machines().await,
            request if waits.is_empty() => self.backend.call(&request).await,
            request => self.write_after(request, waits).await,
        }
    }

    /// A write that was called after these waits.
    async fn write_after(
        &self,
        request: Request,
        waits: Vec<Arc<Registration>>,
    ) -> Result<Outcome, Error> {
        self.backend.check(&request)?;
        let overtaken = settled(waits).await;
        let result = self.backend.call(&request).await;
        let index = result
            .as_ref()
            .ok()
            .and_then(|outcome| outcome.origin.index);
        if let Some(index) = index {
            self.registrations.overtaken(&overtaken, index);
        }
        result
    }

    /// The client URLs of the members, which become the hosts if refresh is on.
    async fn machines(&self) -> Result<Outcome, Error> {
        let outcome = self.backend.call(&Request::Machines).await?;
        if let (Some(body), true) = (&outcome.body, self.refreshes.load(Ordering::Relaxed)) {
            self.backend.refresh(body);
        }
        Ok(outcome)
    }

    /// Refreshes the hosts every 30 s from now on, until the client is dropped. Must be called within the runtime.
    pub fn auto_refresh(self: &Arc<Self>) {
        self.refreshes.store(true, Ordering::Relaxed);
        self.refresher().get_or_insert_with(|| {
            let refreshing = task(keep_refreshing(Arc::downgrade(self)));
            tokio::spawn(refreshing).abort_handle()
        });
    }

    /// Ends what the client does without a call: refresh, look-ahead, probes.
    pub fn stop(&self) {
        self.backend.stop();
        if let Some(refresher) = &*self.refresher() {
            refresher.abort();
        }
    }

    fn refresher(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        self.refresher
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn keep_refreshing(client: Weak<Client>) {
    let mut ticks = tokio::time::interval(REFRESH_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let Some(client) = client.upgrade() else {
            return;
        };
        // After a failed refresh the next one tries again.
        client.execute(Request::Machines, None).await;
    }
}
