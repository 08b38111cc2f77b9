//! Spaces waits that fail at once: a loop that calls `next` whatever has happened must not spin while every host is
//! down.

use crate::backoff::doubled;
use crate::error::{Error, Failure, Kind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The pause after the first failure; it doubles with each that follows.
const SHORTEST: Duration = Duration::from_millis(50);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(1);

/// A wait that takes longer to fail needs no pause behind it.
const AT_ONCE: Duration = Duration::from_secs(1);

/// How many waits of a client have failed at once, one after the other.
#[derive(Debug, Default)]
pub struct Spacing(AtomicU32);

impl Spacing {
    /// The pause before a wait.
    pub async fn pause(&self) {
        let failures = self.0.load(Ordering::Relaxed);
        if failures > 0 {
            sleep(length(failures)).await;
        }
    }

    /// Notes how a wait that began at this moment ended.
    pub fn note<T>(&self, start: Instant, result: &Result<T, Error>) {
        let was_down = match result {
            Err(error) => matches!(&error.kind, Kind::Network(failure) if is_down(failure)),
            Ok(_) => false,
        };
        match was_down && start.elapsed() < AT_ONCE {
            true => self.0.fetch_add(1, Ordering::Relaxed),
            false => self.0.swap(0, Ordering::Relaxed),
        };
    }
}

/// Whether a host fails like this before it can serve any wait.
fn is_down(failure: &Failure) -> bool {
    failure.delivery.may_repeat() || failure.refuses_client
}

/// The length of the pause after so many failures: by chance, so that many clients do not come back all at once.
fn length(failures: u32) -> Duration {
    doubled(SHORTEST, failures, LONGEST).mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_double_up_to_a_second_and_are_cut_by_at_most_half() {
        for (failures, most) in [(1, 50), (2, 100), (5, 800), (6, 1000), (u32::MAX, 1000)] {
            let most = Duration::from_millis(most);
            for _ in 0..100 {
                let length = length(failures);
                assert!(
                    most / 2 <= length && length <= most,
                    "{failures} {length:?}"
                );
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_waits_that_fail_at_once_and_reach_nobody_count() {
        let spacing = Spacing::default();
        let failed = |failure| Err::<(), _>(Error::new(Kind::Network(failure)));
        let down = failed(Failure::new("ECONNREFUSED", "connect ECONNREFUSED"));
        let hung_up = failed(Failure::new("ECONNRESET", "socket hang up").after_sending());
        let start = Instant::now();
        spacing.note(start, &down);
        spacing.note(start, &down);
        assert_eq!(spacing.0.load(Ordering::Relaxed), 2);
        for ending in [Ok(()), hung_up] {
            spacing.note(start, &down);
            spacing.note(start, &ending);
            assert_eq!(spacing.0.load(Ordering::Relaxed), 0);
        }
        let mut refused = Failure::new("EPROTO", "bad certificate").after_sending();
        refused.refuses_client = true;
        spacing.note(start, &failed(refused));
        assert_eq!(spacing.0.load(Ordering::Relaxed), 1);
        sleep(AT_ONCE).await;
        spacing.note(start, &down);
        assert_eq!(spacing.0.load(Ordering::Relaxed), 0);
    }
}
