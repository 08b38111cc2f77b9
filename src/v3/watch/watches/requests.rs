//! The requests of the watches.

use super::{WatchKey, Watches};
use crate::v3::pb;
use crate::v3::watch::watch_state::{Phase, Watch};
use pb::watch_request::RequestUnion;

/// A request that must be sent.
#[derive(Debug)]
pub enum Outgoing {
    Create(WatchKey),
    Cancel(i64),
    Progress,
}

impl Watches {
    /// Asks the server how far it has got: its answer moves idle watches on.
    pub fn ask_progress(&mut self) {
        let mut watches = self.by_key.values();
        if watches.any(|watch| matches!(watch.phase, Phase::Live(_))) {
            self.outgoing.push_back(Outgoing::Progress);
        }
    }

    /// The next request that must be sent.
    pub fn next_request(&mut self) -> Option<pb::WatchRequest> {
        loop {
            let union = match self.outgoing.pop_front()? {
                Outgoing::Create(key) => self.create_request(key),
                Outgoing::Cancel(id) => Some(RequestUnion::CancelRequest(pb::WatchCancelRequest {
                    watch_id: id,
                })),
                Outgoing::Progress => {
                    Some(RequestUnion::ProgressRequest(pb::WatchProgressRequest {}))
                }
            };
            if union.is_some() {
                return Some(pb::WatchRequest {
                    request_union: union,
                });
            }
        }
    }

    fn create_request(&mut self, key: WatchKey) -> Option<RequestUnion> {
        let watch = self.by_key.get_mut(&key)?;
        if watch.phase != Phase::Unsent {
            return None;
        }
        // An id is used once: events of a canceled watch may still be in flight.
        self.last_id += 1;
        let id = self.last_id;
        self.by_id.insert(id, key);
        self.unanswered.push_back(id);
        Some(RequestUnion::CreateRequest(watch.create_request(id)))
    }

    /// Creates the watches again that the server has canceled.
    pub fn create_canceled(&mut self) {
        if self.is_open && std::mem::take(&mut self.has_canceled) {
            self.create_unsent();
        }
    }

    pub(super) fn create_unsent(&mut self) {
        let mut keys: Vec<WatchKey> = Vec::new();
        for (key, watch) in &self.by_key {
            keys.extend((watch.phase == Phase::Unsent).then_some(*key));
        }
        keys.sort_unstable();
        self.outgoing.extend(keys.into_iter().map(Outgoing::Create));
    }

    pub(super) fn create(&mut self, key: WatchKey) {
        if self.is_open {
            self.outgoing.push_back(Outgoing::Create(key));
        }
    }

    pub(super) fn cancel(&mut self, key: WatchKey) {
        if let Some(id) = self.by_key.get(&key).and_then(Watch::id) {
            self.cancel_id(id);
        }
    }

    pub(super) fn cancel_id(&mut self, id: i64) {
        self.by_id.remove(&id);
        self.outgoing.push_back(Outgoing::Cancel(id));
    }
}
