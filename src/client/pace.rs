//! Keeps the waits for quiet keys within etcd's history.
//!
//! etcd keeps the last 1,000 events of the whole store. A wait for a key to which nothing happens falls behind while
//! others are written, and where its poll ends then, the history no longer reaches back to the index from which it
//! looks: what happened to its key meanwhile would be lost, or a gap told where nothing was. So a wait polls again
//! before it is that far behind. What a server has for a wait comes right behind the head of its answer: by its silence
//! it says that there was nothing up to the index of that head, and the wait looks from there.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A wait that is so many events behind polls again, and if nothing came it looks from a later index then: before that,
/// the history says by itself that there was nothing.
const FAR: u64 = 400;

/// After so many events waits are to hear of the store again.
const STEP: u64 = 100;

/// How soon waits hear of the store again, one for all: at most that late, and at least that late where it is busy.
const LATEST: Duration = Duration::from_secs(5);
const FIRST: Duration = Duration::from_secs(2);
const SOONEST: Duration = Duration::from_millis(500);

/// How long a server is silent that has nothing for a wait. A wait that is to hear of the store finds out, too.
pub const SILENCE: Duration = SOONEST;

/// How far the store has got, and how fast.
#[derive(Debug, Default)]
pub struct Pace(Mutex<Option<News>>);

#[derive(Debug, Clone, Copy)]
struct News {
    index: u64,
    /// The highest that there has been.
    highest: u64,
    at: Instant,
    /// When one of the waits polls for more.
    due: Instant,
    every: Duration,
}

impl Pace {
    /// The store had this index when it answered just now.
    pub fn note(&self, index: u64) {
        let mut news = self.news();
        let now = Instant::now();
        let highest = news.map_or(index, |last| last.highest.max(index));
        let every = match news.as_mut() {
            None => FIRST,
            Some(last) if now - last.at < SOONEST && index >= last.index => {
                last.highest = highest;
                return;
            }
            Some(last) => interval(now - last.at, index.saturating_sub(last.index)),
        };
        *news = Some(News {
            index,
            highest,
            at: now,
            due: now + every,
            every,
        });
    }

    /// Whether the index from which a wait looks was one of the store's, and is not any more: its data may have been wiped.
    pub fn may_have_gone_back(&self, from: u64) -> bool {
        let is_lost = |last: News| {
            last.index.saturating_add(1) < from && from <= last.highest.saturating_add(1)
        };
        self.news().is_some_and(is_lost)
    }

    /// Resolves when a wait which the store has registered at this index is to poll again.
    pub async fn falls_behind(&self, registered: u64) {
        while let Some(wake) = self.wake(registered) {
            sleep_until(wake).await;
        }
    }

    /// When to look again whether a wait has fallen behind; none where it has, or where it is the one to hear of the
    /// store.
    fn wake(&self, registered: u64) -> Option<Instant> {
        let mut news = self.news();
        let now = Instant::now();
        let Some(last) = news.as_mut() else {
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

    fn news(&self) -> MutexGuard<'_, Option<News>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How soon a step is to be expected of a store that had so many events in this time.
fn interval(elapsed: Duration, events: u64) -> Duration {
    let per_event = elapsed.as_secs_f64() / events.max(1) as f64;
    Duration::from_secs_f64((per_event * STEP as f64).min(LATEST.as_secs_f64())).max(SOONEST)
}

/// The index from which a wait looks for which a server had nothing up to another.
pub fn moved_on(from: u64, registered: u64) -> u64 {
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

    async fn is_behind(pace: &Pace, registered: u64) -> bool {
        timeout(Duration::ZERO, pace.falls_behind(registered))
            .await
            .is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_falls_behind_by_what_others_hear_of_the_store() {
        let pace = Pace::default();
        pace.note(100);
        advance(SOONEST).await;
        pace.note(99 + FAR);
        assert!(!is_behind(&pace, 100).await);
        advance(SOONEST).await;
        pace.note(100 + FAR);
        assert!(is_behind(&pace, 100).await);
        assert!(!is_behind(&pace, 101).await);
    }

    #[tokio::test(start_paused = true)]
    async fn one_wait_hears_of_the_store_for_all() {
        let pace = Pace::default();
        pace.note(100);
        assert!(!is_behind(&pace, 100).await);
        advance(FIRST).await;
        assert!(is_behind(&pace, 100).await);
        assert!(!is_behind(&pace, 100).await);
        advance(FIRST).await;
        assert!(is_behind(&pace, 100).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_begins_anew_leaves_nobody_behind() {
        let pace = Pace::default();
        pace.note(5000);
        pace.note(7);
        assert!(!is_behind(&pace, 7).await);
        for (from, may_have) in [(8, false), (9, true), (5001, true), (5002, false)] {
            assert_eq!(pace.may_have_gone_back(from), may_have, "{from}");
        }
    }

    #[test]
    fn a_busy_store_is_heard_of_sooner() {
        let second = Duration::from_secs(1);
        let table = [
            (second, 0, LATEST),
            (second, 1, LATEST),
            (second, STEP / 2, 2 * second),
            (second, STEP, second),
            (second, u64::MAX, SOONEST),
            (Duration::ZERO, 1, SOONEST),
            (Duration::MAX, 0, LATEST),
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
            assert_eq!(moved_on(from, registered), next, "{from} {registered}");
        }
    }
}
