//! What the user may not read or write of what calls need beside their own key. Learned from refusals, and forgotten after a
//! while, because a role may be granted more.

use crate::v3::layout::Path;
use bytes::Bytes;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// After this time the user's rights are tried again.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// At most this many directories are remembered. The calls below further ones find out for themselves.
const MOST: usize = 1024;

/// What the user may not read or write.
#[derive(Debug, Default)]
pub struct Denials {
    /// Whether anything is known, for the calls of the many users who may do everything.
    has_any: AtomicBool,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    since: Option<SystemTime>,
    records: bool,
    /// The markers of directories.
    directories: HashSet<Bytes>,
}

impl Denials {
    /// Whether the user may not read and write records.
    pub fn has_records(&self, now: SystemTime) -> bool {
        self.current(now).is_some_and(|known| known.records)
    }

    /// How many directories above a path, from the topmost down, the user may not read.
    pub fn above(&self, path: &Path, now: SystemTime) -> usize {
        let Some(known) = self.current(now) else {
            return 0;
        };
        let above = path.ancestors().into_iter();
        let is_denied = |path: &Path| known.directories.contains(&path.marker());
        above.take_while(is_denied).count()
    }

    /// Takes what a call had to leave out.
    pub fn add(&self, records: bool, above: &[Path], now: SystemTime) {
        let mut known = self.known();
        known.since.get_or_insert(now);
        known.records |= records;
        for path in above {
            if known.directories.len() < MOST {
                known.directories.insert(path.marker());
            }
        }
        self.has_any.store(true, Ordering::Relaxed);
    }

    /// What is known and not too old.
    fn current(&self, now: SystemTime) -> Option<MutexGuard<'_, Known>> {
        if !self.has_any.load(Ordering::Relaxed) {
            return None;
        }
        let mut known = self.known();
        let age = known.since.map(|since| now.duration_since(since));
        if age.is_none_or(|age| age.is_ok_and(|age| age < FORGOTTEN)) {
            return Some(known);
        }
        *known = Known::default();
        self.has_any.store(false, Ordering::Relaxed);
        None
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_denied_directory_says_nothing_of_directories_elsewhere() {
        let denials = Denials::default();
        let deep = Path::new("shared/config/flag");
        denials.add(false, &deep.ancestors(), at(0));
        let table = [
            ("shared/config/flag", 2),
            ("shared/config/flag/below", 2),
            ("shared/other/flag", 1),
            ("app/d/x", 0),
        ];
        for (path, expected) in table {
            assert_eq!(denials.above(&Path::new(path), at(1)), expected, "{path}");
        }
        assert!(!denials.has_records(at(1)));
    }

    #[test]
    fn denials_are_forgotten_after_a_minute_and_when_the_clock_goes_back() {
        for later in [60, 0] {
            let denials = Denials::default();
            denials.add(true, &[], at(1));
            assert!(denials.has_records(at(2)));
            assert!(!denials.has_records(at(later + 1 - u64::from(later == 0))));
            assert!(!denials.has_records(at(2)));
        }
    }
}
