//! The waits of a client over v3.

use super::WatchChannel;
use super::following::Following;
use super::outcomes::{Start, Stop, cleared};
use super::shared::Shared;
use crate::api::error::Error;
use crate::api::outcome::{Ended, Origin};
use crate::api::parameters::judge_parameters;
use crate::api::request::Wait;
use crate::v3::events::Target;
use crate::v3::pb;
use crate::v3::v2_error::refused;
use crate::waits::continuation::{self, next_index};
use crate::waits::{Chain, Entry, Position, StoreIndex, Waited};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The waits of a client: one watch stream for all of them.
pub struct Hub<C: WatchChannel> {
    shared: Arc<Shared<C>>,
}

impl<C: WatchChannel> Hub<C> {
    /// No stream is open yet. `timeout` bounds each attempt of a wait, `limit` the bytes of the events of a revision.
    pub fn new(channel: C, timeout: Option<Duration>, limit: usize) -> Self {
        Hub {
            shared: Arc::new(Shared::new(channel, timeout, limit)),
        }
    }

    /// Waits for an event. `attempts`: the number of hosts, and one more. An idle wait ends after as many timeouts (point 32 of
    /// docs/compatibility.md).
    pub async fn wait(
        &self,
        wait: &Wait,
        chain: Option<Chain>,
        attempts: usize,
        entry: &Entry,
    ) -> Waited {
        self.shared.attempts.store(attempts, Ordering::Relaxed);
        let start = match start(wait, entry) {
            Ok(start) => start,
            Err(error) => return Waited::refused(error),
        };
        let mut following = Following::begin(&self.shared, wait, entry, chain, start, attempts);
        match following.run().await {
            Ok(found) => {
                let position = Some(found.revision);
                let ended = continuation::of_answer(found.outcome, position);
                following.park(ended.continuation.next_index);
                Waited { ended, position }
            }
            Err(stop) => {
                let position = following.position();
                let is_idle = matches!(*stop, Stop::Idle(_));
                let ended = stopped(wait, entry, position, *stop);
                let next = ended.continuation.next_index;
                following.park(next.filter(|_| is_idle && next == position));
                Waited { ended, position }
            }
        }
    }

    /// Reads the store's revision, for a caller that may read the key of a wait.
    ///
    /// # Errors
    /// If no host answers, or the caller may not read the key.
    pub async fn store_index(&self, wait: &Wait) -> Result<StoreIndex, Error> {
        wait.key.parts()?;
        let request = pb::RangeRequest {
            key: Target::new(wait, false).key(),
            count_only: true,
            ..pb::RangeRequest::default()
        };
        let response = self.shared.channel.range(request).await?;
        let revision = response.header.map_or(0, |header| header.revision);
        let index = u64::try_from(revision).unwrap_or_default();
        let origin = Origin {
            status: 200,
            index: Some(index),
            endpoint: self.shared.endpoint().to_string(),
            attempts: Vec::new(),
        };
        Ok(StoreIndex::Known(index, origin))
    }

    /// Ends the stream.
    pub fn stop(&self) {
        self.shared.stop();
    }
}

impl<C: WatchChannel> Drop for Hub<C> {
    fn drop(&mut self) {
        self.stop();
    }
}

impl<C: WatchChannel> fmt::Debug for Hub<C> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Hub").finish_non_exhaustive()
    }
}

/// What a wait looks at, and from where. etcd's judgement of the parameters is made here: the server does not see them.
fn start(wait: &Wait, entry: &Entry) -> Result<Start, Error> {
    wait.key.parts()?;
    let mut parameters = wait.parameters(wait.index.as_deref());
    parameters.0.extend(wait.key.parameters().0);
    let judged = judge_parameters(true, &parameters).map_err(|reason| refused(&reason))?;
    let index = match Position::of(wait, entry) {
        Position::From(index) => index,
        Position::Next | Position::Given(_) => judged.wait_index,
    };
    Ok(Start {
        target: Target::new(wait, judged.recursive),
        // Index 0 stands for the next event.
        from: (index > 0).then(|| i64::try_from(index).unwrap_or(i64::MAX)),
    })
}

/// How a chain goes on after a wait without an event.
fn stopped(wait: &Wait, entry: &Entry, position: Option<u64>, stop: Stop) -> Ended {
    match stop {
        Stop::GoneBack(revision) => {
            let next = u64::try_from(revision)
                .unwrap_or_default()
                .saturating_add(1);
            let from = position.and_then(|from| i64::try_from(from).ok());
            continuation::of_gap(cleared(revision, from, revision), position, next)
        }
        // etcd still has the events from the first revision on.
        Stop::Compacted(first, error) => {
            let next = u64::try_from(first).unwrap_or_default();
            continuation::of_gap(error, position, next)
        }
        Stop::Failed(error) | Stop::Idle(error) => {
            let next = next_index(wait, position, entry, &error);
            continuation::of_error(wait, position, next, error)
        }
    }
}
