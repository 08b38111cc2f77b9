//! Two polls of a wait that a write has overtaken before the header section of its answer arrived.
//!
//! Only a poll from the write's index can tell whether the first poll was registered before that write. If it was, its answer
//! may be an event of another client that happened before the write. So both polls are in flight, and the lower event counts:
//!
//! ```text
//! both in flight ──header section of the first──▶ the first goes on alone
//!       └──event of the second, or its failure──▶ the first has GRACE for its header section
//! GRACE ──header section of a poll that was registered before the write──▶ the first goes on alone
//!   └──GRACE is over──▶ the event of the second, or a poll from the write's index
//! ```

use super::polls::{Opened, PollEnd, read};
use crate::api::error::Error;
use crate::api::request::Wait;
use crate::net::unless_silent;
use crate::v2::{Answer, Incoming, V2, is_success};
use crate::waits::Entry;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::time::timeout;

/// The time that the first poll has for its header section after the event of the second poll.
const GRACE: Duration = Duration::from_millis(250);

impl V2 {
    /// Polls from a write's index beside a poll that is being opened.
    pub(super) async fn open_beside<F>(
        &self,
        wait: &Wait,
        entry: &Entry,
        mut opening: Pin<&mut F>,
        mut index: u64,
    ) -> Result<Opened, Error>
    where
        F: Future<Output = Result<Incoming, Error>>,
    {
        let event = loop {
            tokio::select! {
                biased;
                incoming = opening.as_mut() => return Ok(Opened::Registered(incoming?)),
                lower = entry.overtaken_before(Some(index)) => index = lower,
                event = self.event_from(wait, index) => break event,
            }
        };
        let first = timeout(GRACE, opening).await;
        let lower = entry.overtaken().filter(|lower| *lower < index);
        Ok(match (first, lower) {
            (Ok(Ok(first)), _) if is_before(&first, index) => Opened::Registered(first),
            (_, Some(lower)) => Opened::Overtaken(lower, None),
            (_, None) => Opened::Overtaken(index, event),
        })
    }

    /// Sends a poll from an index, up to its header section. `None` if the poll fails.
    pub(super) async fn open_from(&self, wait: &Wait, from: u64) -> Option<Incoming> {
        let encoded = wait.encode(Some(&from.to_string())).ok()?;
        let mut attempts = self.cluster.attempts(&encoded);
        let incoming = self
            .cluster
            .open(&encoded, &mut attempts, |_| ())
            .await
            .ok()?;
        (is_success(incoming.status) && incoming.index.is_some()).then_some(incoming)
    }

    /// The event that a poll from an index gives. `None` if the poll fails.
    async fn event_from(&self, wait: &Wait, index: u64) -> Option<Answer> {
        let incoming = self.open_from(wait, index).await?;
        let has_begun = AtomicBool::new(false);
        match unless_silent(self.cluster.timeout(), read(incoming, &has_begun)).await {
            Ok(PollEnd::Event(answer)) => Some(answer),
            _ => None,
        }
    }
}

/// Whether a poll was registered before the write with this index.
fn is_before(poll: &Incoming, index: u64) -> bool {
    is_success(poll.status) && poll.index.is_some_and(|store| store < index)
}
