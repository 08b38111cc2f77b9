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

use crate::request::{Key, Request, Wait};
use std::collections::{BTreeMap, HashMap};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How long writes wait for a wait, counted from its call.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a registration is kept for the next wait of a chain.
const KEPT: Duration = Duration::from_secs(60);

type ByKey = BTreeMap<String, Vec<Arc<Registration>>>;

/// The waits that are not registered yet, by key.
#[derive(Debug, Clone, Default)]
pub struct Registrations {
    by_key: Arc<Mutex<ByKey>>,
    left: Arc<Mutex<Left>>,
}

/// Those that waits have left to the next one of their chain, and since when.
#[derive(Debug, Default)]
struct Left {
    by_chain: HashMap<u64, (Entry, Instant)>,
    /// When they were last looked through for old ones: not at each, as thousands of waits may fail at once.
    looked_through: Option<Instant>,
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
    /// Left to the next wait of the chain: writes do not wait for that.
    left: bool,
    /// The lowest index at which a write that has overtaken the wait was applied.
    overtaken: Option<u64>,
}

/// The wait's own hold on its registration; dropped, it lets the writes go.
#[derive(Debug)]
pub struct Entry {
    registration: Arc<Registration>,
    by_key: Arc<Mutex<ByKey>>,
}

impl Registrations {
    /// Enters a wait: from now on writes wait for it. One without an index takes over what the one before it has left.
    pub fn enter(&self, wait: &Wait) -> Entry {
        if let Some(entry) = self.take(wait) {
            return entry;
        }
        let registration = Arc::new(Registration {
            key: wait.key.canonical(),
            recursive: wait.flags.recursive,
            deadline: Instant::now() + PATIENCE,
            state: watch::Sender::default(),
        });
        let key = registration.key.clone();
        self.by_key()
            .entry(key)
            .or_default()
            .push(registration.clone());
        Entry {
            registration,
            by_key: self.by_key.clone(),
        }
    }

    /// Keeps the registration of a wait that ended without an index for the next one of its chain: writes that were
    /// called after the first of them are still to be seen. `from` is where the next one must begin, if that is known.
    pub fn leave(&self, entry: Entry, wait: &Wait, from: Option<u64>) {
        let Some(chain) = wait.chain else { return };
        entry.registration.state.send_modify(|state| {
            state.left = true;
            state.overtaken = state.overtaken.into_iter().chain(from).min();
        });
        self.left().insert(chain, entry, Instant::now());
    }

    fn take(&self, wait: &Wait) -> Option<Entry> {
        let chain = wait.chain.filter(|_| wait.is_open())?;
        let (entry, _) = self.left().by_chain.remove(&chain)?;
        let state = &entry.registration.state;
        state.send_modify(|state| state.left = false);
        Some(entry)
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The waits entered so far that an operation may concern.
    pub fn concerned_by(&self, request: &Request) -> Vec<Arc<Registration>> {
        let by_key = self.by_key();
        if by_key.is_empty() {
            return Vec::new();
        }
        let written = request.written_key().map(Key::canonical);
        written
            .map(|key| concerned(&by_key, &key))
            .unwrap_or_default()
    }

    fn by_key(&self) -> MutexGuard<'_, ByKey> {
        lock(&self.by_key)
    }
}

impl Left {
    fn insert(&mut self, chain: u64, entry: Entry, now: Instant) {
        let is_due = self.looked_through.is_none_or(|at| now - at >= KEPT);
        if is_due {
            self.by_chain.retain(|_, (_, since)| now - *since < KEPT);
            self.looked_through = Some(now);
        }
        self.by_chain.insert(chain, (entry, now));
    }
}

fn lock(by_key: &Mutex<ByKey>) -> MutexGuard<'_, ByKey> {
    by_key.lock().unwrap_or_else(PoisonError::into_inner)
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
        let settled = state.wait_for(|state| state.settled || state.left);
        // One that is late is among those that are returned.
        let _ = timeout_at(wait.deadline, settled).await;
    }
    waits.retain(|wait| !wait.state.borrow().settled);
    waits
}

impl Registration {
    /// Tells the wait that a write was applied at this index before the wait was registered.
    pub fn overtaken_at(&self, index: u64) {
        self.state.send_modify(|state| {
            state.overtaken = Some(state.overtaken.map_or(index, |lowest| lowest.min(index)));
        });
    }
}

impl Entry {
    /// The wait is registered: the writes may go.
    pub fn settle(&self) {
        if self.registration.state.borrow().settled {
            return;
        }
        self.registration
            .state
            .send_modify(|state| state.settled = true);
        let key = &self.registration.key;
        let mut by_key = lock(&self.by_key);
        if let Some(same) = by_key.get_mut(key) {
            same.retain(|other| !Arc::ptr_eq(other, &self.registration));
            if same.is_empty() {
                by_key.remove(key);
            }
        }
    }

    /// The lowest index at which a write has overtaken the wait.
    pub fn overtaken(&self) -> Option<u64> {
        self.registration.state.borrow().overtaken
    }

    /// The wait looks from this index on: a write that has overtaken it before was no event of its key.
    pub fn moved_on(&self, from: u64) {
        let overtook = |index: &u64| *index >= from;
        self.registration
            .state
            .send_modify(|state| state.overtaken = state.overtaken.filter(overtook));
    }

    /// The index at which a write has overtaken a wait that looks from this index on; until then it waits.
    pub async fn overtaken_before(&self, from: Option<u64>) -> u64 {
        let mut state = self.registration.state.subscribe();
        let is_missed = |state: &State| state.overtaken.is_some() && state.overtaken < from;
        match state
            .wait_for(is_missed)
            .await
            .ok()
            .and_then(|state| state.overtaken)
        {
            Some(index) => index,
            None => pending().await,
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.settle();
    }
}

#[cfg(test)]
mod tests;
