//! One watch: where it has got to, and what its wait has not taken yet. Pure.
//!
//! ```text
//! Unsent ──create sent──▶ Creating ──created──▶ Live ──the inbox is full: canceled──▶ Full
//!   ▲                        │                   │                                     │
//!   ├────────────fault of the stream─────────────┘                                     │
//!   └──────────────────────────────the wait has taken the inbox────────────────────────┘
//! any ──compacted, refused, no stream──▶ Ended
//! ```

use super::parts::Parts;
use super::store_id::StoreId;
use crate::api::error::Error;
use crate::v3::pb;
use bytes::Bytes;
use std::collections::VecDeque;
use std::task::Waker;

/// A watch with this many revisions in its inbox is canceled at the server until its wait has taken them. As many as etcd's v2 API keeps:
/// etcd looks at new watches of past revisions every 100 ms (`syncWatchersLoop`), so a small inbox makes a long history slow.
pub const FULL: usize = 1000;

/// The same for the bytes of the messages whose events it has: large values must not fill the memory.
pub const FULL_BYTES: usize = 4 * 1024 * 1024;

/// The keys of a watch: from the first one up to the second one.
pub type Range = (Bytes, Bytes);

/// What a watch tells its wait.
#[derive(Debug)]
pub enum News {
    /// The server has registered the watch at this revision.
    Registered(i64),
    /// The server's revision is below the position of the watch, or it speaks of another store than before, which is this one: the
    /// store may have gone back.
    Behind(Option<StoreId>),
    /// The events of one revision.
    Revision(i64, Vec<pb::Event>),
    /// The revisions before the first of these are compacted. The second is the server's revision.
    Compacted(i64, i64),
    /// The user may not watch these keys.
    Refused,
    /// The events of the revision at the position are larger than the client takes.
    TooLarge,
    /// There is no stream.
    Failed(Box<Error>),
}

/// The state of a watch at the server. The number is its id on the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The server does not know the watch.
    Unsent,
    /// The server has not answered yet.
    Creating(i64),
    /// The server sends events.
    Live(i64),
    /// Canceled until the wait has taken the inbox.
    Full,
    /// The last news is the end.
    Ended,
}

/// One watch.
#[derive(Debug)]
pub struct Watch {
    pub range: Range,
    /// The first revision that the server has not sent yet. Unknown before the first registration of a watch for the next event.
    pub next: Option<i64>,
    /// The server's revision at the latest registration.
    pub registered: Option<i64>,
    pub phase: Phase,
    /// The store at the latest registration.
    store: Option<StoreId>,
    /// What the wait has not taken yet, and the bytes that taking it frees.
    inbox: VecDeque<(News, usize)>,
    /// The bytes of all that is in the inbox.
    bytes: usize,
    parts: Parts,
    pub waker: Option<Waker>,
    /// Whether the wait has been told of the registration.
    told: bool,
}

impl Watch {
    /// A watch from a revision, or for the next event.
    pub fn new(range: Range, next: Option<i64>) -> Self {
        Watch {
            range,
            next,
            registered: None,
            phase: Phase::Unsent,
            store: None,
            inbox: VecDeque::new(),
            bytes: 0,
            parts: Parts::default(),
            waker: None,
            told: false,
        }
    }

    /// The id on the stream, if the server knows the watch.
    pub fn id(&self) -> Option<i64> {
        match self.phase {
            Phase::Creating(id) | Phase::Live(id) => Some(id),
            _ => None,
        }
    }

    /// The request that creates the watch with an id.
    pub fn create_request(&mut self, id: i64) -> pb::WatchCreateRequest {
        self.phase = Phase::Creating(id);
        self.parts = Parts::default();
        pb::WatchCreateRequest {
            key: self.range.0.clone(),
            range_end: self.range.1.clone(),
            start_revision: self.next.unwrap_or(0),
            progress_notify: false,
            prev_kv: true,
            watch_id: id,
            // The events of many revisions are no message of many megabytes then.
            fragment: true,
        }
    }

    /// The first revision that the wait has not taken yet.
    pub fn position(&self) -> Option<i64> {
        let queued = self.inbox.iter().find_map(|(news, _)| match news {
            News::Revision(revision, _) => Some(*revision),
            _ => None,
        });
        queued.or(self.next)
    }

    /// The next revisions that the wait has not taken yet, at most so many.
    pub fn queued(&self, most: usize) -> Vec<i64> {
        let revisions = self.inbox.iter().filter_map(|(news, _)| match news {
            News::Revision(revision, _) => Some(*revision),
            _ => None,
        });
        revisions.take(most).collect()
    }

    /// Begins again from a revision. What the inbox has is dropped.
    pub fn restart(&mut self, from: i64) {
        let range = std::mem::take(&mut self.range);
        *self = Watch::new(range, Some(from));
    }

    /// The server has registered the watch at this revision. `highest`: the highest revision that any server has told.
    pub fn created(&mut self, id: i64, revision: i64, highest: i64, store: Option<StoreId>) {
        self.phase = Phase::Live(id);
        self.registered = Some(revision);
        let next = *self.next.get_or_insert(revision.saturating_add(1));
        if !std::mem::replace(&mut self.told, true) {
            self.push(News::Registered(revision), 0);
        }
        let earlier = std::mem::replace(&mut self.store, store);
        let other = earlier.filter(|earlier| store.is_some_and(|now| !now.may_follow(*earlier)));
        // A watch from a revision that no server has reached waits for the future.
        let was_reached = next <= highest.saturating_add(1);
        if other.is_some() || was_reached && revision.saturating_add(1) < next {
            self.push(News::Behind(other), 0);
        }
    }

    /// Events of the server, in order. `has_more`: the next message may have events of the last revision. False if the watch must
    /// be canceled: its inbox is full, or a revision has more than `limit` bytes.
    pub fn receive(&mut self, events: Vec<pb::Event>, has_more: bool, limit: usize) -> bool {
        if self.inbox.len() >= FULL || self.bytes >= FULL_BYTES {
            self.phase = Phase::Full;
            return false;
        }
        for part in self.parts.add(events, has_more) {
            // After a re-creation a server may send a revision again.
            if self.next.is_some_and(|next| part.revision < next) {
                continue;
            }
            if part.size > limit {
                self.end(News::TooLarge);
                return false;
            }
            self.next = Some(part.revision.saturating_add(1));
            self.push(News::Revision(part.revision, part.events), part.bytes);
        }
        let fits = self.parts.unfinished_size() <= limit;
        if !fits {
            self.end(News::TooLarge);
        }
        fits
    }

    /// The server has sent everything up to this revision.
    pub fn progressed(&mut self, revision: i64) {
        // The rest of a revision that has begun is still to come, whatever the server says.
        if let (Phase::Live(_), Some(next), true) =
            (self.phase, &mut self.next, self.parts.are_whole())
        {
            *next = (*next).max(revision.saturating_add(1));
        }
    }

    /// The server has sent the events up to this revision to all watches that it knew. It may not have known this one: it was
    /// registered at this revision or later then, and its history is still to come.
    pub fn all_progressed(&mut self, revision: i64) {
        if self
            .registered
            .is_some_and(|registered| registered < revision)
        {
            self.progressed(revision);
        }
    }

    /// The watch ends with this news.
    pub fn end(&mut self, news: News) {
        self.phase = Phase::Ended;
        self.push(news, 0);
    }

    /// Takes the next news out of the inbox.
    pub fn take(&mut self) -> Option<News> {
        let (news, bytes) = self.inbox.pop_front()?;
        self.bytes = self.bytes.saturating_sub(bytes);
        Some(news)
    }

    /// Whether the wait has taken all news.
    pub fn is_empty(&self) -> bool {
        self.inbox.is_empty()
    }

    fn push(&mut self, news: News, bytes: usize) {
        self.bytes += bytes;
        self.inbox.push_back((news, bytes));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests;
