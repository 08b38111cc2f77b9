//! Finds the index from which a watch begins, before its first poll: what comes between the two is not missed then,
//! whatever becomes of that poll.

use super::registrations::Entry;
use super::{Client, Origin, Outcome, outcome};
use crate::cluster::{Incoming, is_success};
use crate::error::Error;
use crate::request::{Encoded, Request, Wait};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long the body of the answer is read, so that its connection can be used again. The index is in the header section,
/// and a directory may be large.
const BODY: Duration = Duration::from_millis(100);

impl Client {
    /// The index from which a watch sees everything, as the body of the outcome; no body where the answer has none. It is
    /// also where a write is that was called later and overtook this read.
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
        if let Some(from) = from {
            self.registrations.start(entry, wait, from);
        }
        outcome.body = from.map(|from| from.to_string());
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
        let mut tries = self.cluster.tries(&encoded);
        let incoming = self.cluster.open(&encoded, &mut tries, |_| ()).await?;
        if is_success(incoming.status) {
            return Ok(head_only(incoming).await);
        }
        self.miss(incoming, &encoded, Request::Get(get)).await
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
    let origin = Origin {
        status: incoming.status,
        index: incoming.index,
        endpoint: incoming.endpoint.clone(),
        attempts: Vec::new(),
    };
    // The answer is as good without its body.
    let _ = timeout(BODY, incoming.read()).await;
    Outcome { body: None, origin }
}
