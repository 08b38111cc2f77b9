//! Keeps a wait ahead of the writes that are called after it on the same client.
//!
//! A wait and a write go to servers on two connections, and the write may win: the wait would be
//! registered after the event it is for. So a write waits for the waits before it that concern its key
//! and are not registered yet. It does not wait for long: a host that does not answer must not hold up
//! the writes to the others. A write that overtakes a wait tells it the index at which it was applied,
//! and the wait looks from there.
//!
//! That holds for a wait with an index too: etcd's history may have lost it, and where the wait goes on then
//! must not be behind the write.

mod entry;
mod left;

use crate::api::key::Key;
use crate::api::request::{Request, Wait};
pub use entry::Entry;
use left::Left;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How long writes wait for a wait, counted from its call.
const PATIENCE: Duration = Duration::from_secs(1);

type ByKey = BTreeMap<String, VecDeque<Arc<Registration>>>;

/// The waits that are not registered yet, by key.
#[derive(Debug, Clone, Default)]
pub struct Registrations {
    by_key: Arc<Mutex<ByKey>>,
    left: Arc<Left>,
}

/// A wait that is not registered with a server yet.
#[derive(Debug)]
pub struct Registration {
    key: String,
    recursive: bool,
    /// Until when writes wait for it.
    deadline: Instant,
    state: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// Registered with a server, or given up.
    settled: bool,
    /// Writes do not wait for it, and still tell it that they have overtaken it.
    unawaited: bool,
    /// The lowest index at which a write that has overtaken the wait was applied.
    overtaken: Option<u64>,
}

impl Registrations {
    /// Enters a wait: from now on writes wait for it. One without an index takes over what the one before it has left.
    pub fn enter(&self, wait: &Wait) -> Entry {
        let left = wait.chain.and_then(|chain| self.left.take(chain));
        if let Some(entry) = left.filter(|entry| entry.looks_back(wait)) {
            entry.come_back();
            return entry;
        }
        let registration = Registration::new(wait.key.canonical(), wait.flags.recursive);
        Entry::new(registration, self.by_key.clone())
    }

    /// Keeps the registration of a wait that ended without an index for the next one of its chain: writes that were
    /// called after the first of them are still to be seen. `from` is where the next one must begin, if that is known.
    pub fn leave(&self, mut entry: Entry, wait: &Wait, from: Option<u64>) {
        let Some(chain) = wait.chain else { return };
        if let Some(from) = from {
            entry.overtaken_at(from);
        }
        if entry.overtaken().is_none() && entry.group().is_none() {
            entry.join(self.left.group(&entry));
        }
        entry.retire();
        self.left.insert(chain, entry);
    }

    /// Keeps the registration of a watch that has found where it begins, for its first wait, if writes that have overtaken
    /// it are in flight: they may have been applied before that index.
    pub fn start(&self, mut entry: Entry, wait: &Wait, from: u64) {
        entry.retire();
        entry.start_at(from);
        if let Some(chain) = wait.chain.filter(|_| entry.is_held()) {
            self.left.insert(chain, entry);
        }
    }

    /// A write has overtaken waits: it was applied at this index. Those that are called later have higher indexes, and
    /// need not know of the waits.
    pub fn overtaken(&self, waits: &[Arc<Registration>], index: u64) {
        for wait in waits {
            wait.overtaken_at(index);
            remove(&self.by_key, wait);
        }
    }

    /// The waits entered so far that an operation may concern.
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

fn lock(by_key: &Mutex<ByKey>) -> MutexGuard<'_, ByKey> {
    by_key.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remove(by_key: &Mutex<ByKey>, registration: &Arc<Registration>) {
    let mut by_key = lock(by_key);
    let Some(same) = by_key.get_mut(&registration.key) else {
        return;
    };
    // Waits are registered about in the order of their calls: it is among the first.
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

/// The waits for a key, for all that is below one of its directories, and for keys below it.
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

/// Waits until the waits are registered, or for as long as writes wait for each of them.
/// Returns those that are not registered yet.
pub async fn settled(mut waits: Vec<Arc<Registration>>) -> Vec<Arc<Registration>> {
    for wait in &waits {
        let mut state = wait.state.subscribe();
        let settled = state.wait_for(|state| state.settled || state.unawaited);
        // One that is late is among those that are returned.
        let _ = timeout_at(wait.deadline, settled).await;
    }
    waits.retain(|wait| !wait.state.borrow().settled);
    waits
}

impl Registration {
    fn new(key: String, recursive: bool) -> Arc<Self> {
        Arc::new(Registration {
            key,
            recursive,
            deadline: Instant::now() + PATIENCE,
            state: watch::Sender::default(),
        })
    }

    /// Tells the wait that a write was applied at this index before the wait was registered.
    fn overtaken_at(&self, index: u64) {
        self.state.send_modify(|state| {
            state.overtaken = Some(state.overtaken.map_or(index, |lowest| lowest.min(index)));
        });
    }

    /// The lowest index at which a write has overtaken it, unless the wait has moved on past that.
    fn overtaken(&self) -> Option<u64> {
        self.state.borrow().overtaken
    }

    fn set_unawaited(&self, unawaited: bool) {
        self.state.send_if_modified(|state| {
            let was = std::mem::replace(&mut state.unawaited, unawaited);
            was != unawaited
        });
    }
}

#[cfg(test)]
mod tests;
