//! Keeps a wait ahead of the writes that are called after it on the same client.
//!
//! A wait and a write go to the servers on two connections. If the write is faster, the wait is registered after the event for
//! which it was called. So a write waits until the earlier waits that concern its key are registered. It waits for
//! [`PATIENCE`] at most: a host that does not answer must not delay writes to other hosts. A write that overtakes a wait tells
//! the wait its index, and the wait looks from that index.
//!
//! A wait with an index is registered here too: if etcd's history no longer reaches back to that index, the wait must not go on
//! behind the write.
//!
//! ```text
//! entered ──the server has registered the wait──▶ settled: writes go at once
//!    │ PATIENCE is over
//!    ▼
//! overtaken: a write goes, and tells the wait its index
//! ```

use super::handover::Handovers;
use super::{Chain, Entry};
use crate::api::key::Key;
use crate::api::request::{Request, Wait};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// The time for which writes wait for the registration of a wait, from the call of the wait on.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) type ByKey = BTreeMap<String, VecDeque<Arc<Registration>>>;

/// The waits that are not registered yet, by key.
#[derive(Debug, Clone, Default)]
pub struct Registrations {
    pub(super) by_key: Arc<Mutex<ByKey>>,
    pub(super) handovers: Arc<Handovers>,
}

/// A wait that is not registered with a server yet.
#[derive(Debug)]
pub struct Registration {
    pub(super) key: String,
    pub(super) recursive: bool,
    /// The moment until which writes wait for the registration.
    deadline: Instant,
    pub(super) state: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State {
    /// The server has registered the wait, or the wait has ended.
    pub settled: bool,
    /// Writes do not wait for the registration. They still tell the wait that they have overtaken it.
    pub unawaited: bool,
    /// The lowest index of a write that has overtaken the wait.
    pub overtaken: Option<u64>,
}

impl Registrations {
    /// Enters a wait: from now on writes wait for its registration. A wait without an index takes over the registration of the
    /// wait before it in its chain.
    pub fn enter(&self, wait: &Wait, chain: Option<Chain>) -> Entry {
        let handed = chain.and_then(|chain| self.handovers.take(chain));
        if let Some(entry) = handed.filter(|entry| entry.follows_writes(wait)) {
            entry.resume();
            return entry;
        }
        let registration = Registration::new(wait.key.canonical(), wait.flags.recursive);
        Entry::new(registration, self.by_key.clone())
    }

    /// Keeps the registration of a wait that ended without an index for the next wait of its chain: that wait must see the
    /// writes that were called after the first one. `from` is the index at which it must begin, if that is known.
    pub fn hand_over(&self, mut entry: Entry, chain: Option<Chain>, from: Option<u64>) {
        let Some(chain) = chain else { return };
        if let Some(from) = from {
            entry.overtaken_at(from);
        }
        if entry.overtaken().is_none() && entry.group().is_none() {
            entry.join(self.handovers.group(&entry));
        }
        entry.retire();
        self.handovers.keep(chain, entry);
    }

    /// Keeps the registration of a watch that has found its start index for its first wait, if writes that have overtaken the
    /// watch are in flight: they may be applied before that index.
    pub fn hand_over_start(&self, mut entry: Entry, chain: Option<Chain>, from: u64) {
        entry.retire();
        entry.start_at(from);
        if let Some(chain) = chain.filter(|_| entry.is_held()) {
            self.handovers.keep(chain, entry);
        }
    }

    /// Tells waits that a write with this index has overtaken them. Later writes have higher indexes, so the waits are removed.
    pub fn overtaken(&self, waits: &[Arc<Registration>], index: u64) {
        for wait in waits {
            wait.overtaken_at(index);
            remove(&self.by_key, wait);
        }
    }

    /// The waits entered so far whose events a request may cause.
    pub fn concerned_by(&self, request: &Request) -> Vec<Arc<Registration>> {
        let by_key = lock(&self.by_key);
        if by_key.is_empty() {
            return Vec::new();
        }
        let written = request.written_key().map(Key::canonical);
        written
            .map(|key| concerned(&by_key, &key))
            .unwrap_or_default()
    }
}

pub(super) fn lock(by_key: &Mutex<ByKey>) -> MutexGuard<'_, ByKey> {
    by_key.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn remove(by_key: &Mutex<ByKey>, registration: &Arc<Registration>) {
    let mut by_key = lock(by_key);
    let Some(same) = by_key.get_mut(&registration.key) else {
        return;
    };
    // Servers register waits about in the order of their calls, so the registration is among the first.
    if let Some(at) = same
        .iter()
        .position(|other| Arc::ptr_eq(other, registration))
    {
        same.remove(at);
    }
    if same.is_empty() {
        by_key.remove(&registration.key);
    }
}

/// The waits for a key, the recursive waits for its directories, and the waits for keys below it.
fn concerned(by_key: &ByKey, key: &str) -> Vec<Arc<Registration>> {
    let mut found: Vec<Arc<Registration>> = Vec::new();
    if let Some(same) = by_key.get(key) {
        found.extend(same.iter().cloned());
    }
    let slashes = key.match_indices('/').map(|(at, _)| &key[..at]);
    let above = slashes.chain((!key.is_empty()).then_some(""));
    for waits in above.filter_map(|directory| by_key.get(directory)) {
        found.extend(waits.iter().filter(|wait| wait.recursive).cloned());
    }
    let prefix = if key.is_empty() {
        String::new()
    } else {
        format!("{key}/")
    };
    let below = by_key
        .range(prefix.clone()..)
        .take_while(|(other, _)| other.starts_with(&prefix));
    for (_, waits) in below.filter(|(other, _)| *other != key) {
        found.extend(waits.iter().cloned());
    }
    found
}

/// Waits until the waits are registered, for [`PATIENCE`] at most. Returns the waits that are not registered yet.
pub async fn settled(mut waits: Vec<Arc<Registration>>) -> Vec<Arc<Registration>> {
    for wait in &waits {
        let mut state = wait.state.subscribe();
        let settled = state.wait_for(|state| state.settled || state.unawaited);
        let _ = timeout_at(wait.deadline, settled).await;
    }
    waits.retain(|wait| !wait.state.borrow().settled);
    waits
}

impl Registration {
    pub(super) fn new(key: String, recursive: bool) -> Arc<Self> {
        Arc::new(Registration {
            key,
            recursive,
            deadline: Instant::now() + PATIENCE,
            state: watch::Sender::default(),
        })
    }

    /// Tells the wait that a write was applied at this index before the wait was registered.
    pub(super) fn overtaken_at(&self, index: u64) {
        self.state.send_modify(|state| {
            state.overtaken = Some(state.overtaken.map_or(index, |lowest| lowest.min(index)));
        });
    }

    /// The lowest index of a write that has overtaken the wait, unless the wait looks from a later one.
    pub(super) fn overtaken(&self) -> Option<u64> {
        self.state.borrow().overtaken
    }

    pub(super) fn set_unawaited(&self, unawaited: bool) {
        self.state.send_if_modified(|state| {
            let was = std::mem::replace(&mut state.unawaited, unawaited);
            was != unawaited
        });
    }
}

#[cfg(test)]
mod tests;
