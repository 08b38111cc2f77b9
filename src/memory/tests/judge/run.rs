//! One run: the same calls on etcd and on a store in memory, side by side.

use super::super::key;
use super::super::random::{Calls, HIDDEN};
use super::etcd::{Etcd, Result};
use crate::api::error::Kind;
use crate::api::request::{Delete, Flags, Get, Request, Wait};
use crate::memory::history::CAPACITY;
use crate::memory::{Answer, Call, Effects, Memory, Path, Reply, WatcherId};
use serde_json::Value;
use std::collections::HashMap;
use std::time::SystemTime;
use tokio::task::JoinHandle;

/// How often etcd is asked for the number of its waits, until a wait is registered or has ended.
const ATTEMPTS: usize = 5000;

/// The most waits at a time.
const MOST_WAITS: usize = 40;

/// A run.
pub struct Run<'a> {
    etcd: &'a Etcd,
    pub memory: Memory,
    calls: Calls,
    waits: HashMap<WatcherId, (Wait, JoinHandle<Result>)>,
    /// The index at which the run has begun.
    first: u64,
}

fn get_all() -> Request {
    Request::Get(Get {
        key: key("/"),
        flags: Flags {
            recursive: true,
            sorted: true,
            consistent: false,
        },
        quorum: true,
        ..Get::default()
    })
}

/// What is below the root, with the index.
fn tree_of(etcd: &Etcd) -> Value {
    let outcome = etcd.call(get_all()).unwrap();
    let mut tree: Value = serde_json::from_str(&outcome.body.unwrap()).unwrap();
    tree["index"] = outcome.origin.index.into();
    tree
}

fn remove(etcd: &Etcd, text: &str) {
    let _ = etcd.call(Request::Delete(Delete {
        key: key(text),
        recursive: true,
        ..Delete::default()
    }));
}

impl<'a> Run<'a> {
    /// A run on an etcd without keys, and on a store in memory with its index.
    pub fn new(etcd: &'a Etcd, seed: u64) -> Self {
        let nodes = tree_of(etcd)["node"]["nodes"].take();
        let listed = nodes.as_array().into_iter().flatten();
        let listed = listed.filter_map(|node| node["key"].as_str());
        for text in listed.chain([HIDDEN]) {
            remove(etcd, text);
        }
        let tree = tree_of(etcd);
        let mut memory = Memory::default();
        memory.load(SystemTime::now(), &tree).unwrap();
        Run {
            etcd,
            first: memory.index(),
            memory,
            calls: Calls::new(seed),
            waits: HashMap::new(),
        }
    }

    /// One call, or a wait.
    pub fn step(&mut self) {
        if self.calls.is_one_of(6) && self.waits.len() < MOST_WAITS {
            return self.wait();
        }
        let request = self.calls.call(self.memory.index());
        self.call(&request);
    }

    /// Makes a call that is no wait on both.
    pub fn call(&mut self, request: &Request) {
        let applied = self.memory.apply(SystemTime::now(), request).unwrap();
        let Effects { reply, deliveries } = applied;
        let Reply::Answer(answer) = reply else {
            panic!("{request:?} was registered");
        };
        compare(request, answer, self.etcd.call(request.clone()));
        let is_any = !deliveries.is_empty();
        for delivery in deliveries {
            let (wait, mut told) = self.waits.remove(&delivery.watcher).unwrap();
            let told = self.etcd.end_of(&mut told);
            if event_index(&told) >= delivery.answer.event_index {
                compare(&Request::Wait(wait), delivery.answer, told);
            } else {
                assert!(is_misled(&wait, &told), "{wait:?} was told {told:?}");
            }
        }
        if is_any || self.calls.is_one_of(50) {
            self.settle();
        }
    }

    /// Asks until etcd has as many waits as the store in memory.
    fn settle(&mut self) {
        for _ in 0..ATTEMPTS {
            self.stop_misled();
            if self.etcd.watchers() == self.memory.watchers() {
                return;
            }
        }
        let ended = self.waits.values().filter(|(_, told)| told.is_finished());
        let ended: Vec<_> = ended.map(|(wait, _)| wait).collect();
        let (theirs, ours) = (self.etcd.watchers(), self.memory.watchers());
        panic!("etcd has {theirs} waits and not {ours}: {ended:?} have ended");
    }

    /// Stops the waits that etcd has told of an event that was none for them: the client polls from a past index at times.
    fn stop_misled(&mut self) {
        let (etcd, memory) = (self.etcd, &mut self.memory);
        self.waits.retain(|watcher, (wait, told)| {
            if !told.is_finished() {
                return true;
            }
            let told = etcd.end_of(told);
            assert!(is_misled(wait, &told), "{wait:?} was told {told:?}");
            memory.stop(*watcher);
            false
        });
    }

    /// The oldest index that both histories judge alike: etcd has its own events of the time before the run.
    fn oldest(&self) -> u64 {
        let start = (self.memory.index() + 1).saturating_sub(CAPACITY as u64);
        match start > self.first {
            true => start - 3,
            false => self.first + 1,
        }
    }

    fn wait(&mut self) {
        let wait = self.calls.wait(self.memory.index(), self.oldest());
        let request = Request::Wait(wait.clone());
        if self.would_mislead(&request) {
            return;
        }
        let applied = self.memory.apply(SystemTime::now(), &request).unwrap();
        let mut told = self.etcd.wait(wait.clone());
        match applied.reply {
            Reply::Answer(answer) => compare(&request, answer, self.etcd.end_of(&mut told)),
            Reply::Registered { watcher, .. } => {
                self.waits.insert(watcher, (wait, told));
                self.settle();
            }
        }
    }

    /// Whether etcd's history would tell a wait of an event that does not concern it (see `history.rs`).
    fn would_mislead(&self, request: &Request) -> bool {
        let call = Call::of(request).unwrap();
        let (path, since) = (&call.path, call.judged.wait_index);
        let mut events = self.memory.history.events();
        let first = events.find(|event| {
            let (at, watched) = (event.path.text(), path.text());
            let is_below = call.judged.recursive && event.path.below(watched).is_some();
            let is_above = event.removes_directory() && watched.starts_with(at);
            let is_told = at == watched || is_below || is_above;
            since > 0 && event.index() >= since && is_told && !event.is_refresh
        });
        first.is_some_and(|event| {
            !event.concerns(path.text(), call.judged.recursive) && !event.removes_above(path)
        })
    }

    /// Every event that the history has, told once more, and the end of the waits.
    pub fn replay(mut self) {
        for index in self.oldest()..=self.memory.index() {
            let wait = Wait {
                key: key("/"),
                flags: Flags {
                    recursive: true,
                    ..Flags::default()
                },
                index: Some(index.to_string()),
            };
            let request = Request::Wait(wait.clone());
            if self.would_mislead(&request) {
                continue;
            }
            let applied = self.memory.apply(SystemTime::now(), &request).unwrap();
            if let Reply::Answer(answer) = applied.reply {
                compare(
                    &request,
                    answer,
                    self.etcd.end_of(&mut self.etcd.wait(wait)),
                );
            }
        }
        for (_, told) in self.waits.values() {
            told.abort();
        }
        let mut left = (0..ATTEMPTS).map(|_| self.etcd.watchers());
        assert!(left.any(|left| left == 0));
    }
}

/// The event that etcd has told a wait of.
fn event_of(told: &Result) -> Value {
    let body = told.as_ref().unwrap().body.as_deref().unwrap();
    serde_json::from_str(body).unwrap()
}

fn event_index(told: &Result) -> Option<u64> {
    event_of(told)["node"]["modifiedIndex"].as_u64()
}

/// Whether etcd has told a wait of an event that was none for it when it happened. Beside what does not concern it, that is the end of
/// a directory above it in which its node did not exist.
fn is_misled(wait: &Wait, told: &Result) -> bool {
    let key = event_of(told)["node"]["key"].take();
    let (at, watched) = (Path::new(key.as_str().unwrap()), Path::of(&wait.key));
    let below = at.below(watched.text()).filter(|_| wait.flags.recursive);
    let is_shown = below.is_some_and(|below| !below.contains("/_"));
    at != watched && !is_shown
}

/// Panics if the answers differ.
pub fn compare(request: &Request, answer: Answer, told: Result) {
    let found = answer.clone().outcome(request);
    match (found, told) {
        (Ok(found), Ok(told)) => {
            assert_eq!(
                found.origin.status, told.origin.status,
                "{request:?} {answer:?}"
            );
            if answer.event_index.is_none() {
                assert_eq!(found.origin.index, told.origin.index, "{request:?}");
            }
            compare_bodies(request, found.body, told.body);
        }
        (Err(found), Err(told)) => {
            assert!(matches!(told.kind, Kind::Api(_)), "{request:?} {told:?}");
            assert_eq!(found.kind, told.kind, "{request:?}");
            assert_eq!(found.status, told.status, "{request:?}");
            assert_eq!(found.ambiguous, told.ambiguous, "{request:?}");
        }
        (found, told) => panic!("{request:?}\nfound {found:?}\netcd {told:?}"),
    }
}

/// The texts are the same but for the expirations, as the clock is read twice.
fn compare_bodies(request: &Request, found: Option<String>, told: Option<String>) {
    let (Some(found), Some(told)) = (&found, &told) else {
        return assert_eq!(found, told, "{request:?}");
    };
    let (found, found_lives) = without_lives(found);
    let (told, told_lives) = without_lives(told.trim_end());
    assert_eq!(found, told, "{request:?}");
    for (found, told) in found_lives.iter().zip(&told_lives) {
        assert!(found.abs_diff(*told) <= 2, "{request:?}: {found} {told}");
    }
}

/// The JSON without expirations and times to live, and the times to live. One of 0 s is left out of the JSON.
fn without_lives(text: &str) -> (String, Vec<i64>) {
    let mut parts = text.split(r#","expiration":""#);
    let mut rest = parts.next().unwrap().to_owned();
    let mut lives = Vec::new();
    for part in parts {
        let (_, part) = part.split_once('"').unwrap();
        let ttl = part.strip_prefix(r#","ttl":"#).unwrap_or(part);
        let end = ttl.find([',', '}']).unwrap();
        lives.push(ttl[..end].parse().unwrap_or_default());
        rest.push_str(r#","ttl":?"#);
        rest.push_str(&ttl[end..]);
    }
    (rest, lives)
}
