//! Keeps the registrations of waits that ended without an index for the next waits of their chains.
//!
//! A caller may never continue a chain, so the registrations are bounded and expire. A write must not walk all of them: the
//! waits for one key that no write has overtaken share one registration, their group. A write that overtakes a group closes
//! it: later writes have higher indexes, and tell the waits of the group nothing new.

use super::{Chain, Entry, sweep_every};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// The time for which a registration is kept for the next wait of its chain.
const KEPT: Duration = Duration::from_secs(60);

/// The interval at which expired registrations are dropped.
const SWEPT: Duration = Duration::from_secs(10);

/// At most this many registrations are kept. Beyond that, the oldest are dropped.
const MOST: usize = 16_384;

/// The registrations that wait for the next waits of their chains.
#[derive(Debug, Default)]
pub struct Handovers(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// In the order in which they were handed over.
    in_order: BTreeMap<u64, Kept>,
    /// The place of each chain in that order.
    by_chain: HashMap<Chain, u64>,
    last: u64,
    /// The groups, by key and whether they are recursive.
    groups: HashMap<(String, bool), Weak<Entry>>,
    /// Whether a task is running that drops expired registrations.
    is_swept: bool,
}

#[derive(Debug)]
struct Kept {
    chain: Chain,
    since: Instant,
    entry: Entry,
}

impl Handovers {
    /// Keeps an entry for the next wait of a chain.
    pub fn keep(self: &Arc<Self>, chain: Chain, entry: Entry) {
        let since = Instant::now();
        let mut state = self.state();
        let replaced = state.insert(Kept {
            chain,
            since,
            entry,
        });
        let is_due = !std::mem::replace(&mut state.is_swept, true);
        drop(state);
        // Dropped after the state is unlocked: dropping an entry takes other locks.
        drop(replaced);
        if is_due {
            sweep_every(SWEPT, self, Handovers::drop_expired);
        }
    }

    /// Takes the entry of a chain.
    pub fn take(&self, chain: Chain) -> Option<Entry> {
        self.state().take(chain)
    }

    /// The open group that a wait joins when its registration is handed over. No write has overtaken the group.
    pub fn group(&self, entry: &Entry) -> Arc<Entry> {
        let registration = &entry.registration;
        let key = (registration.key.clone(), registration.recursive);
        let mut state = self.state();
        let group = state.groups.get(&key).and_then(Weak::upgrade);
        if let Some(group) = group.filter(|group| group.overtaken().is_none()) {
            return group;
        }
        let group = Arc::new(entry.new_group());
        state.groups.insert(key, Arc::downgrade(&group));
        if state.groups.len() > 2 * MOST {
            state.drop_groups();
        }
        group
    }

    /// False if no registration is left.
    fn drop_expired(&self) -> bool {
        let mut state = self.state();
        let expired = state.expired();
        state.drop_groups();
        state.is_swept = !state.in_order.is_empty() || !state.groups.is_empty();
        if !state.is_swept {
            *state = State::default();
        }
        let is_swept = state.is_swept;
        drop(state);
        drop(expired);
        is_swept
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns the entries that it replaces or displaces.
    fn insert(&mut self, kept: Kept) -> [Option<Entry>; 2] {
        let replaced = self.take(kept.chain);
        self.last += 1;
        self.by_chain.insert(kept.chain, self.last);
        self.in_order.insert(self.last, kept);
        let is_full = self.in_order.len() > MOST;
        [replaced, is_full.then(|| self.take_first()).flatten()]
    }

    fn take(&mut self, chain: Chain) -> Option<Entry> {
        let at = self.by_chain.remove(&chain)?;
        self.in_order.remove(&at).map(|kept| kept.entry)
    }

    fn take_first(&mut self) -> Option<Entry> {
        let (_, kept) = self.in_order.pop_first()?;
        self.by_chain.remove(&kept.chain);
        Some(kept.entry)
    }

    fn expired(&mut self) -> Vec<Entry> {
        let mut expired = Vec::new();
        while let Some((_, first)) = self.in_order.first_key_value() {
            if first.since.elapsed() < KEPT {
                break;
            }
            expired.extend(self.take_first());
        }
        expired
    }

    fn drop_groups(&mut self) {
        self.groups.retain(|_, group| group.strong_count() > 0);
    }
}

#[cfg(test)]
mod tests;
