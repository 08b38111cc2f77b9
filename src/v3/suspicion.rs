//! Leaves a host that has hung: it accepts requests and answers none, as a stopped process does.
//!
//! ```text
//! sent ──unanswered for a time──▶ suspected: the host is asked for its status beside the call
//!   ▲                                 │
//!   ├──it answers: the call is slow───┤
//!                                     └──silence──▶ quarantine; a read goes to another host, if one is not in quarantine
//! ```
//!
//! A write stays until the caller's timeout: it may have been applied, so it cannot go to another host.

use super::pb;
use super::rpc::Rpc;
use super::sent::Sent;
use super::status::Status;
use crate::api::error::Failure;
use crate::cluster::{Cluster, Host};
use crate::net::failure::silence;
use bytes::Bytes;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The time after which a host that has not answered is suspected. It doubles with each suspicion of the same call.
const PATIENCE: Duration = Duration::from_secs(1);

/// A host that is alive tells its status within this time, also without a leader.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// The result of a call at one host.
type Ended = Result<Result<Bytes, Status>, Failure>;

/// Waits for a call at a host, unless the host has hung and another one may serve the call.
pub async fn unless_hung(
    cluster: &Cluster<Rpc>,
    host: &Host,
    sent: &Sent,
    call: impl Future<Output = Ended>,
) -> Ended {
    if cluster.hosts().len() < 2 {
        return call.await;
    }
    let mut call = pin!(call);
    let mut patience = PATIENCE;
    loop {
        if let Ok(ended) = timeout(patience, &mut call).await {
            return ended;
        }
        patience *= 2;
        let has_hung = tokio::select! {
            biased;
            ended = &mut call => return ended,
            // Boxed: most calls are answered before.
            has_hung = Box::pin(has_hung(cluster, host)) => has_hung,
        };
        if has_hung {
            cluster.hosts().quarantine(host, Instant::now());
            let is_read = sent.policy().repeatable;
            if is_read && cluster.hosts().passes_over(host) {
                return Err(silence());
            }
        }
    }
}

async fn has_hung(cluster: &Cluster<Rpc>, host: &Host) -> bool {
    let status = Sent::call(&pb::StatusRequest {});
    let asked = cluster.protocol().send(host, &status);
    timeout(CHECK_TIMEOUT, asked).await.is_err()
}
