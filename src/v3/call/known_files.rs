//! The keys that were files when they were last read. Bounded: a key takes the slot of another one.
//!
//! etcd serves the read of one key faster than the transaction that also finds a directory. A wrong guess costs one more
//! exchange, and never a wrong answer.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

const SLOTS: usize = 1024;

/// Hashes of keys. Two keys of one hash are no fault: the second one is guessed wrong.
#[derive(Debug)]
pub struct KnownFiles {
    slots: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl Default for KnownFiles {
    fn default() -> Self {
        KnownFiles {
            slots: (0..SLOTS).map(|_| AtomicU64::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

impl KnownFiles {
    /// Whether a key was a file.
    pub fn has(&self, key: &[u8]) -> bool {
        let (slot, hash) = self.slot(key);
        slot.is_some_and(|slot| slot.load(Ordering::Relaxed) == hash)
    }

    /// Remembers that a key is a file.
    pub fn enter(&self, key: &[u8]) {
        let (slot, hash) = self.slot(key);
        slot.into_iter()
            .for_each(|slot| slot.store(hash, Ordering::Relaxed));
    }

    /// Forgets a key.
    pub fn leave(&self, key: &[u8]) {
        let (slot, _) = self.slot(key);
        slot.into_iter()
            .for_each(|slot| slot.store(0, Ordering::Relaxed));
    }

    /// The slot of a key, and its hash. An empty slot has 0.
    fn slot(&self, key: &[u8]) -> (Option<&AtomicU64>, u64) {
        let hash = self.hasher.hash_one(key) | 1;
        let at = usize::try_from(hash >> 32).unwrap_or_default() % SLOTS;
        (self.slots.get(at), hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_remembered_until_they_leave_and_never_more_than_the_slots() {
        let files = KnownFiles::default();
        assert!(!files.has(b"/a"));
        files.enter(b"/a");
        assert!(files.has(b"/a") && !files.has(b"/b"));
        files.leave(b"/a");
        assert!(!files.has(b"/a"));
        let keys: Vec<String> = (0..10 * SLOTS).map(|number| format!("/{number}")).collect();
        keys.iter().for_each(|key| files.enter(key.as_bytes()));
        let known = keys.iter().filter(|key| files.has(key.as_bytes()));
        let count = known.count();
        assert!((SLOTS / 2..=SLOTS).contains(&count), "{count}");
    }
}
