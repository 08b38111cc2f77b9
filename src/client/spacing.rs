//! Spaces polls that end without an event: a loop that polls again whatever has happened must not spin.
//!
//! A streak is a number of consecutive failures of the polls for one key. A failure is any end without an event that
//! comes at once: a network error, any status, an empty body, a page that is no event. A streak does not depend on
//! chains: a caller that starts a new wait after each failure is spaced like one that calls `next`.
//!
//! ```text
//! no streak --failure--> 1: the next poll goes at once
//!                        2: it goes after 50 ms, 3: 100 ms, … 1 s, less jitter
//! any streak --an event, or a failure that took its time--> no streak
//! ```

use super::sweep::sweep_every;
use crate::api::key::Key;
use crate::backoff::doubled;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The backoff after the second consecutive failure; it doubles with each that follows.
const SHORTEST: Duration = Duration::from_millis(50);

/// The longest backoff.
const LONGEST: Duration = Duration::from_secs(1);

/// A poll that takes longer to fail needs no backoff.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A streak ends if no poll fails for so long. It is longer than a backoff and a failure that comes at once.
const REMEMBERED: Duration = Duration::from_secs(5);

/// How many keys have a streak of their own; beyond that, others share one.
const MOST: usize = 10_000;

/// The streaks of a client's polls, by key.
#[derive(Debug)]
pub struct Spacing {
    /// Failures that come sooner are spaced.
    at_once: Duration,
    hasher: RandomState,
    streaks: Mutex<Streaks>,
}

/// What is polled: a key, alone or with all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target(u64);

#[derive(Debug, Default)]
struct Streaks {
    by_target: HashMap<Target, Streak>,
    /// A task is dropping those that have ended.
    is_swept: bool,
}

#[derive(Debug, Clone, Copy)]
struct Streak {
    failures: u32,
    /// When the latest failure was counted.
    last: Instant,
}

impl Spacing {
    /// Nothing has failed. An idle poll that ends with this timeout has not failed at once, however short that is.
    pub fn new(timeout: Option<Duration>) -> Self {
        Spacing {
            at_once: timeout.map_or(AT_ONCE, |timeout| timeout.min(AT_ONCE)),
            hasher: RandomState::new(),
            streaks: Mutex::default(),
        }
    }

    /// What is polled. Two keys of one hash would only share their streak.
    pub fn target(&self, key: &Key, recursive: bool) -> Target {
        Target(self.hasher.hash_one((&key.text, recursive)))
    }

    /// The backoff before a poll.
    pub async fn pause(&self, target: Target) {
        let until = self.streaks().next_poll(target);
        if let Some(until) = until {
            sleep_until(until).await;
        }
    }

    /// Notes how a poll ended that began at this moment.
    pub fn note(self: &Arc<Self>, target: Target, start: Instant, has_event: bool) {
        let mut streaks = self.streaks();
        match has_event || start.elapsed() >= self.at_once {
            true => streaks.end(target),
            false => streaks.fail(target, start),
        }
        let is_due = !streaks.by_target.is_empty() && !streaks.is_swept;
        streaks.is_swept |= is_due;
        drop(streaks);
        if is_due {
            sweep_every(REMEMBERED, self, Spacing::drop_ended);
        }
    }

    /// Drops the streaks that have ended. False where none is left.
    fn drop_ended(&self) -> bool {
        let mut streaks = self.streaks();
        streaks.by_target.retain(|_, streak| streak.goes_on());
        streaks.is_swept = !streaks.by_target.is_empty();
        if !streaks.is_swept {
            streaks.by_target = HashMap::new();
        }
        streaks.is_swept
    }

    fn streaks(&self) -> MutexGuard<'_, Streaks> {
        self.streaks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Streaks {
    /// The streak of a target, or the one that is shared.
    fn key(&self, target: Target) -> Target {
        let is_own = self.by_target.len() < MOST || self.by_target.contains_key(&target);
        if is_own { target } else { Target(0) }
    }

    fn next_poll(&self, target: Target) -> Option<Instant> {
        if self.by_target.is_empty() {
            return None;
        }
        let streak = self.by_target.get(&self.key(target))?;
        (streak.failures > 1 && streak.goes_on()).then(|| streak.last + backoff(streak.failures))
    }

    fn end(&mut self, target: Target) {
        if !self.by_target.is_empty() {
            self.by_target.remove(&target);
        }
    }

    /// Counts a failure. Polls that were in flight together when the latest failure was counted count once.
    fn fail(&mut self, target: Target, start: Instant) {
        let fresh = Streak {
            failures: 0,
            last: start,
        };
        let streak = self.by_target.entry(self.key(target)).or_insert(fresh);
        if !streak.goes_on() {
            *streak = fresh;
        }
        if streak.failures == 0 || start >= streak.last {
            streak.failures = streak.failures.saturating_add(1);
            streak.last = Instant::now();
        }
    }
}

impl Streak {
    fn goes_on(&self) -> bool {
        self.last.elapsed() < REMEMBERED
    }
}

/// The backoff after so many consecutive failures, more than one, with jitter: many clients do not come back at once.
fn backoff(failures: u32) -> Duration {
    doubled(SHORTEST, failures.saturating_sub(1).max(1), LONGEST)
        .mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests;
