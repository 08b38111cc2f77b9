//! Finds out whether a host that has sat out is back, so that no call has to.

use super::Cluster;
use crate::hosts::Host;
use crate::request::Encoded;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A probe takes no longer, however long connecting may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The probes under way.
#[derive(Debug, Default)]
pub struct Probes(Mutex<JoinSet<()>>);

impl Probes {
    /// Probes a host of a cluster; the time for connecting is all that it has.
    pub fn start(&self, cluster: &Arc<Cluster>, host: Host, limit: Option<Duration>) {
        let limit = limit.unwrap_or(LONGEST).min(LONGEST);
        let mut under_way = self.under_way();
        while under_way.try_join_next().is_some() {}
        under_way.spawn(probe(Arc::downgrade(cluster), host, limit));
    }

    /// Ends them.
    pub fn stop(&self) {
        self.under_way().abort_all();
    }

    fn under_way(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn probe(cluster: Weak<Cluster>, host: Host, limit: Duration) {
    let Some(cluster) = cluster.upgrade() else {
        return;
    };
    let answer = timeout(limit, cluster.send_to(&host, &Encoded::probe())).await;
    // A proxy answers for a host that is gone with a failure of the server's.
    match answer {
        Ok(Ok(answer)) if answer.status < 500 => cluster.hosts().answered(&host),
        _ => cluster.hosts().failed(&host, Instant::now()),
    }
}
