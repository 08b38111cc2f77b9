//! The options of a call that are on or off, as one number. As in lib/flags.js.

use crate::api::key::Syntax;
use crate::api::request::Flags;

/// The options that are on.
#[derive(Clone, Copy)]
pub struct Switches(pub u32);

impl Switches {
    const RECURSIVE: u32 = 1;
    const SORTED: u32 = 2;
    const CONSISTENT: u32 = 4;
    const QUORUM: u32 = 8;
    const WAIT: u32 = 16;
    const DIR: u32 = 32;
    const REFRESH: u32 = 64;
    const NO_VALUE: u32 = 128;
    const STRICT: u32 = 256;
    const ALONE: u32 = 512;
    const DETAILED: u32 = 1024;
    const SPACED: u32 = 2048;
    const START: u32 = 4096;

    /// `recursive`, `sorted`, `consistent`.
    pub fn of_read(self) -> Flags {
        Flags {
            recursive: self.recursive(),
            sorted: self.has(Self::SORTED),
            consistent: self.has(Self::CONSISTENT),
        }
    }

    pub fn recursive(self) -> bool {
        self.has(Self::RECURSIVE)
    }

    pub fn quorum(self) -> bool {
        self.has(Self::QUORUM)
    }

    pub fn wait(self) -> bool {
        self.has(Self::WAIT)
    }

    pub fn dir(self) -> bool {
        self.has(Self::DIR)
    }

    pub fn refresh(self) -> bool {
        self.has(Self::REFRESH)
    }

    pub fn no_value_on_success(self) -> bool {
        self.has(Self::NO_VALUE)
    }

    pub fn syntax(self) -> Syntax {
        match self.has(Self::STRICT) {
            true => Syntax::Strict,
            false => Syntax::Loose,
        }
    }

    /// Whether a watch reads in place of a poll.
    pub fn is_poll(self) -> bool {
        self.has(Self::SPACED)
    }

    /// Whether a watch asks from which index it begins.
    pub fn start(self) -> bool {
        self.has(Self::START)
    }

    /// Whether no other call is under way.
    pub fn alone(self) -> bool {
        self.has(Self::ALONE)
    }

    /// Whether the answer is to come with the host, the attempts and the status that it came from.
    pub fn detailed(self) -> bool {
        self.has(Self::DETAILED)
    }

    fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
}
