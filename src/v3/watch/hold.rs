//! A wait's hold on its watch. Dropping it cancels the watch at the server.

use super::WatchChannel;
use super::parked::ParkedWatch;
use super::reads::AHEAD;
use super::shared::Shared;
use super::watch_state::{News, Phase};
use super::watches::WatchKey;
use crate::task::task;
use crate::v3::events::Target;
use crate::waits::Chain;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use tokio::time::Instant;

/// A wait's hold on its watch.
pub struct Hold<C: WatchChannel> {
    shared: Arc<Shared<C>>,
    key: WatchKey,
    is_parked: bool,
}

impl<C: WatchChannel> Hold<C> {
    /// Enters a watch from a revision, or for the next event.
    pub fn enter(shared: &Arc<Shared<C>>, target: &Target, from: Option<i64>) -> Self {
        let key = shared.change(|state| state.watches.enter(target.range(), from));
        Hold::of(shared, key)
    }

    fn of(shared: &Arc<Shared<C>>, key: WatchKey) -> Self {
        Hold {
            shared: shared.clone(),
            key,
            is_parked: false,
        }
    }

    /// Takes the watch that the wait before in the chain has left for this one, with the further events of its last revision.
    pub fn resume(
        shared: &Arc<Shared<C>>,
        chain: Chain,
        target: &Target,
        from: Option<i64>,
    ) -> Option<(Self, VecDeque<String>)> {
        let watch = shared.change(|state| state.parked.take(chain))?;
        let hold = watch.key.map(|key| Hold::of(shared, key));
        if watch.target != *target || Some(watch.next) != from {
            return None;
        }
        let hold = hold.unwrap_or_else(|| Hold::enter(shared, target, from));
        Some((hold, watch.rest))
    }

    /// Leaves the watch for the next wait of the chain.
    pub fn park(mut self, chain: Chain, target: Target, next: i64, rest: VecDeque<String>) {
        self.is_parked = true;
        let watch = ParkedWatch {
            key: Some(self.key),
            target,
            next,
            rest,
            since: Instant::now(),
        };
        self.shared.change(|state| {
            let left = state.parked.park(chain, watch);
            left.into_iter().for_each(|key| state.watches.leave(key));
        });
    }

    /// The next news of the watch.
    pub async fn news(&self) -> News {
        poll_fn(|context| {
            let poll = |state: &mut super::shared::State| state.watches.poll(self.key, context);
            self.shared.change(poll)
        })
        .await
    }

    /// Begins again from a revision.
    pub fn restart(&self, from: i64) {
        self.shared
            .change(|state| state.watches.restart(self.key, from));
    }

    /// The first revision that the wait has not taken yet.
    pub fn position(&self) -> Option<i64> {
        let state = self.shared.state();
        state.watches.get(self.key)?.position()
    }

    /// Reads the records of the next revisions side by side, while this wait and the next ones of its chain take one at a time.
    pub fn read_ahead(&self) {
        let state = self.shared.state();
        let watch = state.watches.get(self.key);
        let queued = watch.map_or_else(Vec::new, |watch| watch.queued(AHEAD));
        drop(state);
        for revision in queued {
            if self.shared.reads.is_unread(revision) {
                let shared = self.shared.clone();
                tokio::spawn(task(async move {
                    // What fails is read again when its turn comes.
                    let _ = shared.reads.record(&shared.channel, revision).await;
                }));
            }
        }
    }

    /// Whether the server has not answered the create request.
    pub fn is_unanswered(&self) -> bool {
        let state = self.shared.state();
        let phase = state.watches.get(self.key).map(|watch| watch.phase);
        matches!(phase, Some(Phase::Creating(_)))
    }

    /// The server's revision when it registered the watch.
    pub fn registered(&self) -> Option<i64> {
        let state = self.shared.state();
        state.watches.get(self.key)?.registered
    }
}

impl<C: WatchChannel> Drop for Hold<C> {
    fn drop(&mut self) {
        if !self.is_parked {
            self.shared.leave(self.key);
        }
    }
}
