//! Finds the start index of a watch before its first poll: an event between the two is not missed, even if that poll fails.

use super::{Encoded, Incoming, V2, decode, is_success};
use crate::api::error::Error;
use crate::api::outcome::{Origin, Outcome};
use crate::api::request::{Request, Wait};
use crate::net::unless_silent;
use crate::waits::StoreIndex;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// The time for which the body of the answer is read, so that its connection can be reused. The index is in the header section,
/// and the body of a large directory may take longer.
const BODY: Duration = Duration::from_millis(100);

impl V2 {
    /// Reads the store's index.
    pub async fn store_index(&self, wait: &Wait) -> Result<StoreIndex, Error> {
        let read = wait.read_of_index();
        let encoded = read.encode()?;
        let mut attempts = self.cluster.attempts(&encoded);
        let incoming = self.cluster.open(&encoded, &mut attempts, |_| ()).await?;
        if is_success(incoming.status) {
            return Ok(match incoming.index {
                Some(index) => StoreIndex::Known(index, headers_only(incoming).await),
                None => self.without_index(incoming).await,
            });
        }
        let outcome = self.miss(incoming, &encoded, Request::Get(read)).await?;
        Ok(match outcome.origin.index {
            Some(index) => StoreIndex::Known(index, outcome.origin),
            None => StoreIndex::Missing(outcome.origin),
        })
    }

    /// A success without an index. Its body tells whether it is etcd's.
    async fn without_index(&self, incoming: Incoming) -> StoreIndex {
        let origin = origin(&incoming);
        let read = unless_silent(self.cluster.timeout(), incoming.read()).await;
        match read {
            Ok(Ok(answer)) if has_node(&answer.body) => StoreIndex::Missing(origin),
            _ => StoreIndex::Foreign(origin),
        }
    }

    /// A key that does not exist, or an error. After a server error (5xx), or a host without a v2 store, the other hosts are asked.
    async fn miss(
        &self,
        incoming: Incoming,
        encoded: &Encoded,
        request: Request,
    ) -> Result<Outcome, Error> {
        if incoming.status < 500
            && let Ok(answer) = incoming.read().await
            && !answer.is_of_no_v2_store()
        {
            return decode::outcome(answer, &request);
        }
        decode::outcome(self.cluster.send(encoded).await?, &request)
    }
}

async fn headers_only(incoming: Incoming) -> Origin {
    let origin = origin(&incoming);
    // A body that is cut off does not matter: the index is known.
    let _ = timeout(BODY, incoming.read()).await;
    origin
}

fn origin(incoming: &Incoming) -> Origin {
    Origin {
        status: incoming.status,
        index: incoming.index,
        endpoint: incoming.host.endpoint().to_owned(),
        attempts: Vec::new(),
    }
}

/// Whether a body is etcd's answer to a read.
fn has_node(body: &str) -> bool {
    serde_json::from_str::<Value>(body).is_ok_and(|body| body["node"].is_object())
}
