//! A wait's own hold on its registration.

use super::{ByKey, Registration, State, lock, remove};
use crate::api::request::Wait;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A wait's own hold on its registration; dropped, it lets the writes go.
#[derive(Debug)]
pub struct Entry {
    pub(super) registration: Arc<Registration>,
    by_key: Arc<Mutex<ByKey>>,
    /// Boxed: few waits have any, and each keeps room for it.
    past: Option<Box<Past>>,
    /// What has overtaken the wait below this index was no event of its key.
    moved_on: AtomicU64,
}

/// The index at which a write has overtaken a wait.
type Told<'a> = Pin<Box<dyn Future<Output = u64> + Send + 'a>>;

/// What a registration brings along from before its wait.
#[derive(Debug, Default)]
struct Past {
    /// The group in which it was while it was left: writes that were called then have told that.
    group: Option<Arc<Entry>>,
    /// The index from which its watch begins.
    start: Option<u64>,
}

impl Entry {
    /// Enters a registration.
    pub(super) fn new(registration: Arc<Registration>, by_key: Arc<Mutex<ByKey>>) -> Self {
        let entry = Entry {
            registration,
            by_key,
            past: None,
            moved_on: AtomicU64::new(0),
        };
        entry.enter();
        entry
    }

    /// A registration of the same key for several waits, for which no write waits.
    pub(super) fn new_group(&self) -> Self {
        let Registration { key, recursive, .. } = &*self.registration;
        let registration = Registration::new(key.clone(), *recursive);
        registration.set_unawaited(true);
        Entry::new(registration, self.by_key.clone())
    }

    /// The wait is registered: the writes may go.
    pub fn settle(&self) {
        if self.registration.state.borrow().settled {
            return;
        }
        let state = &self.registration.state;
        state.send_modify(|state| state.settled = true);
        self.remove();
    }

    pub(super) fn join(&mut self, group: Arc<Entry>) {
        self.past.get_or_insert_default().group = Some(group);
    }

    pub(super) fn start_at(&mut self, index: u64) {
        self.past.get_or_insert_default().start = Some(index);
    }

    pub(super) fn group(&self) -> Option<&Entry> {
        self.past.as_ref()?.group.as_deref()
    }

    /// Whether a write that has overtaken the wait makes it look from there: its caller has given no index.
    pub fn looks_back(&self, wait: &Wait) -> bool {
        let index = wait.index.as_deref();
        let is_start = |start: u64| index.and_then(|index| index.parse().ok()) == Some(start);
        wait.is_open()
            || self
                .past
                .as_ref()
                .and_then(|past| past.start)
                .is_some_and(is_start)
    }

    /// Whether writes in flight may still tell that they have overtaken it.
    pub(super) fn is_held(&self) -> bool {
        Arc::strong_count(&self.registration) > 1 || self.group().is_some_and(Entry::is_held)
    }

    /// Whether writes wait for the wait. If not, they still tell it that they have overtaken it.
    pub fn set_awaited(&self, awaited: bool) {
        self.registration.set_unawaited(!awaited);
    }

    /// The wait has ended without an index: writes that are called from now on do not find it. Those in flight do not
    /// wait for it, and still tell it.
    pub(super) fn retire(&self) {
        self.registration.set_unawaited(true);
        self.remove();
    }

    /// The next wait of the chain goes on with the registration.
    pub(super) fn come_back(&self) {
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

    /// The lowest index at which a write has overtaken the wait.
    pub fn overtaken(&self) -> Option<u64> {
        let of_group = self.group().and_then(Entry::overtaken);
        let overtaken = self.registration.overtaken().into_iter().chain(of_group);
        let moved_on = self.moved_on.load(Ordering::Relaxed);
        overtaken.filter(|index| *index >= moved_on).min()
    }

    /// See [`Registration::overtaken_at`].
    pub(super) fn overtaken_at(&self, index: u64) {
        self.registration.overtaken_at(index);
    }

    /// The wait looks from this index on: a write that has overtaken it before was no event of its key.
    pub fn moved_on(&self, from: u64) {
        self.moved_on.store(from, Ordering::Relaxed);
        let overtook = |index: &u64| *index >= from;
        let state = &self.registration.state;
        state.send_modify(|state| state.overtaken = state.overtaken.filter(overtook));
    }

    /// The index at which a write has overtaken a wait that looks from this index on; until then it waits.
    pub async fn overtaken_before(&self, from: Option<u64>) -> u64 {
        if let Some(group) = self.group() {
            return self.told_before_with(group, from).await;
        }
        self.told_before(from).await
    }

    /// Boxed: few waits were in a group, and all would keep room for it.
    fn told_before_with<'a>(&'a self, group: &'a Entry, from: Option<u64>) -> Told<'a> {
        Box::pin(async move {
            let index = tokio::select! {
                index = self.told_before(from) => index,
                index = group.told_before(from) => index,
            };
            self.overtaken().map_or(index, |lowest| lowest.min(index))
        })
    }

    async fn told_before(&self, from: Option<u64>) -> u64 {
        let mut state = self.registration.state.subscribe();
        let moved_on = Some(self.moved_on.load(Ordering::Relaxed));
        let is_missed = |state: &State| {
            state.overtaken.is_some() && state.overtaken >= moved_on && state.overtaken < from
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
