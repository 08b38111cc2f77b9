//! The interval at which waits re-poll, so that the waits for quiet keys stay within etcd's event history.
//!
//! etcd keeps the last 1,000 events of the whole store (`EventHistory` of etcd's v2 store). While other keys are written, the
//! index of a wait for a quiet key falls behind. If its poll ended then, the history would no longer reach back to that index:
//! events of the key could be lost, or a gap would be reported without a lost event. So a wait re-polls before it is that
//! far behind. A server sends an event of the history right after the header section. If it is silent after the header section,
//! there was no event up to the store's index in it, and the wait looks from the next index.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A wait that is this many events behind re-polls. If the server is silent, the wait looks from a later index then.
const FAR: u64 = 400;

/// One wait re-polls after at most this many store events, to learn the store's current index.
const STEP: u64 = 100;

/// The longest interval.
const LONGEST: Duration = Duration::from_secs(5);
/// The interval before the rate of events is known.
const FIRST: Duration = Duration::from_secs(2);
/// The shortest interval, for a busy store.
const SHORTEST: Duration = Duration::from_millis(500);

/// A server that is silent this long after the header section has no event in its history for the wait.
pub const SILENCE: Duration = SHORTEST;

/// The store's index as the polls have seen it, and the rate of its events.
#[derive(Debug, Default)]
pub struct PollInterval(Mutex<Option<Observed>>);

#[derive(Debug, Clone, Copy)]
struct Observed {
    index: u64,
    /// The highest index seen so far.
    highest: u64,
    at: Instant,
    /// When one of the waits re-polls.
    due: Instant,
    every: Duration,
}

impl PollInterval {
    /// Notes the index with which the store has just answered.
    pub fn note(&self, index: u64) {
        let mut observed = self.observed();
        let now = Instant::now();
        let highest = observed.map_or(index, |last| last.highest.max(index));
        let every = match observed.as_mut() {
            None => FIRST,
            Some(last) if now - last.at < SHORTEST && index >= last.index => {
                last.highest = highest;
                return;
            }
            Some(last) => interval(now - last.at, index.saturating_sub(last.index)),
        };
        *observed = Some(Observed {
            index,
            highest,
            at: now,
            due: now + every,
            every,
        });
    }

    /// Whether the store once had the index from which a wait looks, and now has a lower one: its data may have been wiped.
    pub fn may_have_gone_back(&self, from: u64) -> bool {
        let is_lost = |last: Observed| {
            last.index.saturating_add(1) < from && from <= last.highest.saturating_add(1)
        };
        self.observed().is_some_and(is_lost)
    }

    /// Resolves when a wait that the store has registered at this index must re-poll.
    pub async fn is_due(&self, registered: u64) {
        while let Some(wake) = self.wake(registered) {
            sleep_until(wake).await;
        }
    }

    /// When to look again whether a wait must re-poll. `None` if it must re-poll now, because it is far behind or because it is
    /// the one that learns the store's index for all.
    fn wake(&self, registered: u64) -> Option<Instant> {
        let mut observed = self.observed();
        let now = Instant::now();
        let Some(last) = observed.as_mut() else {
            return Some(now + FIRST);
        };
        if last.index >= registered.saturating_add(FAR) {
            return None;
        }
        if last.due <= now {
            last.due = now + last.every;
            return None;
        }
        Some(last.due)
    }

    fn observed(&self) -> MutexGuard<'_, Option<Observed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The interval for a store that had this many events in this time: the time of [`STEP`] events.
fn interval(elapsed: Duration, events: u64) -> Duration {
    let per_event = elapsed.as_secs_f64() / events.max(1) as f64;
    Duration::from_secs_f64((per_event * STEP as f64).min(LONGEST.as_secs_f64())).max(SHORTEST)
}

/// The index from which a wait looks after a server had no event for it up to the index `registered`.
pub fn next_index(from: u64, registered: u64) -> u64 {
    let next = registered.saturating_add(1);
    match next >= from.saturating_add(FAR) {
        true => next,
        false => from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, timeout};

    async fn is_behind(polls: &PollInterval, registered: u64) -> bool {
        timeout(Duration::ZERO, polls.is_due(registered))
            .await
            .is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_re_polls_when_other_polls_show_that_it_is_far_behind() {
        let polls = PollInterval::default();
        polls.note(100);
        advance(SHORTEST).await;
        polls.note(99 + FAR);
        assert!(!is_behind(&polls, 100).await);
        advance(SHORTEST).await;
        polls.note(100 + FAR);
        assert!(is_behind(&polls, 100).await);
        assert!(!is_behind(&polls, 101).await);
    }

    #[tokio::test(start_paused = true)]
    async fn one_wait_learns_the_index_of_the_store_for_all() {
        let polls = PollInterval::default();
        polls.note(100);
        assert!(!is_behind(&polls, 100).await);
        advance(FIRST).await;
        assert!(is_behind(&polls, 100).await);
        assert!(!is_behind(&polls, 100).await);
        advance(FIRST).await;
        assert!(is_behind(&polls, 100).await);
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_is_behind_a_store_whose_index_has_gone_back() {
        let polls = PollInterval::default();
        polls.note(5000);
        polls.note(7);
        assert!(!is_behind(&polls, 7).await);
        for (from, may_have) in [(8, false), (9, true), (5001, true), (5002, false)] {
            assert_eq!(polls.may_have_gone_back(from), may_have, "{from}");
        }
    }

    #[test]
    fn the_interval_is_shorter_for_a_busy_store() {
        let second = Duration::from_secs(1);
        let table = [
            (second, 0, LONGEST),
            (second, 1, LONGEST),
            (second, STEP / 2, 2 * second),
            (second, STEP, second),
            (second, u64::MAX, SHORTEST),
            (Duration::ZERO, 1, SHORTEST),
            (Duration::MAX, 0, LONGEST),
        ];
        for (elapsed, events, every) in table {
            assert_eq!(interval(elapsed, events), every, "{elapsed:?} {events}");
        }
    }

    #[test]
    fn only_a_wait_that_is_far_behind_looks_from_a_later_index() {
        let table = [
            (100, 100 + FAR, 101 + FAR),
            (100, 99 + FAR, 100 + FAR),
            (100, 98 + FAR, 100),
            (100, 50, 100),
            (1, u64::MAX, u64::MAX),
            (u64::MAX, 5, u64::MAX),
        ];
        for (from, registered, next) in table {
            assert_eq!(next_index(from, registered), next, "{from} {registered}");
        }
    }
}
