//! Probes a host whose quarantine is over, so that no call has to find out whether it answers.

use super::{Cluster, Host, Protocol};
use crate::task::task;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Bounds a probe, however long connecting may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The probes in flight.
#[derive(Debug, Default)]
pub struct Probes(Mutex<JoinSet<()>>);

impl Probes {
    /// Probes a host of a cluster.
    pub fn start<P: Protocol>(
        &self,
        cluster: &Arc<Cluster<P>>,
        host: Host,
        limit: Option<Duration>,
    ) {
        let limit = limit.unwrap_or(LONGEST).min(LONGEST);
        let mut in_flight = self.in_flight();
        while in_flight.try_join_next().is_some() {}
        in_flight.spawn(task(probe(Arc::downgrade(cluster), host, limit)));
    }

    /// Ends all probes.
    pub fn stop(&self) {
        self.in_flight().abort_all();
    }

    fn in_flight(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn probe<P: Protocol>(cluster: Weak<Cluster<P>>, host: Host, limit: Duration) {
    let Some(cluster) = cluster.upgrade() else {
        return;
    };
    match timeout(limit, cluster.protocol().probe(&cluster, &host)).await {
        Ok(true) => cluster.hosts().release(&host),
        _ => cluster.hosts().quarantine(&host, Instant::now()),
    }
}
