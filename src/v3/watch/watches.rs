//! The watches of a client on one stream. Pure: responses go in, requests and news come out.

mod requests;

use super::store_id::StoreId;
use super::watch_state::{News, Phase, Range, Watch};
use crate::api::error::Error;
use crate::v3::pb;
use crate::v3::status::is_token_refused;
use requests::Outgoing;
use std::collections::{HashMap, VecDeque};
use std::task::{Context, Poll};

/// Names a watch, whatever its id on a stream is.
pub type WatchKey = u64;

/// The watches of a client.
#[derive(Debug, Default)]
pub struct Watches {
    by_key: HashMap<WatchKey, Watch>,
    /// The watch of each id on the stream.
    by_id: HashMap<i64, WatchKey>,
    /// The ids of create requests without an answer. Servers answer in order, and a refusal does not name its id.
    unanswered: VecDeque<i64>,
    outgoing: VecDeque<Outgoing>,
    is_open: bool,
    last_key: WatchKey,
    last_id: i64,
    /// The highest revision that any server has told.
    highest: i64,
    /// Whether a watch was registered on the current stream.
    has_registered: bool,
    /// Whether the server has canceled a watch that must be created again.
    has_canceled: bool,
    /// The most bytes of the events of a revision.
    limit: usize,
}

/// What a response asks of the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing.
    GoOn,
    /// The stream carries a token that is no longer valid: another stream must be opened.
    TokenRefused,
}

impl Watches {
    /// No watch. `limit`: the most bytes of the events of a revision.
    pub fn new(limit: usize) -> Self {
        Watches {
            limit,
            ..Watches::default()
        }
    }

    /// Enters a watch from a revision, or for the next event.
    pub fn enter(&mut self, range: Range, from: Option<i64>) -> WatchKey {
        self.last_key += 1;
        let key = self.last_key;
        self.by_key.insert(key, Watch::new(range, from));
        self.create(key);
        key
    }

    /// Removes a watch.
    pub fn leave(&mut self, key: WatchKey) {
        self.cancel(key);
        self.by_key.remove(&key);
    }

    /// Begins a watch again from a revision.
    pub fn restart(&mut self, key: WatchKey, from: i64) {
        self.cancel(key);
        if let Some(watch) = self.by_key.get_mut(&key) {
            watch.restart(from);
            self.create(key);
        }
    }

    pub fn get(&self, key: WatchKey) -> Option<&Watch> {
        self.by_key.get(&key)
    }

    /// Whether a watch needs a stream.
    pub fn needs_stream(&self) -> bool {
        let is_over = |watch: &Watch| watch.phase == Phase::Ended;
        self.by_key.values().any(|watch| !is_over(watch))
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Whether a watch was registered on the current stream, or on the one that has failed.
    pub fn has_registered(&self) -> bool {
        self.has_registered
    }

    /// Takes the next news of a watch.
    pub fn poll(&mut self, key: WatchKey, context: &Context<'_>) -> Poll<News> {
        let Some(watch) = self.by_key.get_mut(&key) else {
            return Poll::Pending;
        };
        let Some(news) = watch.take() else {
            watch.waker = Some(context.waker().clone());
            return Poll::Pending;
        };
        if watch.phase == Phase::Full && watch.is_empty() {
            watch.phase = Phase::Unsent;
            self.create(key);
        }
        Poll::Ready(news)
    }

    /// A stream is open: all watches are created on it.
    pub fn opened(&mut self) {
        self.is_open = true;
        self.has_registered = false;
        self.create_unsent();
    }

    /// The stream has failed.
    pub fn closed(&mut self) {
        self.is_open = false;
        self.outgoing.clear();
        self.unanswered.clear();
        self.by_id.clear();
        for watch in self.by_key.values_mut() {
            if watch.id().is_some() {
                watch.phase = Phase::Unsent;
            }
        }
    }

    /// No stream can be opened: the waits that wait for one end.
    pub fn fail(&mut self, error: &Error) {
        for watch in self.by_key.values_mut() {
            if watch.phase == Phase::Unsent && watch.waker.is_some() {
                watch.end(News::Failed(Box::new(error.clone())));
            }
        }
    }

    /// Takes a response.
    pub fn receive(&mut self, response: pb::WatchResponse) -> Reaction {
        let revision = response.header.map_or(0, |header| header.revision);
        self.highest = self.highest.max(revision);
        if response.created {
            return self.answered(&response, revision);
        }
        if response.canceled {
            self.canceled(&response);
        } else if response.events.is_empty() {
            self.progressed(response.watch_id, revision);
        } else {
            self.events(response.watch_id, response.events, response.fragment);
        }
        Reaction::GoOn
    }

    /// The server's message for a watch is larger than the client takes: the watch ends.
    pub fn too_large(&mut self, id: i64) {
        if let Some(watch) = self.watch(id) {
            watch.end(News::TooLarge);
            self.cancel_id(id);
        }
    }

    /// A create request is answered. A refusal has the id -1.
    fn answered(&mut self, response: &pb::WatchResponse, revision: i64) -> Reaction {
        let first = self.unanswered.pop_front();
        let id = if response.watch_id < 0 {
            first
        } else {
            Some(response.watch_id)
        };
        if response.canceled && is_token_refused(&response.cancel_reason) {
            return Reaction::TokenRefused;
        }
        self.has_registered = true;
        let (highest, store) = (self.highest, StoreId::of(response.header.as_ref()));
        let Some((id, watch)) = id.and_then(|id| Some((id, self.watch(id)?))) else {
            return Reaction::GoOn;
        };
        if response.canceled {
            watch.end(News::Refused);
            self.by_id.remove(&id);
        } else {
            watch.created(id, revision, highest, store);
        }
        Reaction::GoOn
    }

    /// The server has ended a watch. It says so also of a watch that was canceled here, which has no entry any more.
    fn canceled(&mut self, response: &pb::WatchResponse) {
        let Some(key) = self.by_id.remove(&response.watch_id) else {
            return;
        };
        let Some(watch) = self.by_key.get_mut(&key) else {
            return;
        };
        if response.compact_revision > 0 {
            let index = watch.registered.unwrap_or_default();
            watch.end(News::Compacted(response.compact_revision, index));
            return;
        }
        // Created again with the next tick: a server that cancels at once must not be asked without end.
        watch.phase = Phase::Unsent;
        self.has_canceled = true;
    }

    /// The id -1 stands for all watches of the stream.
    fn progressed(&mut self, id: i64, revision: i64) {
        if id >= 0 {
            let watch = self.watch(id);
            watch.into_iter().for_each(|it| it.progressed(revision));
        } else {
            let watches = self.by_key.values_mut();
            watches.for_each(|watch| watch.all_progressed(revision));
        }
    }

    fn events(&mut self, id: i64, events: Vec<pb::Event>, has_more: bool) {
        let limit = self.limit;
        let goes_on = self
            .watch(id)
            .is_none_or(|watch| watch.receive(events, has_more, limit));
        if !goes_on {
            self.cancel_id(id);
        }
    }

    fn watch(&mut self, id: i64) -> Option<&mut Watch> {
        let key = self.by_id.get(&id)?;
        self.by_key.get_mut(key)
    }
}
