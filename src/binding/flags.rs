//! The options of a call that are on or off, as the bits of one number. To read a number costs 0.1 µs; so does each property of an
//! object.

use crate::api::key::Syntax;
use crate::api::request::Flags;
use napi_derive::napi;

/// The bits. lib/flags.js reads them from the addon, so that they are defined here alone.
#[napi]
pub enum CallFlag {
    /// Everything below a key.
    Recursive = 1,
    /// Children sorted by key.
    Sorted = 2,
    /// Sent, and ignored by etcd.
    Consistent = 4,
    /// A read through the leader's quorum.
    Quorum = 8,
    /// A wait.
    Wait = 16,
    /// A directory.
    Dir = 32,
    /// A new ttl for a key that keeps its value.
    Refresh = 64,
    /// A write whose answer has no node.
    NoValueOnSuccess = 128,
    /// Each character of the key stands for itself.
    Strict = 256,
    /// The result says where it comes from.
    Detailed = 512,
    /// A read that a watch makes in place of a poll.
    InPlaceOfPoll = 1024,
    /// The start index of a watch.
    StartIndex = 2048,
    /// A poll that no call of the program makes: planned faults of a store in memory do not count it.
    Repoll = 4096,
}

/// The flags of a call.
#[derive(Clone, Copy)]
pub struct CallFlags(pub u32);

impl CallFlags {
    /// `recursive`, `sorted`, `consistent`.
    pub fn of_read(self) -> Flags {
        Flags {
            recursive: self.has(CallFlag::Recursive),
            sorted: self.has(CallFlag::Sorted),
            consistent: self.has(CallFlag::Consistent),
        }
    }

    /// How the key is read.
    pub fn syntax(self) -> Syntax {
        match self.has(CallFlag::Strict) {
            true => Syntax::Strict,
            false => Syntax::Loose,
        }
    }

    /// Whether the result says where it comes from.
    pub fn detailed(self) -> bool {
        self.has(CallFlag::Detailed)
    }

    /// Whether a flag is on.
    pub fn has(self, flag: CallFlag) -> bool {
        self.0 & flag as u32 != 0
    }
}
