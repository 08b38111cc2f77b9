//! Watches that stay open between two waits of a chain: the next wait needs no new watch, and misses no event of a
//! transaction that wrote several keys.

use super::watches::WatchKey;
use crate::v3::events::Target;
use crate::waits::Chain;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// The time for which a watch stays open for the next wait of its chain.
const KEPT: Duration = Duration::from_secs(10);

/// The time for which it stays open if the revision has more events. The next wait cannot get these events again.
const KEPT_WITH_REST: Duration = Duration::from_secs(600);

/// At most this many watches are kept.
const MOST: usize = 16_384;

/// The watches of ended waits, by chain.
#[derive(Debug, Default)]
pub struct Parked {
    by_chain: HashMap<Chain, ParkedWatch>,
}

/// The watch of an ended wait.
#[derive(Debug)]
pub struct ParkedWatch {
    /// `None` after the streams have failed.
    pub key: Option<WatchKey>,
    pub target: Target,
    /// The index from which the next wait of the chain must look.
    pub next: i64,
    /// The further events of the last revision.
    pub rest: VecDeque<String>,
    pub since: Instant,
}

impl ParkedWatch {
    fn is_kept(&self) -> bool {
        let kept = if self.rest.is_empty() {
            KEPT
        } else {
            KEPT_WITH_REST
        };
        self.since.elapsed() < kept
    }
}

impl Parked {
    /// Keeps a watch. Returns the watches that are not kept instead.
    #[must_use]
    pub fn park(&mut self, chain: Chain, watch: ParkedWatch) -> Vec<WatchKey> {
        if self.by_chain.len() >= MOST {
            return watch.key.into_iter().collect();
        }
        let replaced = self.by_chain.insert(chain, watch);
        replaced.and_then(|watch| watch.key).into_iter().collect()
    }

    /// Takes the watch of a chain.
    pub fn take(&mut self, chain: Chain) -> Option<ParkedWatch> {
        self.by_chain.remove(&chain)
    }

    /// The watches that were kept for long enough. They are forgotten.
    #[must_use]
    pub fn expired(&mut self) -> Vec<WatchKey> {
        let mut expired = Vec::new();
        self.by_chain.retain(|_, watch| {
            let is_kept = watch.is_kept();
            expired.extend(watch.key.filter(|_| !is_kept));
            is_kept
        });
        expired
    }

    /// All watches, after the streams have failed. Only the further events of revisions are kept.
    #[must_use]
    pub fn give_up(&mut self) -> Vec<WatchKey> {
        let keys = self
            .by_chain
            .values_mut()
            .filter_map(|watch| watch.key.take());
        let keys = keys.collect();
        self.by_chain.retain(|_, watch| !watch.rest.is_empty());
        keys
    }
}
