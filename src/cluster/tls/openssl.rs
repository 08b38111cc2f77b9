//! The OpenSSL of the process, as which this package words and judges.

use std::sync::atomic::{AtomicBool, Ordering};

/// This version has other names for the alerts of SSL 3, and a higher security level.
const CHANGED: (u32, u32) = (3, 2);

static IS_CHANGED: AtomicBool = AtomicBool::new(false);

/// Says which OpenSSL the process has, by its version.
pub fn set_version(openssl: &str) {
    let mut numbers = openssl.split('.').map(|number| number.parse().ok());
    let version = numbers.next().flatten().zip(numbers.next().flatten());
    let is_changed = version.is_some_and(|version| version >= CHANGED);
    IS_CHANGED.store(is_changed, Ordering::Relaxed);
}

/// Whether alerts are no longer named after SSL 3.
pub fn has_renamed_alerts() -> bool {
    IS_CHANGED.load(Ordering::Relaxed)
}

/// The bits of strength that keys and digests of certificates need: of security level 1, and since 3.2 of level 2.
pub fn min_strength() -> usize {
    match IS_CHANGED.load(Ordering::Relaxed) {
        true => 112,
        false => 80,
    }
}
