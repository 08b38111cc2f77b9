//! Pauses that double.

use std::time::Duration;

/// The pause after so many failures on end: the shortest, doubled with each after the first, up to the longest.
pub fn doubled(shortest: Duration, failures: u32, longest: Duration) -> Duration {
    shortest
        .saturating_mul(1 << (failures - 1).min(8))
        .min(longest)
}
