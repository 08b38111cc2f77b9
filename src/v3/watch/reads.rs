//! The reads that an event needs, made once for all waits: many waits see the same revision.

use super::WatchChannel;
use super::recorded::Recorded;
use crate::api::error::{Error, Kind};
use crate::v3::layout::ACT;
use crate::v3::pb;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

/// At most this many reads are remembered.
const MOST: usize = 128;

/// At most this many records are read ahead for a wait.
pub const AHEAD: usize = 32;

/// A key at a revision, if it existed then.
type Cell = Arc<OnceCell<Option<pb::KeyValue>>>;

/// The latest reads.
#[derive(Debug, Default)]
pub struct Reads {
    latest: Mutex<VecDeque<((Bytes, i64), Cell)>>,
    recorded: Mutex<Recorded>,
}

impl Reads {
    /// A key at a revision. `None` too if the revision is compacted or the user may not read the key.
    pub async fn at<C: WatchChannel>(
        &self,
        channel: &C,
        key: Bytes,
        revision: i64,
    ) -> Result<Option<pb::KeyValue>, Error> {
        let cell = self.cell(&key, revision);
        let read = cell.get_or_try_init(|| read(channel, key, revision));
        read.await.cloned()
    }

    /// The record of the latest action at a revision. It may be of an earlier one.
    ///
    /// The record of now tells of all revisions since its own that they have none: one read serves many events.
    pub async fn record<C: WatchChannel>(
        &self,
        channel: &C,
        revision: i64,
    ) -> Result<Option<pb::KeyValue>, Error> {
        if self.recorded().is_none_at(revision) {
            return Ok(None);
        }
        let cell = self.cell(&Bytes::from_static(ACT), revision);
        let read = cell.get_or_try_init(|| self.read_record(channel, revision));
        read.await.cloned()
    }

    /// Whether nobody has begun to read the record of a revision that may have one.
    pub fn is_unread(&self, revision: i64) -> bool {
        let is_it = |(read, _): &((Bytes, i64), Cell)| read.1 == revision && read.0 == ACT;
        !self.recorded().is_none_at(revision) && !self.latest().iter().any(is_it)
    }

    async fn read_record<C: WatchChannel>(
        &self,
        channel: &C,
        revision: i64,
    ) -> Result<Option<pb::KeyValue>, Error> {
        let key = Bytes::from_static(ACT);
        if self.recorded().was_replaced_after(revision) {
            return read(channel, key, revision).await;
        }
        let Some(mut response) = range(channel, key.clone(), 0).await? else {
            return Ok(None);
        };
        let now = response.header.map_or(0, |header| header.revision);
        let record = response.kvs.pop();
        let last = record.as_ref().map_or(0, |record| record.mod_revision);
        self.recorded().note(last, now);
        match last <= revision && revision <= now {
            true => Ok(record),
            false => read(channel, key, revision).await,
        }
    }

    /// Forgets all reads: a new stream may be one of a store that was restored.
    pub fn forget(&self) {
        *self.recorded() = Recorded::default();
        self.latest().clear();
    }

    fn latest(&self) -> MutexGuard<'_, VecDeque<((Bytes, i64), Cell)>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cell(&self, key: &Bytes, revision: i64) -> Cell {
        let mut latest = self.latest();
        let same = |(read, _): &&((Bytes, i64), Cell)| read.1 == revision && read.0 == key;
        if let Some((_, cell)) = latest.iter().rev().find(same) {
            return cell.clone();
        }
        if latest.len() >= MOST {
            latest.pop_front();
        }
        let cell = Cell::default();
        latest.push_back(((key.clone(), revision), cell.clone()));
        cell
    }
}

async fn read<C: WatchChannel>(
    channel: &C,
    key: Bytes,
    revision: i64,
) -> Result<Option<pb::KeyValue>, Error> {
    let response = range(channel, key, revision).await?;
    Ok(response.and_then(|mut response| response.kvs.pop()))
}

/// The answer for a key at a revision, or now for the revision 0. `None` if etcd does not show it.
async fn range<C: WatchChannel>(
    channel: &C,
    key: Bytes,
    revision: i64,
) -> Result<Option<pb::RangeResponse>, Error> {
    let request = pb::RangeRequest {
        key,
        revision,
        ..pb::RangeRequest::default()
    };
    match channel.range(request).await {
        Err(error) if is_hidden(&error) => Ok(None),
        answered => answered.map(Some),
    }
}

/// Whether etcd has answered that it does not show the key: it is compacted (401), or the user may not read it (110).
fn is_hidden(error: &Error) -> bool {
    let Kind::Api(body) = &error.kind else {
        return false;
    };
    body["errorCode"] == 401 || body["errorCode"] == 110
}
