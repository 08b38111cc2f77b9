//! `api: "auto"`: which of etcd's APIs a cluster has, decided once.
//!
//! ```text
//! a call goes to v2 ──▶ a v2 store answers ─────────────────────────▶ v2
//!                   ├─▶ no host has a v2 store, cluster is ≥ 3.6 ───▶ v3
//!                   ├─▶ no host has a v2 store, cluster is older ───▶ the error says how to switch v2 on; open
//!                   ├─▶ the port speaks gRPC alone ─────────────────▶ v3
//!                   └─▶ nothing answers ────────────────────────────▶ the error; open
//! ```
//!
//! The cluster's version counts, not a member's: it stays the old one until the last member is upgraded, so that all
//! processes change their store together.

use super::backend::Chosen;
use crate::api::error::{Error, Failure, Kind};
use crate::v2::V2;
use crate::v3::V3;
use std::future::Future;
use std::sync::OnceLock;
use tokio::sync::Mutex;

/// The first version of etcd without the v2 API.
const WITHOUT_V2: (u64, u64) = (3, 6);

/// Two stores on the same hosts, one of which is to be chosen.
#[derive(Debug)]
pub struct Either {
    v2: V2,
    v3: V3,
    is_v3: OnceLock<bool>,
    deciding: Mutex<()>,
}

impl Either {
    /// Nothing is known of the cluster. The hosts are those of `v2`.
    pub fn new(v2: V2, v3: V3) -> Self {
        Either {
            v2,
            v3,
            is_v3: OnceLock::new(),
            deciding: Mutex::default(),
        }
    }

    /// v3 is chosen. The hosts are those of `v2`.
    pub fn v3(v2: V2, v3: V3) -> Self {
        v3.take_hosts(v2.seeds());
        let is_v3 = OnceLock::from(true);
        let deciding = Mutex::default();
        Either {
            v2,
            v3,
            is_v3,
            deciding,
        }
    }

    /// Whether the choice has not been made.
    pub fn is_open(&self) -> bool {
        self.is_v3.get().is_none()
    }

    /// The store that was chosen; v2 as long as none was.
    pub fn chosen(&self) -> Chosen<'_> {
        match self.is_v3.get() {
            Some(true) => Chosen::V3(&self.v3),
            Some(false) | None => Chosen::V2(&self.v2),
        }
    }

    /// Learns from how a call ended that was sent to v2. The other store, if the call belongs there.
    pub async fn settle(&self, error: Option<&Error>) -> Option<&V3> {
        match error.map(|error| &error.kind) {
            None | Some(Kind::Api(_)) => {
                let _ = self.is_v3.set(false);
                None
            }
            Some(Kind::NoV2Api) => self.decide(self.cluster_is_without_v2()).await,
            Some(kind) if is_of_no_http1_port(kind, error) => self.decide(self.v3_answers()).await,
            Some(_) => None,
        }
    }

    /// Makes the choice once for all calls that wait for it.
    async fn decide(&self, is_v3: impl Future<Output = bool>) -> Option<&V3> {
        let _turn = self.deciding.lock().await;
        if self.is_open() && is_v3.await {
            let _ = self.is_v3.set(true);
        }
        (self.is_v3.get() == Some(&true)).then_some(&self.v3)
    }

    async fn cluster_is_without_v2(&self) -> bool {
        let version = self.v2.cluster_version().await;
        self.v3.take_hosts(self.v2.seeds());
        version.is_some_and(|version| version >= WITHOUT_V2)
    }

    async fn v3_answers(&self) -> bool {
        self.v3.take_hosts(self.v2.seeds());
        self.v3.answers().await
    }

    /// Makes the hosts that a discovery service names the seeds.
    pub async fn discover(&self, url: &str) -> Result<(), Error> {
        self.v2.discover(url).await?;
        self.v3.take_hosts(self.v2.seeds());
        Ok(())
    }

    /// Ends what the stores do without a call.
    pub fn stop(&self) {
        self.v2.stop();
        self.v3.stop();
    }
}

/// Whether a host's answer is none of HTTP/1.1, or is gRPC's to a request that is not (415 Unsupported Media Type).
fn is_of_no_http1_port(kind: &Kind, error: Option<&Error>) -> bool {
    match kind {
        Kind::Network(Failure { speaks_http2, .. }) => *speaks_http2,
        Kind::Status => error.is_some_and(|error| error.status == Some(415)),
        _ => false,
    }
}
