//! Backoff between polls that fail at once: a loop that polls again after each failure must not spin.
//!
//! A streak is the number of consecutive failures of the polls for one key. A poll has failed if it ends within [`AT_ONCE`]
//! without an event: a network error, any status, an empty body, a page that is no event. A streak belongs to a key and not to
//! a chain: a caller that starts a new wait after each failure backs off like one that calls `next`.
//!
//! ```text
//! no streak ──failure──▶ 1: the next poll goes at once
//!                        2: after 50 ms, 3: after 100 ms, … after 1 s, less jitter
//! a streak ──an event, or a poll that took longer──▶ no streak
//! ```

use super::sweep_every;
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

/// A poll that takes longer needs no backoff after it.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A streak ends if no poll fails for this long: longer than the longest backoff and a poll that fails at once.
const REMEMBERED: Duration = Duration::from_secs(5);

/// The number of keys with their own streak. Further keys share one.
const MOST: usize = 10_000;

/// The streaks of a client's polls, by key.
#[derive(Debug)]
pub struct PollBackoff {
    /// Polls that end sooner without an event have failed.
    at_once: Duration,
    hasher: RandomState,
    streaks: Mutex<Streaks>,
}

/// What polls look at: a key, alone or with everything below it. Two targets with one hash share a streak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Target(u64);

/// A poll that is timed.
#[derive(Debug, Clone, Copy)]
pub struct TimedPoll {
    target: Target,
    start: Instant,
}

#[derive(Debug, Default)]
struct Streaks {
    by_target: HashMap<Target, Streak>,
    /// Whether a task is running that drops ended streaks.
    is_swept: bool,
}

#[derive(Debug, Clone, Copy)]
struct Streak {
    failures: u32,
    /// When the latest failure was counted.
    last: Instant,
}

impl PollBackoff {
    /// No streaks. A poll that ends with this timeout has not failed, however short the timeout is.
    pub fn new(timeout: Option<Duration>) -> Self {
        PollBackoff {
            at_once: timeout.map_or(AT_ONCE, |timeout| timeout.min(AT_ONCE)),
            hasher: RandomState::new(),
            streaks: Mutex::default(),
        }
    }

    /// Waits for the backoff before a poll for a key, and starts to time the poll.
    pub async fn begin(&self, key: &Key, recursive: bool) -> TimedPoll {
        let mut poll = self.timed(key, recursive, Instant::now());
        let until = self.streaks().next_poll(poll.target);
        if let Some(until) = until {
            sleep_until(until).await;
            poll.start = Instant::now();
        }
        poll
    }

    /// A poll for a key that began at this moment.
    pub fn timed(&self, key: &Key, recursive: bool, start: Instant) -> TimedPoll {
        TimedPoll {
            target: Target(self.hasher.hash_one((&key.text, recursive))),
            start,
        }
    }

    /// Notes that a poll has given an event: the streak ends.
    pub fn note_event(&self, poll: TimedPoll) {
        self.streaks().end(poll.target);
    }

    /// Notes that a poll has ended without an event.
    pub fn note_failure(self: &Arc<Self>, poll: TimedPoll) {
        let mut streaks = self.streaks();
        match poll.start.elapsed() >= self.at_once {
            true => streaks.end(poll.target),
            false => streaks.fail(poll.target, poll.start),
        }
        let is_due = !streaks.by_target.is_empty() && !streaks.is_swept;
        streaks.is_swept |= is_due;
        drop(streaks);
        if is_due {
            sweep_every(REMEMBERED, self, PollBackoff::drop_ended);
        }
    }

    /// Drops ended streaks. False if no streak is left.
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
    /// The target whose streak counts: this one, or the shared one.
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

    /// Counts a failure. Polls that were in flight together count once.
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

/// The backoff after this many consecutive failures, with jitter: many clients must not poll again at the same moment.
fn backoff(failures: u32) -> Duration {
    doubled(SHORTEST, failures.saturating_sub(1).max(1), LONGEST)
        .mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests;
