//! Times to live. The id of a lease tells when it expires, so that answers show `ttl` and `expiration` without a request. Pure.
//!
//! The 63 bits of an id: 36 of the expiry in quarters of a second since 1970, 17 of chance, 10 of a checksum. The ids of other
//! clients fail the checksum or tell an unlikely date, and etcd is asked for their times to live.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longer times to live are none: etcd refuses leases above 9,000,000,000 seconds.
pub const LONGEST: u64 = 9_000_000_000;

const EXPIRY_BITS: u32 = 36;
const CHANCE_BITS: u32 = 17;
const CHECKSUM_BITS: u32 = 10;
const QUARTERS: u64 = 4;

/// The expiries that an id is trusted with: the years 2024 to 2049, in seconds since 1970.
const LIKELY: std::ops::Range<u64> = 1_704_067_200..2_524_608_000;

/// A new id of a lease that expires then, or up to a quarter of a second earlier.
pub fn generate(expiry: SystemTime) -> i64 {
    let since = expiry.duration_since(UNIX_EPOCH).unwrap_or_default();
    let quarters = u64::try_from(since.as_millis()).unwrap_or_default() * QUARTERS / 1000;
    let quarters = quarters & mask(EXPIRY_BITS);
    let chance = fastrand::u64(..) & mask(CHANCE_BITS);
    let id = (quarters << (CHANCE_BITS + CHECKSUM_BITS)) | (chance << CHECKSUM_BITS);
    // 63 bits are set at most.
    (id | checksum(quarters, chance)).cast_signed()
}

/// When a lease of this library expires; `None` for the leases of other clients.
pub fn expiry(lease: i64) -> Option<SystemTime> {
    let id = u64::try_from(lease).ok()?;
    let quarters = id >> (CHANCE_BITS + CHECKSUM_BITS);
    let chance = (id >> CHECKSUM_BITS) & mask(CHANCE_BITS);
    let is_own = id & mask(CHECKSUM_BITS) == checksum(quarters, chance)
        && LIKELY.contains(&(quarters / QUARTERS));
    is_own.then(|| UNIX_EPOCH + Duration::from_millis(quarters * 1000 / QUARTERS))
}

const fn mask(bits: u32) -> u64 {
    (1 << bits) - 1
}

fn checksum(quarters: u64, chance: u64) -> u64 {
    let mixed = quarters.wrapping_mul(2_654_435_761) ^ chance.wrapping_mul(40_503);
    (mixed >> 7) & mask(CHECKSUM_BITS)
}

/// The times to live of the leases in an answer.
#[derive(Debug, Clone, Default)]
pub struct Lives {
    /// When the leases of other clients expire.
    others: HashMap<i64, SystemTime>,
}

impl Lives {
    /// Takes the seconds that etcd says the leases of other clients have left.
    pub fn add(&mut self, seconds: &HashMap<i64, i64>, now: SystemTime) {
        let expiries = seconds.iter().map(|(lease, seconds)| {
            let left = u64::try_from(*seconds).unwrap_or_default().min(LONGEST);
            (*lease, now + Duration::from_secs(left))
        });
        self.others.extend(expiries);
    }

    /// Takes the expiry of a lease that is about to be granted: the id of a distant one does not tell it.
    pub fn know(&mut self, lease: i64, expiry: SystemTime) {
        if self.lacks(lease) {
            self.others.insert(lease, expiry);
        }
    }

    /// When a lease expires; `None` without a lease.
    pub fn expiry(&self, lease: i64) -> Option<SystemTime> {
        if lease == 0 {
            return None;
        }
        expiry(lease).or_else(|| self.others.get(&lease).copied())
    }

    /// Whether etcd has to be asked for the time to live of a lease.
    pub fn lacks(&self, lease: i64) -> bool {
        lease != 0 && self.expiry(lease).is_none()
    }

    /// The one of two leases that expires first. No lease, which is 0, never expires.
    pub fn earlier(&self, one: i64, other: i64) -> i64 {
        match (self.expiry(one), self.expiry(other)) {
            (Some(first), Some(second)) if first <= second => one,
            (Some(_), None) => one,
            _ => other,
        }
    }
}

#[cfg(test)]
mod tests;
