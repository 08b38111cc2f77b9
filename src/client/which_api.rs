//! `api: "auto"`: which of etcd's APIs a cluster has, decided once.
//!
//! ```text
//! a call goes to v2 ──▶ a v2 store answers ─────────────────────────▶ v2
//!                   ├─▶ a host has no v2 store, cluster is ≥ 3.6 ───▶ v3
//!                   ├─▶ no host has a v2 store, cluster is older ───▶ the error says how to switch v2 on; open
//!                   ├─▶ the port speaks gRPC alone ─────────────────▶ v3
//!                   └─▶ nothing answers ────────────────────────────▶ the error; open
//! ```
//!
//! The cluster's version counts, not a member's: it stays the old one until the last member is upgraded, so that all
//! processes change their store together.

use super::backend::Chosen;
use crate::api::error::{Error, Kind};
use crate::api::outcome::Outcome;
use crate::api::request::{Request, Wait};
use crate::single_flight::SingleFlight;
use crate::v2::V2;
use crate::v3::V3;
use crate::waits::{Chain, Entry, StoreIndex, Waited};
use std::sync::OnceLock;
use tokio::sync::Notify;

/// Two stores on the same hosts, one of which is to be chosen.
#[derive(Debug)]
pub struct Either {
    v2: V2,
    v3: V3,
    is_v3: OnceLock<bool>,
    /// Tells the waits in flight over v2 that v3 was chosen.
    turned: Notify,
    /// Whether v3 is to be chosen.
    deciding: SingleFlight<Question, bool>,
}

impl Either {
    /// Nothing is known of the cluster. The hosts are those of `v2`.
    pub fn new(v2: V2, v3: V3) -> Self {
        Either {
            v2,
            v3,
            is_v3: OnceLock::new(),
            turned: Notify::new(),
            deciding: SingleFlight::default(),
        }
    }

    /// v3 is chosen. The hosts are those of `v2`.
    pub fn v3(v2: V2, v3: V3) -> Self {
        v3.take_hosts(v2.seeds());
        Either {
            is_v3: OnceLock::from(true),
            ..Either::new(v2, v3)
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

    /// Learns from how a call ended that was sent to v2. Whether it may belong to v3. `is_of_cluster`: not a machine that the caller
    /// has named answered, which may be one of another cluster.
    pub fn is_in_question(&self, error: Option<&Error>, is_of_cluster: bool) -> bool {
        match error.map(Question::of) {
            None | Some(Question::V2Answered) => {
                if is_of_cluster {
                    let _ = self.is_v3.set(false);
                }
                false
            }
            Some(Question::Unanswered) => false,
            Some(Question::NoV2Store | Question::NoHttp1) => true,
        }
    }

    /// The other store, if a call that v2 ended with this error belongs there.
    async fn v3_for(&self, error: Option<&Error>) -> Option<&V3> {
        let question = Question::of(error?);
        let is_v3 = async {
            match question {
                Question::NoV2Store => self.cluster_is_without_v2().await,
                Question::NoHttp1 => self.v3_answers().await,
                Question::V2Answered | Question::Unanswered => false,
            }
        };
        if self.is_open() && self.deciding.answer(question, is_v3).await {
            let _ = self.is_v3.set(true);
            self.turned.notify_waiters();
        }
        (self.is_v3.get() == Some(&true)).then_some(&self.v3)
    }

    /// Runs a call that v2 did not serve: over v3, if it belongs there.
    pub async fn call_again(
        &self,
        request: &Request,
        result: Result<Outcome, Error>,
    ) -> Result<Outcome, Error> {
        match self.v3_for(result.as_ref().err()).await {
            Some(v3) => v3.call(request).await,
            None => result,
        }
    }

    /// A wait while the choice is open. It goes over to v3 when another call has made that choice: its host may be silent.
    pub async fn wait(&self, wait: &Wait, chain: Option<Chain>, entry: &Entry) -> Waited {
        let waited = tokio::select! {
            biased;
            waited = self.v2.wait(wait, entry) => waited,
            () = self.v3_is_chosen() => return self.v3.wait(wait, chain, entry).await,
        };
        let error = waited.ended.result.as_ref().err();
        match self.is_in_question(error, true) {
            true => match self.v3_for(error).await {
                Some(v3) => v3.wait(wait, chain, entry).await,
                None => waited,
            },
            false => waited,
        }
    }

    /// Resolves when v3 is the choice.
    async fn v3_is_chosen(&self) {
        loop {
            let turned = self.turned.notified();
            if self.is_v3.get() == Some(&true) {
                return;
            }
            turned.await;
        }
    }

    /// The same for the read of the store's index.
    pub async fn store_index_again(
        &self,
        wait: &Wait,
        found: Result<StoreIndex, Error>,
    ) -> Result<StoreIndex, Error> {
        match self.v3_for(found.as_ref().err()).await {
            Some(v3) => v3.store_index(wait).await,
            None => found,
        }
    }

    /// The host that tells so has the first turn: another one may be silent.
    async fn cluster_is_without_v2(&self) -> bool {
        let told = self.v2.host_without_v2().await;
        if let Some(host) = &told {
            self.v3.take_hosts(self.v2.seeds().beginning_at(host));
        }
        told.is_some()
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

/// What an error of a call that was sent to v2 says of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    /// A v2 store refused the call.
    V2Answered,
    /// No host that was asked has a v2 store.
    NoV2Store,
    /// The port speaks gRPC alone: HTTP/2 without TLS, or behind TLS the status 415 for what is not gRPC.
    NoHttp1,
    /// Nothing.
    Unanswered,
}

impl Question {
    fn of(error: &Error) -> Self {
        match &error.kind {
            Kind::Api(_) => Question::V2Answered,
            Kind::NoV2Api => Question::NoV2Store,
            Kind::Network(failure) if failure.speaks_http2 => Question::NoHttp1,
            Kind::Status if error.status == Some(415) => Question::NoHttp1,
            _ => Question::Unanswered,
        }
    }
}
