//! A wait's hold on its registration.

use super::registrations::{ByKey, Registration, State, lock, remove};
use crate::api::request::Wait;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A wait's hold on its registration. Dropping it settles the registration, so that no write waits for it.
#[derive(Debug)]
pub struct Entry {
    pub(super) registration: Arc<Registration>,
    by_key: Arc<Mutex<ByKey>>,
    /// Boxed, because few waits inherit anything.
    inherited: Option<Box<Inherited>>,
    /// The wait has seen that no write below this index was an event of its key.
    seen_up_to: AtomicU64,
}

/// Resolves with the index of a write that has overtaken a wait.
type Overtaking<'a> = Pin<Box<dyn Future<Output = u64> + Send + 'a>>;

/// What a wait inherits from the waits before it in its chain.
#[derive(Debug, Default)]
struct Inherited {
    /// The group that the registration joined when it was handed over. Writes that were called meanwhile have told the group.
    group: Option<Arc<Entry>>,
    /// The start index of the watch.
    start: Option<u64>,
}

impl Entry {
    /// Enters a registration.
    pub(super) fn new(registration: Arc<Registration>, by_key: Arc<Mutex<ByKey>>) -> Self {
        let entry = Entry {
            registration,
            by_key,
            inherited: None,
            seen_up_to: AtomicU64::new(0),
        };
        entry.enter();
        entry
    }

    /// A registration for several waits of the same key. No write waits for it.
    pub(super) fn new_group(&self) -> Self {
        let Registration { key, recursive, .. } = &*self.registration;
        let registration = Registration::new(key.clone(), *recursive);
        registration.set_unawaited(true);
        Entry::new(registration, self.by_key.clone())
    }

    /// The server has registered the wait, or the wait has ended: no write waits for it any more.
    pub fn settle(&self) {
        if self.registration.state.borrow().settled {
            return;
        }
        let state = &self.registration.state;
        state.send_modify(|state| state.settled = true);
        self.remove();
    }

    pub(super) fn join(&mut self, group: Arc<Entry>) {
        self.inherited.get_or_insert_default().group = Some(group);
    }

    pub(super) fn start_at(&mut self, index: u64) {
        self.inherited.get_or_insert_default().start = Some(index);
    }

    pub(super) fn group(&self) -> Option<&Entry> {
        self.inherited.as_ref()?.group.as_deref()
    }

    /// Whether the wait looks from the index of a write that has overtaken it: its caller has given no index.
    pub fn follows_writes(&self, wait: &Wait) -> bool {
        let index = wait.index.as_deref();
        let is_start = |start: u64| index.and_then(|index| index.parse().ok()) == Some(start);
        wait.is_open()
            || self
                .inherited
                .as_ref()
                .and_then(|inherited| inherited.start)
                .is_some_and(is_start)
    }

    /// Whether writes in flight may still tell that they have overtaken the wait.
    pub(super) fn is_held(&self) -> bool {
        Arc::strong_count(&self.registration) > 1 || self.group().is_some_and(Entry::is_held)
    }

    /// Sets whether writes wait for the registration. If not, they still tell the wait that they have overtaken it.
    pub fn set_awaited(&self, awaited: bool) {
        self.registration.set_unawaited(!awaited);
    }

    /// The wait has ended without an index. Later writes do not find its registration. Writes in flight no longer wait for it,
    /// but still tell that they have overtaken it.
    pub(super) fn retire(&self) {
        self.registration.set_unawaited(true);
        self.remove();
    }

    /// The next wait of the chain takes the registration over.
    pub(super) fn resume(&self) {
        self.registration.set_unawaited(false);
        self.enter();
    }

    fn enter(&self) {
        let key = self.registration.key.clone();
        let mut by_key = lock(&self.by_key);
        let same = by_key.entry(key).or_default();
        same.push_back(self.registration.clone());
    }

    fn remove(&self) {
        remove(&self.by_key, &self.registration);
    }

    /// The lowest index of a write that has overtaken the wait.
    pub fn overtaken(&self) -> Option<u64> {
        let of_group = self.group().and_then(Entry::overtaken);
        let overtaken = self.registration.overtaken().into_iter().chain(of_group);
        let seen_up_to = self.seen_up_to.load(Ordering::Relaxed);
        overtaken.filter(|index| *index >= seen_up_to).min()
    }

    /// See [`Registration::overtaken_at`].
    pub(super) fn overtaken_at(&self, index: u64) {
        self.registration.overtaken_at(index);
    }

    /// The wait looks from this index on: no earlier write that has overtaken it was an event of its key.
    pub fn forget_before(&self, from: u64) {
        self.seen_up_to.store(from, Ordering::Relaxed);
        let overtook = |index: &u64| *index >= from;
        let state = &self.registration.state;
        state.send_modify(|state| state.overtaken = state.overtaken.filter(overtook));
    }

    /// Resolves with the index of a write that has overtaken the wait and is below `from`.
    pub async fn overtaken_before(&self, from: Option<u64>) -> u64 {
        if let Some(group) = self.group() {
            return self.overtaken_with_group(group, from).await;
        }
        self.overtaken_itself(from).await
    }

    /// Boxed, because few waits were in a group.
    fn overtaken_with_group<'a>(&'a self, group: &'a Entry, from: Option<u64>) -> Overtaking<'a> {
        Box::pin(async move {
            let index = tokio::select! {
                index = self.overtaken_itself(from) => index,
                index = group.overtaken_itself(from) => index,
            };
            self.overtaken().map_or(index, |lowest| lowest.min(index))
        })
    }

    async fn overtaken_itself(&self, from: Option<u64>) -> u64 {
        let mut state = self.registration.state.subscribe();
        let seen_up_to = Some(self.seen_up_to.load(Ordering::Relaxed));
        let is_missed = |state: &State| {
            state.overtaken.is_some() && state.overtaken >= seen_up_to && state.overtaken < from
        };
        loop {
            let told = *state.borrow_and_update();
            if let Some(index) = told.overtaken.filter(|_| is_missed(&told)) {
                return index;
            }
            if state.changed().await.is_err() {
                pending::<()>().await;
            }
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.settle();
    }
}
