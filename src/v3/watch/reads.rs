//! The reads that an event needs, made once for all waits: many waits see the same revision.

use super::WatchChannel;
use crate::api::error::{Error, Kind};
use crate::v3::pb;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// At most this many reads are remembered.
const MOST: usize = 64;

/// A key at a revision, if it existed then.
type Cell = Arc<OnceCell<Option<pb::KeyValue>>>;

/// The latest reads.
#[derive(Debug, Default)]
pub struct Reads(Mutex<VecDeque<((Bytes, i64), Cell)>>);

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

    fn cell(&self, key: &Bytes, revision: i64) -> Cell {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |(read, _): &&((Bytes, i64), Cell)| read.0 == key && read.1 == revision;
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
    let request = pb::RangeRequest {
        key,
        revision,
        ..pb::RangeRequest::default()
    };
    match channel.range(request).await {
        Ok(response) => Ok(response.kvs.into_iter().next()),
        Err(error) if is_hidden(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether etcd has answered that it does not show the key: it is compacted (401), or the user may not read it (110).
fn is_hidden(error: &Error) -> bool {
    let Kind::Api(body) = &error.kind else {
        return false;
    };
    body["errorCode"] == 401 || body["errorCode"] == 110
}
