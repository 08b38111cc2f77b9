//! An etcd with watches, in memory, whose faults a test decides.

mod channel;

use crate::api::error::Failure;
use crate::v3::pb;
use bytes::Bytes;
use pb::watch_request::RequestUnion;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

pub const HOST: &str = "http://fake:2379";

/// A host, and the channel to it.
#[derive(Clone, Default)]
pub struct Fake(Arc<Mutex<Server>>);

#[derive(Default)]
pub struct Server {
    pub revision: i64,
    /// The term of the raft.
    pub term: u64,
    /// The term that watches tell of, where it is another one.
    pub watch_term: Option<u64>,
    /// Every change, in order. The private records are not in it.
    log: Vec<pb::Event>,
    current: HashMap<Bytes, pb::KeyValue>,
    records: BTreeMap<i64, pb::KeyValue>,
    /// Lower revisions are gone.
    pub compacted: i64,
    streams: BTreeMap<u64, Stream>,
    pub opened: u64,
    pub created: Vec<pb::WatchCreateRequest>,
    pub canceled: Vec<i64>,
    pub ranges: usize,
    /// The token of new streams is refused on watches until the client has heard of it.
    pub refuses_token: bool,
    pub refuses_keys: bool,
    pub tokens_refused: usize,
    pub fell_silent: usize,
    /// No stream can be opened.
    pub is_down: bool,
    /// Each stream ends when a watch is created on it.
    pub has_no_leader: bool,
    /// No request is answered.
    pub is_mute: bool,
    /// No request for progress is answered, as while a watch of the stream waits for a revision of the future.
    pub tells_no_progress: bool,
    /// The events of a revision come in messages of one event.
    pub fragments: bool,
}

struct Stream {
    out: UnboundedSender<pb::WatchResponse>,
    watches: BTreeMap<i64, (Bytes, Bytes)>,
}

pub struct FakeSender(Fake, u64);
pub struct FakeReceiver(UnboundedReceiver<pb::WatchResponse>);

impl Fake {
    pub fn server(&self) -> MutexGuard<'_, Server> {
        self.0.lock().unwrap()
    }

    pub fn put(&self, key: &str, value: &str) -> i64 {
        self.server().write(&[(key, Some(value))], None)
    }

    pub fn delete(&self, key: &str) -> i64 {
        self.server().write(&[(key, None)], None)
    }

    /// One transaction.
    pub fn write(&self, changes: &[(&str, Option<&str>)], record: Option<&str>) -> i64 {
        self.server().write(changes, record)
    }

    /// All streams end.
    pub fn break_streams(&self) {
        self.server().streams.clear();
    }

    /// The server ends all watches, but not the streams.
    pub fn cancel_watches(&self) {
        let mut server = self.server();
        let header = server.header();
        for stream in server.streams.values_mut() {
            for (id, _) in std::mem::take(&mut stream.watches) {
                let _ = stream.out.send(pb::WatchResponse {
                    header,
                    watch_id: id,
                    canceled: true,
                    ..pb::WatchResponse::default()
                });
            }
        }
    }

    /// The store begins anew.
    pub fn wipe(&self) {
        let mut server = self.server();
        *server = Server {
            opened: server.opened,
            ..Server::default()
        };
    }

    pub fn watches(&self) -> usize {
        let mut server = self.server();
        server.streams.retain(|_, stream| !stream.out.is_closed());
        server
            .streams
            .values()
            .map(|stream| stream.watches.len())
            .sum()
    }
}

impl Server {
    fn header(&self) -> Option<pb::ResponseHeader> {
        Some(pb::ResponseHeader {
            revision: self.revision,
            raft_term: self.term,
            ..pb::ResponseHeader::default()
        })
    }

    fn write(&mut self, changes: &[(&str, Option<&str>)], record: Option<&str>) -> i64 {
        self.revision += 1;
        let events: Vec<pb::Event> = changes
            .iter()
            .map(|(key, value)| self.change(key, *value))
            .collect();
        if let Some(record) = record {
            let stored = pb::KeyValue {
                mod_revision: self.revision,
                value: record.to_owned().into(),
                ..pb::KeyValue::default()
            };
            self.records.insert(self.revision, stored);
        }
        self.log.extend(events.iter().cloned());
        let header = self.header();
        for stream in self.streams.values() {
            for (id, range) in &stream.watches {
                let events = inside(range, &events);
                send(stream, header, *id, events, self.fragments);
            }
        }
        self.revision
    }

    fn change(&mut self, key: &str, value: Option<&str>) -> pb::Event {
        let key = Bytes::from(key.to_owned());
        let prev_kv = self.current.remove(&key);
        let mut kv = pb::KeyValue {
            key: key.clone(),
            mod_revision: self.revision,
            ..pb::KeyValue::default()
        };
        if let Some(value) = value {
            kv.value = value.to_owned().into();
            kv.create_revision = prev_kv
                .as_ref()
                .map_or(self.revision, |prev| prev.create_revision);
            self.current.insert(key, kv.clone());
        }
        pb::Event {
            r#type: i32::from(value.is_none()),
            kv: Some(kv),
            prev_kv,
        }
    }

    fn create(&mut self, stream: u64, request: pb::WatchCreateRequest) {
        self.created.push(request.clone());
        if self.is_mute {
            return;
        }
        if self.has_no_leader {
            self.streams.remove(&stream);
            return;
        }
        let header = self.header().map(|header| pb::ResponseHeader {
            raft_term: self.watch_term.unwrap_or(self.term),
            ..header
        });
        let mut answer = pb::WatchResponse {
            header,
            watch_id: request.watch_id,
            created: true,
            ..pb::WatchResponse::default()
        };
        let reason = match (self.refuses_token, self.refuses_keys) {
            (true, _) => "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token",
            (_, true) => "rpc error: code = PermissionDenied desc = etcdserver: permission denied",
            _ => "",
        };
        if !reason.is_empty() {
            (answer.watch_id, answer.canceled) = (-1, true);
            answer.cancel_reason = reason.to_owned();
        }
        let (from, is_refused) = (request.start_revision, answer.canceled);
        let is_compacted = from > 0 && from < self.compacted;
        let Some(open) = self.streams.get_mut(&stream) else {
            return;
        };
        let _ = open.out.send(answer);
        if is_compacted {
            let _ = open.out.send(pb::WatchResponse {
                watch_id: request.watch_id,
                canceled: true,
                compact_revision: self.compacted,
                ..pb::WatchResponse::default()
            });
        }
        if is_refused || is_compacted {
            return;
        }
        let range = (request.key, request.range_end);
        let wanted = |event: &&pb::Event| from > 0 && revision(event) >= from;
        let past: Vec<pb::Event> = self.log.iter().filter(wanted).cloned().collect();
        open.watches.insert(request.watch_id, range.clone());
        let header = self.header();
        if let Some(open) = self.streams.get(&stream) {
            let past = inside(&range, &past);
            send(open, header, request.watch_id, past, self.fragments);
        }
    }

    fn receive(&mut self, stream: u64, request: pb::WatchRequest) -> Result<(), Failure> {
        let header = self.header();
        match request.request_union {
            Some(RequestUnion::CreateRequest(create)) => self.create(stream, create),
            Some(RequestUnion::CancelRequest(cancel)) => {
                self.canceled.push(cancel.watch_id);
                let open = self.streams.get_mut(&stream).ok_or_else(broken)?;
                open.watches.remove(&cancel.watch_id);
                let _ = open.out.send(pb::WatchResponse {
                    header,
                    watch_id: cancel.watch_id,
                    canceled: true,
                    ..pb::WatchResponse::default()
                });
            }
            _ if self.is_mute || self.tells_no_progress => {}
            _ => {
                let open = self.streams.get(&stream).ok_or_else(broken)?;
                send(open, header, -1, Some(Vec::new()), false);
            }
        }
        Ok(())
    }
}

fn broken() -> Failure {
    Failure::new("ECONNRESET", "aborted")
}

fn revision(event: &pb::Event) -> i64 {
    event.kv.as_ref().unwrap().mod_revision
}

/// The events of a range, if there are any.
fn inside(range: &(Bytes, Bytes), events: &[pb::Event]) -> Option<Vec<pb::Event>> {
    let is_inside = |event: &&pb::Event| {
        let key = &event.kv.as_ref().unwrap().key;
        *key >= range.0 && *key < range.1
    };
    let events: Vec<pb::Event> = events.iter().filter(is_inside).cloned().collect();
    (!events.is_empty()).then_some(events)
}

fn send(
    stream: &Stream,
    header: Option<pb::ResponseHeader>,
    watch_id: i64,
    events: Option<Vec<pb::Event>>,
    fragments: bool,
) {
    let Some(mut events) = events else { return };
    let rest = events.split_off(if fragments {
        1.min(events.len())
    } else {
        events.len()
    });
    let fragment = !rest.is_empty();
    let _ = stream.out.send(pb::WatchResponse {
        header,
        watch_id,
        events,
        fragment,
        ..pb::WatchResponse::default()
    });
    if fragment {
        send(stream, header, watch_id, Some(rest), fragments);
    }
}
