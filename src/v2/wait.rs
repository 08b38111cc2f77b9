//! A wait over HTTP: one event, through the long polls of [`polls`], and how its chain goes on.

mod beside;
mod polls;

use super::V2;
use crate::api::error::Error;
use crate::api::outcome::Ended;
use crate::api::request::Wait;
use crate::waits::continuation::{self, next_index};
use crate::waits::{Entry, Waited};
use polls::Polls;

impl V2 {
    /// Waits for an event.
    pub async fn wait(&self, wait: &Wait, entry: &Entry) -> Waited {
        let attempts = match wait.encode(None) {
            Ok(encoded) => self.cluster.attempts(&encoded),
            Err(invalid) => return Waited::refused(invalid.into()),
        };
        let mut polls = Polls::new(self, wait, entry, attempts);
        let polled = polls.run().await;
        let position = polls.position();
        let ended = match polled {
            Ok((outcome, event)) => continuation::of_answer(outcome, event),
            // Boxed: this future is much larger than the others, and rarely needed.
            Err(error) => Box::pin(self.recover(wait, entry, position, error)).await,
        };
        Waited { ended, position }
    }

    /// How a wait that has failed goes on.
    async fn recover(
        &self,
        wait: &Wait,
        entry: &Entry,
        position: Option<u64>,
        error: Error,
    ) -> Ended {
        if let Some(index) = self.index_gone_back(wait, position).await {
            return continuation::of_gap(error, position, index);
        }
        let next = next_index(wait, position, entry, &error);
        continuation::of_error(wait, position, next, error)
    }

    /// The index at which a wait goes on if the store's index has gone back behind the wait's position. One member may lag, so
    /// this asks the quorum.
    async fn index_gone_back(&self, wait: &Wait, position: Option<u64>) -> Option<u64> {
        let from = position.filter(|from| self.poll_interval.may_have_gone_back(*from))?;
        let read = wait.read_of_index().encode().ok()?;
        let answer = self.cluster.send(&read).await.ok()?;
        let next = answer.index?.saturating_add(1);
        (next < from).then_some(next)
    }
}

#[cfg(test)]
mod properties;
