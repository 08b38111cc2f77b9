//! Random calls on few keys, so that they meet.

use super::key;
use crate::api::key::Key;
use crate::api::request::{Conditions, Delete, Flags, Get, Push, Request, Set, Wait};
use fastrand::Rng;

/// Mostly files: most writes of a directory are refused.
const KEYS: &[&str] = &[
    "/",
    "/a",
    "/a/x",
    "/b",
    "/b/q",
    "/_h",
    "/a/_h",
    "/ab",
    "/a/x/1",
    "/a/x/2",
    "/a/y",
    "/b/1",
    "/b/2",
    "/b/q/r/s",
    "/_h/i",
    "/a/_h/d/e",
    "/a/x/_z/1",
    "/a/-z",
    "/a/x-1",
    "/c",
    "/d",
    "/e",
    "/c",
    "/d",
    "/é <&>",
    "/a/z",
    "/b/3",
];

/// The name in [`KEYS`] that a listing of the root does not show.
pub const HIDDEN: &str = "/_h";

const VALUES: &[&str] = &[
    "v",
    "w",
    "",
    "é<&\"\\\n\u{2028}>",
    "0",
    "{\"expiration\":1}",
];

/// Random calls.
#[derive(Debug)]
pub struct Calls {
    pub rng: Rng,
}

impl Calls {
    pub fn new(seed: u64) -> Self {
        Calls {
            rng: Rng::with_seed(seed),
        }
    }

    pub fn is_one_of(&mut self, number: u32) -> bool {
        self.rng.u32(..number) == 0
    }

    fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.rng.usize(..texts.len())]
    }

    fn some_of(&mut self, number: u32, texts: &[&'static str]) -> Option<String> {
        let is_given = self.is_one_of(number);
        is_given.then(|| self.pick(texts).to_owned())
    }

    pub fn key(&mut self) -> Key {
        key(self.pick(KEYS))
    }

    /// A call on a store with this index.
    pub fn call(&mut self, index: u64) -> Request {
        match self.rng.u32(..20) {
            0..=2 => self.get(),
            3..=14 => self.set(index),
            15..=17 => self.delete(index),
            _ => self.push(),
        }
    }

    fn get(&mut self) -> Request {
        Request::Get(Get {
            key: self.key(),
            flags: Flags {
                recursive: self.rng.bool(),
                sorted: true,
                consistent: false,
            },
            quorum: self.is_one_of(4),
            ..Get::default()
        })
    }

    fn set(&mut self, index: u64) -> Request {
        let is_refresh = self.is_one_of(8);
        let has_value = !is_refresh || self.is_one_of(10);
        Request::Set(Set {
            key: self.key(),
            value: has_value.then(|| self.pick(VALUES).to_owned()),
            ttl: self.ttl(if is_refresh { 1 } else { 6 }),
            dir: self.is_one_of(25),
            conditions: self.conditions(index),
            refresh: is_refresh,
            no_value_on_success: self.is_one_of(10),
        })
    }

    /// Mostly a time to live that outlasts the test.
    fn ttl(&mut self, one_of: u32) -> Option<String> {
        match self.is_one_of(20) {
            true => self.some_of(1, &["", "x", "-1"]),
            false => self.some_of(one_of, &["1000", "2000", "3000", "4000"]),
        }
    }

    fn delete(&mut self, index: u64) -> Request {
        let conditions = match self.is_one_of(3) {
            true => self.conditions(index),
            false => Conditions::default(),
        };
        Request::Delete(Delete {
            key: self.key(),
            recursive: self.rng.bool(),
            dir: self.is_one_of(4),
            conditions,
        })
    }

    fn push(&mut self) -> Request {
        let is_given = !self.is_one_of(5);
        let directory = self.pick(&["/", "/a", "/b", "/b/q", "/_h", "/a/x", "/c"]);
        Request::Push(Push {
            key: key(directory),
            value: is_given.then(|| self.pick(VALUES).to_owned()),
            ttl: self.ttl(8),
        })
    }

    fn conditions(&mut self, index: u64) -> Conditions {
        let past = index.saturating_sub(self.rng.u64(..12)).to_string();
        Conditions {
            exist: self.some_of(4, &["true", "true", "true", "true", "false", "1", "x"]),
            value: self.some_of(8, VALUES),
            index: match self.rng.u32(..60) {
                0..=5 => Some(past),
                6 => Some("0".into()),
                7 => Some("-1".into()),
                _ => None,
            },
        }
    }

    /// A wait on a store with this index: for the next event, a future one, or one after `oldest`.
    pub fn wait(&mut self, index: u64, oldest: u64) -> Wait {
        let from = match self.rng.u32(..6) {
            0 | 1 => None,
            2 => Some(index + 1 + self.rng.u64(..4)),
            _ if oldest > index => None,
            _ => Some(self.rng.u64(oldest..=index)),
        };
        Wait {
            key: self.key(),
            flags: Flags {
                recursive: self.rng.bool(),
                ..Flags::default()
            },
            index: from.map(|index| index.to_string()),
        }
    }
}
