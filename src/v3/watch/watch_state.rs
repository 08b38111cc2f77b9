//! One watch: where it has got to, and what its wait has not taken yet. Pure.
//!
//! ```text
//! Unsent ──create sent──▶ Creating ──created──▶ Live ──the inbox is full: canceled──▶ Full
//!   ▲                        │                   │                                     │
//!   ├────────────fault of the stream─────────────┘                                     │
//!   └──────────────────────────────the wait has taken the inbox────────────────────────┘
//! any ──compacted, refused, no stream──▶ Ended
//! ```

use crate::api::error::Error;
use crate::v3::pb;
use bytes::Bytes;
use std::collections::VecDeque;
use std::task::Waker;

/// A watch with this many revisions in its inbox is canceled at the server until its wait has taken them. As many as etcd's v2 API keeps:
/// etcd looks at new watches of past revisions every 100 ms (`syncWatchersLoop`), so a small inbox makes a long history slow.
pub const FULL: usize = 1000;

/// The same for the bytes of keys and values in its inbox: large values must not fill the memory.
pub const FULL_BYTES: usize = 4 * 1024 * 1024;

/// The keys of a watch: from the first one up to the second one.
pub type Range = (Bytes, Bytes);

/// What a watch tells its wait.
#[derive(Debug)]
pub enum News {
    /// The server has registered the watch at this revision.
    Registered(i64),
    /// The server's revision is below the position of the watch: the store may have gone back.
    Behind,
    /// The events of one revision.
    Revision(i64, Vec<pb::Event>),
    /// The revisions before the first of these are compacted. The second is the server's revision.
    Compacted(i64, i64),
    /// The user may not watch these keys.
    Refused,
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
    inbox: VecDeque<News>,
    /// The bytes of keys and values in the inbox.
    bytes: usize,
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
            inbox: VecDeque::new(),
            bytes: 0,
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
    pub fn create_request(&self, id: i64) -> pb::WatchCreateRequest {
        pb::WatchCreateRequest {
            key: self.range.0.clone(),
            range_end: self.range.1.clone(),
            start_revision: self.next.unwrap_or(0),
            progress_notify: false,
            prev_kv: true,
            watch_id: id,
            fragment: false,
        }
    }

    /// The first revision that the wait has not taken yet.
    pub fn position(&self) -> Option<i64> {
        let queued = self.inbox.iter().find_map(|news| match news {
            News::Revision(revision, _) => Some(*revision),
            _ => None,
        });
        queued.or(self.next)
    }

    /// Begins again from a revision. What the inbox has is dropped.
    pub fn restart(&mut self, from: i64) {
        let range = std::mem::take(&mut self.range);
        *self = Watch::new(range, Some(from));
    }

    /// The server has registered the watch at this revision. `highest`: the highest revision that any server has told.
    pub fn created(&mut self, id: i64, revision: i64, highest: i64) {
        self.phase = Phase::Live(id);
        self.registered = Some(revision);
        let next = *self.next.get_or_insert(revision.saturating_add(1));
        if !std::mem::replace(&mut self.told, true) {
            self.push(News::Registered(revision));
        }
        // A watch from a revision that no server has reached waits for the future.
        let was_reached = next <= highest.saturating_add(1);
        if was_reached && revision.saturating_add(1) < next {
            self.push(News::Behind);
        }
    }

    /// Events of the server, in order. False if the inbox is full: the watch must be canceled.
    pub fn receive(&mut self, events: Vec<pb::Event>) -> bool {
        for (revision, events) in by_revision(events) {
            // After a re-creation a server may send a revision again.
            if self.next.is_some_and(|next| revision < next) {
                continue;
            }
            if self.inbox.len() >= FULL || self.bytes >= FULL_BYTES {
                self.phase = Phase::Full;
                return false;
            }
            self.next = Some(revision.saturating_add(1));
            self.bytes += bytes_of(&events);
            self.push(News::Revision(revision, events));
        }
        true
    }

    /// The server has sent everything up to this revision.
    pub fn progressed(&mut self, revision: i64) {
        if let (Phase::Live(_), Some(next)) = (self.phase, &mut self.next) {
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
        self.push(news);
    }

    /// Takes the next news out of the inbox.
    pub fn take(&mut self) -> Option<News> {
        let news = self.inbox.pop_front()?;
        if let News::Revision(_, events) = &news {
            self.bytes = self.bytes.saturating_sub(bytes_of(events));
        }
        Some(news)
    }

    /// Whether the wait has taken all news.
    pub fn is_empty(&self) -> bool {
        self.inbox.is_empty()
    }

    fn push(&mut self, news: News) {
        self.inbox.push_back(news);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The bytes of the keys and values of events.
fn bytes_of(events: &[pb::Event]) -> usize {
    let stored = events.iter().flat_map(|event| [&event.kv, &event.prev_kv]);
    let sizes = stored.flatten().map(|one| one.key.len() + one.value.len());
    sizes.sum()
}

/// The events of each revision. A server sends them in order, and all events of a revision at once.
fn by_revision(events: Vec<pb::Event>) -> Vec<(i64, Vec<pb::Event>)> {
    let mut groups: Vec<(i64, Vec<pb::Event>)> = Vec::new();
    for event in events {
        let revision = event.kv.as_ref().map_or(0, |kv| kv.mod_revision);
        match groups.last_mut() {
            Some((last, group)) if *last == revision => group.push(event),
            _ => groups.push((revision, vec![event])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(revision: i64, bytes: usize) -> pb::Event {
        pb::Event {
            kv: Some(pb::KeyValue {
                mod_revision: revision,
                value: vec![b'v'; bytes].into(),
                ..pb::KeyValue::default()
            }),
            ..pb::Event::default()
        }
    }

    /// How many revisions with values of this size a watch takes before it is full.
    fn taken(bytes: usize) -> usize {
        let mut watch = Watch::new((Bytes::new(), Bytes::new()), None);
        (1..=2 * FULL as i64)
            .take_while(|revision| watch.receive(vec![event(*revision, bytes)]))
            .count()
    }

    #[test]
    fn an_inbox_is_full_by_its_revisions_or_by_its_bytes() {
        assert_eq!(taken(1), FULL);
        assert_eq!(taken(FULL_BYTES / 4), 4);
        assert_eq!(taken(2 * FULL_BYTES), 1);
    }

    #[test]
    fn what_is_taken_makes_room() {
        let mut watch = Watch::new((Bytes::new(), Bytes::new()), None);
        for revision in 1..100 {
            assert!(watch.receive(vec![event(revision, FULL_BYTES / 2)]));
            assert!(matches!(watch.take(), Some(News::Revision(..))));
        }
        assert!(watch.is_empty());
    }

    #[test]
    fn the_progress_of_all_says_nothing_of_a_watch_that_the_server_did_not_know_then() {
        let mut watch = Watch::new((Bytes::new(), Bytes::new()), Some(5));
        watch.created(1, 10, 10);
        watch.all_progressed(10);
        assert_eq!(watch.next, Some(5));
        assert!(watch.receive(vec![event(5, 1)]));
        watch.all_progressed(12);
        assert_eq!(watch.next, Some(13));
    }
}
