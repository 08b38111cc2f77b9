//! When nodes expire.
//!
//! A deadline is in the node and in [`Expiries`]: whoever removes a node removes its deadline here.

use super::path::Path;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SECOND: i64 = 1_000_000_000;

/// A node that would expire before 2000 is made permanent (`minExpireTime` of etcd's `store.go`).
const EARLIEST: Duration = Duration::from_secs(946_684_800);

/// When a node expires. Deadlines of one moment have the order in which they were set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// The moment.
    pub at: SystemTime,
    order: u64,
}

/// The nodes that expire, the next one first.
#[derive(Debug, Default)]
pub struct Expiries {
    paths: BTreeMap<Deadline, Path>,
    order: u64,
}

impl Expiries {
    /// Adds a node.
    pub fn add(&mut self, at: SystemTime, path: Path) -> Deadline {
        self.order += 1;
        let order = self.order;
        let deadline = Deadline { at, order };
        self.paths.insert(deadline, path);
        deadline
    }

    /// The node is permanent or gone.
    pub fn remove(&mut self, deadline: Option<Deadline>) {
        if let Some(deadline) = deadline {
            self.paths.remove(&deadline);
        }
    }

    /// The next moment at which a node expires.
    pub fn next(&self) -> Option<SystemTime> {
        let (deadline, _) = self.paths.first_key_value()?;
        Some(deadline.at)
    }

    /// The first node that has expired.
    pub fn expired(&self, now: SystemTime) -> Option<Path> {
        let (deadline, path) = self.paths.first_key_value()?;
        (deadline.at <= now).then(|| path.clone())
    }

    /// The deadlines, in their order.
    #[cfg(test)]
    pub fn all(&self) -> impl Iterator<Item = (&Deadline, &Path)> {
        self.paths.iter()
    }
}

/// When a node with a time to live of so many seconds expires. Go's arithmetic wraps around: a very long time to live ends in the
/// past, or never.
pub fn expiration(now: SystemTime, ttl: u64) -> Option<SystemTime> {
    let nanos = nanos_of(now).wrapping_add(ttl.cast_signed().wrapping_mul(SECOND));
    let since = Duration::from_nanos(nanos.unsigned_abs());
    match nanos {
        0 => None,
        1.. => UNIX_EPOCH.checked_add(since),
        _ => UNIX_EPOCH.checked_sub(since),
    }
}

/// The same for a node that is created.
pub fn expiration_of_new(now: SystemTime, ttl: u64) -> Option<SystemTime> {
    expiration(now, ttl).filter(|at| *at >= UNIX_EPOCH + EARLIEST)
}

fn nanos_of(now: SystemTime) -> i64 {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn nodes_expire_in_the_order_of_their_deadlines_and_of_the_calls_that_set_them() {
        let mut expiries = Expiries::default();
        let late = expiries.add(moment(9), Path::new("a"));
        let first = expiries.add(moment(5), Path::new("b"));
        expiries.add(moment(5), Path::new("c"));
        assert_eq!(expiries.next(), Some(moment(5)));
        assert_eq!(expiries.expired(moment(4)), None);
        assert_eq!(expiries.expired(moment(5)), Some(Path::new("b")));
        expiries.remove(Some(first));
        expiries.remove(Some(late));
        expiries.remove(None);
        assert_eq!(expiries.expired(moment(9)), Some(Path::new("c")));
    }

    #[test]
    fn a_time_to_live_that_does_not_fit_wraps_around() {
        let now = moment(1_764_158_400);
        assert_eq!(
            expiration_of_new(now, 5),
            Some(now + Duration::from_secs(5))
        );
        assert_eq!(expiration_of_new(now, 0), Some(now));
        for ttl in [8_000_000_000, 9_000_000_000] {
            assert_eq!(expiration_of_new(now, ttl), None, "{ttl}");
            assert!(expiration(now, ttl).unwrap() < now, "{ttl}");
        }
        let wrapped = Some(now - Duration::from_secs(1));
        assert_eq!(expiration_of_new(now, u64::MAX), wrapped);
    }
}
