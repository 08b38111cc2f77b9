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
//!
//! A wait that fails before it is registered leaves all that to the one that goes on for it: what `next` calls, or the
//! caller.

use crate::request::{Key, Request, Wait};
use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// How long writes wait for a wait, counted from its call.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a wait that has failed is remembered for the one that goes on for it.
const REMEMBERED: Duration = Duration::from_secs(30);

type ByKey = BTreeMap<String, Vec<Arc<Registration>>>;

/// The waits that are not registered yet.
#[derive(Debug, Clone, Default)]
pub struct Registrations(Arc<Mutex<All>>);

#[derive(Debug, Default)]
struct All {
    by_key: ByKey,
    /// Those of them that have failed, the oldest first.
    failed: VecDeque<Arc<Registration>>,
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
    /// The lowest index at which a write that has overtaken the wait was applied.
    overtaken: Option<u64>,
    /// The wait has failed, and another one may go on for it.
    heir: Option<Heir>,
}

/// What a wait that goes on for another one is told by.
#[derive(Debug, Clone, Copy)]
struct Heir {
    /// The index that it looks from; none if it has none.
    index: Option<u64>,
    until: Instant,
}

/// The wait's own hold on its registration; dropped, it lets the writes go.
#[derive(Debug)]
pub struct Entry {
    registration: Arc<Registration>,
    all: Registrations,
}

impl Registrations {
    /// Enters a wait: from now on writes wait for it. Where it goes on for one that has failed, it takes its place.
    pub fn enter(&self, wait: &Wait) -> Entry {
        let key = wait.key.canonical();
        let mut all = self.all();
        let registration = all.inherited(&key, wait).unwrap_or_else(|| {
            let registration = Arc::new(Registration::new(key.clone(), wait.flags.recursive));
            let same = all.by_key.entry(key).or_default();
            same.push(registration.clone());
            registration
        });
        drop(all);
        Entry {
            registration,
            all: self.clone(),
        }
    }

    /// The waits entered so far that an operation may concern.
    pub fn concerned_by(&self, request: &Request) -> Vec<Arc<Registration>> {
        let all = self.all();
        if all.by_key.is_empty() {
            return Vec::new();
        }
        let written = request.written_key().map(Key::canonical);
        written
            .map(|key| concerned(&all.by_key, &key))
            .unwrap_or_default()
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// The registration of a failed wait for which this one goes on.
    fn inherited(&mut self, key: &str, wait: &Wait) -> Option<Arc<Registration>> {
        if self.failed.is_empty() {
            return None;
        }
        self.forget_old();
        let mut same = self.by_key.get(key)?.iter();
        let registration = same.find(|other| other.is_passed_on_to(wait))?;
        registration.state.send_modify(|state| state.heir = None);
        Some(registration.clone())
    }

    /// Forgets those that have failed long ago, and those for which others have gone on.
    fn forget_old(&mut self) {
        let now = Instant::now();
        while let Some(oldest) = self.failed.front() {
            match oldest.heir() {
                Some(heir) if now < heir.until => return,
                Some(_) => self.remove(&oldest.clone()),
                None => {}
            }
            self.failed.pop_front();
        }
    }

    fn remove(&mut self, registration: &Arc<Registration>) {
        if let Some(same) = self.by_key.get_mut(&registration.key) {
            same.retain(|other| !Arc::ptr_eq(other, registration));
            if same.is_empty() {
                self.by_key.remove(&registration.key);
            }
        }
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
        let settled = state.wait_for(|state| state.settled);
        // One that is late is among those that are returned.
        let _ = timeout_at(wait.deadline, settled).await;
    }
    waits.retain(|wait| !wait.state.borrow().settled);
    waits
}

impl Registration {
    fn new(key: String, recursive: bool) -> Self {
        Registration {
            key,
            recursive,
            deadline: Instant::now() + PATIENCE,
            state: watch::Sender::default(),
        }
    }

    fn heir(&self) -> Option<Heir> {
        self.state.borrow().heir
    }

    fn is_passed_on_to(&self, wait: &Wait) -> bool {
        let index = match wait.is_open() {
            true => None,
            false => wait.index.as_deref().and_then(|index| index.parse().ok()),
        };
        let is_it = |heir: Heir| heir.index == index;
        self.recursive == wait.flags.recursive && self.heir().is_some_and(is_it)
    }

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
        self.all.all().remove(&self.registration);
    }

    /// The wait has failed. If it was not registered, the one that goes on for it, from this index, takes its place.
    pub fn pass_on(&self, index: Option<u64>) {
        if self.registration.state.borrow().settled {
            return;
        }
        let until = Instant::now() + REMEMBERED;
        let heir = Some(Heir { index, until });
        self.registration
            .state
            .send_modify(|state| state.heir = heir);
        let mut all = self.all.all();
        all.forget_old();
        all.failed.push_back(self.registration.clone());
    }

    /// The lowest index at which a write has overtaken the wait.
    pub fn overtaken(&self) -> Option<u64> {
        self.registration.state.borrow().overtaken
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
        if self.registration.heir().is_none() {
            self.settle();
        }
    }
}

#[cfg(test)]
mod tests;
