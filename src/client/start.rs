//! Finds the index from which a watch begins, before its first poll: what comes between the two is not missed then,
//! whatever becomes of that poll.

use super::registrations::Entry;
use super::{Client, Origin, Outcome, outcome};
use crate::api::error::Error;
use crate::api::request::{Request, Wait};
use crate::net::within;
use crate::v2::Encoded;
use crate::v2::{Incoming, is_success};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long the body of the answer is read, so that its connection can be used again. The index is in the header section,
/// and a directory may be large.
const BODY: Duration = Duration::from_millis(100);

impl Client {
    /// The index from which a watch sees everything, as the body of the outcome. If the answer has no index, the body is
    /// `null` for a page that is not etcd's, and none for an answer of etcd's. The index is also where a write is that was
    /// called later and overtook this read.
    pub(super) async fn start(
        self: &Arc<Self>,
        wait: &Wait,
        entry: Entry,
        look_ups: Option<usize>,
    ) -> Result<Outcome, Error> {
        let target = self.target(wait);
        self.spacing.pause(target).await;
        let start = Instant::now();
        let found = self.store_index(wait, look_ups).await;
        let Ok(mut outcome) = found else {
            self.spacing.note(target, start, false);
            self.put_off(wait, entry, None);
            return found;
        };
        let now = outcome.origin.index.map(|index| index.saturating_add(1));
        let from = now.map(|now| {
            entry
                .overtaken()
                .map_or(now, |overtaken| overtaken.min(now))
        });
        match from {
            Some(from) => {
                self.registrations.start(entry, wait, from);
                outcome.body = Some(from.to_string());
            }
            None => {
                self.spacing.note(target, start, false);
                self.put_off(wait, entry, None);
            }
        }
        Ok(outcome)
    }

    async fn store_index(
        self: &Arc<Self>,
        wait: &Wait,
        look_ups: Option<usize>,
    ) -> Result<Outcome, Error> {
        self.discover(look_ups).await?;
        let get = wait.now();
        let encoded = get.encode()?;
        let mut attempts = self.cluster.attempts(&encoded);
        let incoming = self.cluster.open(&encoded, &mut attempts, |_| ()).await?;
        if is_success(incoming.status) {
            return Ok(match incoming.index {
                Some(_) => head_only(incoming).await,
                None => self.without_index(incoming).await,
            });
        }
        self.miss(incoming, &encoded, Request::Get(get)).await
    }

    /// A success without an index. Its body tells whether it is etcd's.
    async fn without_index(&self, incoming: Incoming) -> Outcome {
        let origin = origin(&incoming);
        let read = within(self.cluster.timeout(), incoming.read()).await;
        let is_etcd = matches!(read, Ok(Ok(answer)) if has_node(&answer.body));
        let body = (!is_etcd).then(|| "null".to_owned());
        Outcome { body, origin }
    }

    /// A key that is not there, or an error; a server's failure is left to the other hosts.
    async fn miss(
        &self,
        incoming: Incoming,
        encoded: &Encoded,
        request: Request,
    ) -> Result<Outcome, Error> {
        if incoming.status < 500
            && let Ok(answer) = incoming.read().await
        {
            return outcome(answer, &request);
        }
        outcome(self.cluster.send(encoded).await?, &request)
    }
}

async fn head_only(incoming: Incoming) -> Outcome {
    let origin = origin(&incoming);
    // The answer is as good without its body.
    let _ = timeout(BODY, incoming.read()).await;
    Outcome { body: None, origin }
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
