//! Waits and watches: their registration beside the writes, their backoff, and what an ended wait hands over to the next one of
//! its chain.

use super::Client;
use super::in_memory::{Fault, failed_wait};
use crate::api::error::Error;
use crate::api::outcome::{Ended, Origin, Outcome};
use crate::api::request::{Get, Request, Wait};
use crate::waits::{Chain, Entry, StoreIndex, Waited};
use std::sync::Arc;

impl Client {
    /// Waits for an event. `look_ups`: see [`Client::discover`]. `fault`: how it fails instead.
    pub(super) async fn wait(
        self: &Arc<Self>,
        wait: &Wait,
        chain: Option<Chain>,
        entry: Entry,
        look_ups: Option<usize>,
        fault: Option<Fault>,
    ) -> Ended {
        let poll = self.backoff.begin(&wait.key, wait.flags.recursive).await;
        let waited = match (self.discover(look_ups).await, fault) {
            (Ok(()), None) => self.backend.wait(wait, chain, &entry).await,
            (Ok(()), Some(fault)) => failed_wait(wait, &entry, fault.error(false)),
            (Err(error), _) => Waited::refused(error),
        };
        let Waited { ended, position } = waited;
        let has_event = ended.result.is_ok() && ended.continuation.next_index.is_some();
        match has_event {
            true => self.backoff.note_event(poll),
            false => self.backoff.note_failure(poll),
        }
        if ended.continuation.next_index.is_none() {
            self.hand_over(wait, chain, entry, position);
        }
        ended
    }

    /// The start index of a watch, as the body of the outcome. The body is `null` for an answer that is not etcd's, and missing
    /// for an answer of etcd without an index. A write that was called later and has overtaken the read lowers the index.
    pub(super) async fn start_index(
        self: &Arc<Self>,
        wait: &Wait,
        chain: Option<Chain>,
        entry: Entry,
        look_ups: Option<usize>,
        fault: Option<Fault>,
    ) -> Result<Outcome, Error> {
        let poll = self.backoff.begin(&wait.key, wait.flags.recursive).await;
        let found = match (self.discover(look_ups).await, fault) {
            (Ok(()), None) => self.backend.store_index(wait).await,
            (Ok(()), Some(fault)) => Err(fault.error(false)),
            (Err(error), _) => Err(error),
        };
        if let Ok(StoreIndex::Known(index, origin)) = found {
            let next = index.saturating_add(1);
            let from = entry.overtaken().map_or(next, |lower| lower.min(next));
            self.registrations.hand_over_start(entry, chain, from);
            return Ok(outcome(Some(from.to_string()), origin));
        }
        self.backoff.note_failure(poll);
        self.hand_over(wait, chain, entry, None);
        found.map(|found| match found {
            StoreIndex::Foreign(origin) => outcome(Some("null".to_owned()), origin),
            StoreIndex::Known(_, origin) | StoreIndex::Missing(origin) => outcome(None, origin),
        })
    }

    /// A read that a watch makes in place of a poll: it backs off like a poll.
    pub(super) async fn get_as_poll(&self, get: Get) -> Result<Outcome, Error> {
        let poll = self.backoff.begin(&get.key, get.flags.recursive).await;
        let result = self.backend.call(&Request::Get(get)).await;
        if result.is_err() {
            self.backoff.note_failure(poll);
        }
        result
    }

    /// Keeps the registration of a wait without an index for the next wait of its chain.
    fn hand_over(&self, wait: &Wait, chain: Option<Chain>, entry: Entry, position: Option<u64>) {
        if wait.is_open() {
            self.registrations.hand_over(entry, chain, position);
        }
    }
}

fn outcome(body: Option<String>, origin: Origin) -> Outcome {
    Outcome { body, origin }
}
