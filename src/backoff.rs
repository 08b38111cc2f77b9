//! Exponential backoff.

use std::time::Duration;

/// The backoff after this many failures in a row: `shortest`, doubled with each further failure, at most `longest`.
pub fn doubled(shortest: Duration, failures: u32, longest: Duration) -> Duration {
    shortest
        .saturating_mul(1 << failures.saturating_sub(1).min(8))
        .min(longest)
}
