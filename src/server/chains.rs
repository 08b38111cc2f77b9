//! The chains of waits that clients make of single requests: a wait that brought an event, and the next one, from the index behind it.
//!
//! Knows nothing of the watches that the client of the store keeps for its chains.

use crate::api::request::Wait;
use crate::client::Chain;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The client of the store numbers its own chains below.
const FIRST: Chain = 1 << 32;

/// The time for which a chain is kept: that for which the client keeps the watch of a chain.
const KEPT: Duration = Duration::from_secs(10);

/// At most this many chains are kept.
const MOST: usize = 16_384;

/// What a wait looks at, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position {
    key: String,
    is_recursive: bool,
    from: u64,
}

impl Position {
    /// That of a wait from an index.
    pub fn of(wait: &Wait, from: u64) -> Self {
        Position {
            key: wait.key.canonical(),
            is_recursive: wait.flags.recursive,
            from,
        }
    }
}

/// The chains whose last wait has brought its event.
#[derive(Debug, Default)]
pub struct Chains {
    begun: AtomicU64,
    left: Mutex<HashMap<Position, Vec<(Chain, Instant)>>>,
}

impl Chains {
    /// A new chain.
    pub fn begin(&self) -> Chain {
        FIRST + self.begun.fetch_add(1, Ordering::Relaxed)
    }

    /// Leaves a chain for the next wait from this position. Several clients may be at the same one.
    pub fn leave(&self, position: Position, chain: Chain) {
        let now = Instant::now();
        let mut left = self.left();
        if left.len() >= MOST {
            forget(&mut left, now);
        }
        if left.len() < MOST {
            left.entry(position).or_default().push((chain, now));
        }
    }

    /// Takes a chain that was left at this position.
    pub fn take(&self, position: &Position) -> Option<Chain> {
        let mut left = self.left();
        let chains = left.get_mut(position)?;
        let last = chains.pop();
        if chains.is_empty() {
            left.remove(position);
        }
        let (chain, since) = last?;
        (since.elapsed() < KEPT).then_some(chain)
    }

    fn left(&self) -> MutexGuard<'_, HashMap<Position, Vec<(Chain, Instant)>>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the chains that were left long ago.
fn forget(left: &mut HashMap<Position, Vec<(Chain, Instant)>>, now: Instant) {
    left.retain(|_, chains| {
        chains.retain(|(_, since)| now.duration_since(*since) < KEPT);
        !chains.is_empty()
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::key::Key;
    use crate::api::request::Flags;

    fn at(key: &str, recursive: bool, from: u64) -> Position {
        let key = Key::strict(key);
        let flags = Flags {
            recursive,
            ..Flags::default()
        };
        let index = None;
        Position::of(&Wait { key, flags, index }, from)
    }

    #[tokio::test(start_paused = true)]
    async fn a_chain_goes_on_once_where_it_was_left_and_not_for_ever() {
        let chains = Chains::default();
        let [one, two] = [chains.begin(), chains.begin()];
        assert_ne!(one, two);
        chains.leave(at("/a", true, 5), one);
        chains.leave(at("/a", true, 5), two);
        for other in [at("/a", true, 6), at("/a", false, 5), at("/b", true, 5)] {
            assert_eq!(chains.take(&other), None);
        }
        assert_eq!(chains.take(&at("/a", true, 5)), Some(two));
        assert_eq!(chains.take(&at("/a", true, 5)), Some(one));
        assert_eq!(chains.take(&at("/a", true, 5)), None);
        chains.leave(at("/a", true, 5), one);
        tokio::time::advance(KEPT).await;
        assert_eq!(chains.take(&at("/a", true, 5)), None);
        assert!(chains.left().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_chains_are_kept() {
        let chains = Chains::default();
        for from in 1..=MOST as u64 + 1 {
            chains.leave(at("/a", true, from), chains.begin());
        }
        assert_eq!(chains.left().len(), MOST);
        tokio::time::advance(KEPT).await;
        chains.leave(at("/a", true, 1), chains.begin());
        assert_eq!(chains.left().len(), 1);
    }
}
