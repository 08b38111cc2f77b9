//! The v2 event of a revision: the events of a watch at one revision, and the record of the write that made them, become the
//! JSON that a v2 wait gives. Pure.
//!
//! A write of this library is one event, whatever keys it changed: markers of the directories above are left out, and the
//! removal of a directory is the event of the directory. A transaction of another client may be several events.

use super::act::Act;
use super::layout::{Path, Range, is_marker};
use super::lease_id::{Lives, expiry};
use super::node::{Node, event};
use super::pb::{Event, KeyValue, event::EventType};
use crate::api::action::Action;
use crate::api::request::Wait;
use bytes::Bytes;
use std::time::SystemTime;

/// What a wait looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: Path,
    is_recursive: bool,
}

/// The events of a watch at one revision.
#[derive(Debug)]
pub struct Revision<'a> {
    /// The revision.
    pub number: i64,
    /// The watch's events.
    pub events: &'a [Event],
    /// The record of the latest action at this revision.
    pub record: Option<&'a KeyValue>,
    /// The keys of [`Told::Unread`] as they were before the revision.
    pub before: Option<&'a [Option<KeyValue>]>,
    /// The moment for which times to live are written.
    pub now: SystemTime,
}

/// What a wait is told of a revision.
#[derive(Debug, PartialEq)]
pub enum Told {
    /// These events; there may be none.
    Events(Vec<String>),
    /// The keys that must be read at the revision before first.
    Unread(Vec<Bytes>),
}

impl Target {
    /// What a wait looks at. A parameter in the key may make it recursive.
    pub fn new(wait: &Wait, is_recursive: bool) -> Self {
        Target {
            path: Path::of(&wait.key),
            is_recursive,
        }
    }

    /// The keys that must be watched.
    pub fn range(&self) -> Range {
        self.path.watched(self.is_recursive)
    }

    /// A key that a user who may wait may read.
    pub fn key(&self) -> Bytes {
        self.range().0
    }

    /// What a wait is told of a revision.
    pub fn told(&self, revision: &Revision<'_>) -> Told {
        let concerns = |event: &&Event| self.path.belongs(key(event), self.is_recursive);
        let mine: Vec<&Event> = revision.events.iter().filter(concerns).collect();
        if mine.is_empty() {
            return Told::Events(Vec::new());
        }
        let current = |record: &&KeyValue| record.mod_revision == revision.number;
        let record = revision.record.filter(current);
        match record.and_then(|record| Act::parse(&record.value)) {
            Some(act) => revision.recorded(&act, &mine),
            None => revision.derived(&mine, &self.path.ancestors()),
        }
    }
}

impl Revision<'_> {
    /// The event of a write that has a record.
    fn recorded(&self, act: &Act, mine: &[&Event]) -> Told {
        if act.action == Action::Refresh {
            return Told::Events(Vec::new());
        }
        let end = if act.dir { "/" } else { "" };
        let stored = format!("{}{end}", act.key);
        let own = mine.iter().find(|event| key(event) == stored.as_bytes());
        if act.dir && act.action == Action::Delete {
            return self.removed_directory(act, stored, own.copied(), mine);
        }
        let told = own.map(|own| self.told_of(act.action, own, act.dir));
        Told::Events(told.into_iter().collect())
    }

    /// The removal of a directory, also for waits below the directory.
    fn removed_directory(
        &self,
        act: &Act,
        marker: String,
        own: Option<&Event>,
        mine: &[&Event],
    ) -> Told {
        let prev = match (own, self.before) {
            (Some(own), _) => own.prev_kv.as_ref(),
            (None, None) => return Told::Unread(vec![marker.into()]),
            (None, Some(before)) => before.first().and_then(Option::as_ref),
        };
        // A directory without a marker: its index is that of a key below it.
        let prev = prev.or_else(|| mine.iter().find_map(|event| event.prev_kv.as_ref()));
        let prev = prev.map(|stored| Node {
            key: act.key.as_bytes(),
            value: None,
            is_dir: true,
            ..Node::of(stored, &Lives::default())
        });
        let node = self.removed(act.key.as_bytes(), true, prev.as_ref());
        Told::Events(vec![event(act.action, &node, prev.as_ref(), self.now)])
    }

    /// The events of a write without a record: a plain set or delete, the end of a lease, or a write of another client.
    fn derived(&self, mine: &[&Event], above: &[Path]) -> Told {
        let (removals, puts): (Vec<&Event>, Vec<&Event>) =
            mine.iter().copied().partition(|event| is_removal(event));
        let files = puts.into_iter().filter(|event| !is_marker(key(event)));
        let mut told: Vec<String> = files
            .map(|event| self.told_of(Action::Set, event, false))
            .collect();
        match (shared_lease(&removals), self.before) {
            (Some(lease), None) if !above.is_empty() && expiry(lease).is_some() => {
                return Told::Unread(above.iter().map(Path::marker).collect());
            }
            (Some(lease), before) => {
                let above = before.unwrap_or_default().iter().flatten();
                match above.into_iter().find(|marker| marker.lease == lease) {
                    Some(marker) => told.push(self.expired(marker)),
                    None => told.extend(self.expired_here(&removals)),
                }
            }
            (None, _) => told.extend(removals.iter().map(|event| self.gone(event))),
        }
        Told::Events(told)
    }

    /// Keys that expired with one lease: with a directory among them they are the event of the topmost directory.
    fn expired_here(&self, removals: &[&Event]) -> Vec<String> {
        let markers = removals.iter().filter(|event| is_marker(key(event)));
        let topmost = markers.min_by_key(|event| key(event).len());
        match topmost {
            Some(directory) => vec![self.gone(directory)],
            None => removals.iter().map(|event| self.gone(event)).collect(),
        }
    }

    /// A directory that expired, for a wait below it.
    fn expired(&self, marker: &KeyValue) -> String {
        let prev = Node::of(marker, &Lives::default());
        let node = prev.removed(self.number);
        event(Action::Expire, &node, Some(&prev), self.now)
    }

    /// A key that was removed without a record. etcd does not tell why: a key with a lease is taken as expired.
    fn gone(&self, removal: &Event) -> String {
        let had_lease = removal.prev_kv.as_ref().is_some_and(|prev| prev.lease != 0);
        let action = if had_lease {
            Action::Expire
        } else {
            Action::Delete
        };
        self.told_of(action, removal, is_marker(key(removal)))
    }

    fn told_of(&self, action: Action, own: &Event, is_dir: bool) -> String {
        let lives = Lives::default();
        let mut prev = own.prev_kv.as_ref().map(|prev| Node::of(prev, &lives));
        let mut node = match &own.kv {
            Some(stored) if !is_removal(own) => Node::of(stored, &lives),
            _ => self.removed(key(own), is_dir, prev.as_ref()),
        };
        if is_dir && !is_removal(own) {
            // v2 shows the update's index of a directory in the event alone.
            node.modified = self.number;
            let file = self.replaced_file(node.key);
            prev = file.map(|file| Node::of(file, &lives)).or(prev);
        }
        event(action, &node, prev.as_ref(), self.now)
    }

    /// The file that a directory has replaced.
    fn replaced_file(&self, path: &[u8]) -> Option<&KeyValue> {
        let mut removals = self.events.iter().filter(|event| is_removal(event));
        removals.find(|event| key(event) == path)?.prev_kv.as_ref()
    }

    fn removed<'k>(&self, key: &'k [u8], is_dir: bool, prev: Option<&Node<'_>>) -> Node<'k> {
        Node {
            key: key.strip_suffix(b"/").unwrap_or(key),
            value: None,
            is_dir,
            expires: None,
            modified: self.number,
            created: prev.map_or(0, |prev| prev.created),
        }
    }
}

/// The lease that all removed keys had.
fn shared_lease(removals: &[&Event]) -> Option<i64> {
    let mut leases = removals
        .iter()
        .map(|event| event.prev_kv.as_ref().map_or(0, |prev| prev.lease));
    let first = leases.next().filter(|lease| *lease != 0)?;
    leases.all(|lease| lease == first).then_some(first)
}

fn key(event: &Event) -> &[u8] {
    event.kv.as_ref().map_or(b"", |stored| &stored.key)
}

fn is_removal(event: &Event) -> bool {
    event.r#type() == EventType::Delete
}

#[cfg(test)]
mod tests;
