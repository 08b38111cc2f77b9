//! The store as its callers see it: requests in, answers and deliveries out.

mod answers;
mod expiry;
mod judge;
mod properties;
pub mod random;
mod size;
mod updates;
mod waits;

use super::*;
use crate::api::key::Key;
use crate::api::request::{Delete, Flags, Get, Push, Request, Set, Wait};
use std::time::{Duration, UNIX_EPOCH};

pub fn key(text: &str) -> Key {
    Key {
        text: text.into(),
        ..Key::default()
    }
}

/// A moment, so many seconds after the first one.
pub fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_764_158_400 + seconds)
}

pub fn get(text: &str, recursive: bool) -> Request {
    Request::Get(Get {
        key: key(text),
        flags: Flags {
            recursive,
            ..Flags::default()
        },
        ..Get::default()
    })
}

pub fn set(text: &str, value: &str) -> Request {
    set_with(text, |set| set.value = Some(value.into()))
}

/// A set with these parameters.
pub fn set_with(text: &str, change: impl FnOnce(&mut Set)) -> Request {
    let mut set = Set {
        key: key(text),
        ..Set::default()
    };
    change(&mut set);
    Request::Set(set)
}

pub fn set_for(text: &str, ttl: u64) -> Request {
    set_with(text, |set| set.ttl = Some(ttl.to_string()))
}

pub fn delete(text: &str, recursive: bool) -> Request {
    Request::Delete(Delete {
        key: key(text),
        recursive,
        ..Delete::default()
    })
}

pub fn push(text: &str) -> Request {
    Request::Push(Push {
        key: key(text),
        ..Push::default()
    })
}

pub fn wait(text: &str, index: Option<u64>, recursive: bool) -> Request {
    Request::Wait(Wait {
        key: key(text),
        flags: Flags {
            recursive,
            ..Flags::default()
        },
        index: index.map(|index| index.to_string()),
    })
}

/// The answer to a request.
pub fn answer(applied: Effects) -> Answer {
    match applied.reply {
        Reply::Answer(answer) => answer,
        Reply::Registered { .. } => panic!("the wait was registered"),
    }
}

impl Memory {
    /// Makes a call at the first moment.
    pub fn run(&mut self, request: &Request) -> Effects {
        self.apply(at(0), request).unwrap()
    }

    /// The answer to a call at the first moment.
    pub fn answer(&mut self, request: &Request) -> Answer {
        answer(self.run(request))
    }

    /// Registers a wait.
    pub fn register(&mut self, text: &str, index: Option<u64>, recursive: bool) -> WatcherId {
        match self.run(&wait(text, index, recursive)).reply {
            Reply::Registered { watcher, .. } => watcher,
            Reply::Answer(answer) => panic!("{answer:?}"),
        }
    }

    /// The waits that a call ends, by the lowest ids first.
    pub fn told(&mut self, request: &Request) -> Vec<WatcherId> {
        let applied = self.run(request);
        let mut told: Vec<_> = applied.deliveries.iter().map(|it| it.watcher).collect();
        told.sort_unstable();
        told
    }
}
