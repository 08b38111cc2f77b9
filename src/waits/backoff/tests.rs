use super::*;
use tokio::time::{advance, timeout};

fn key(text: &str) -> Key {
    Key {
        text: text.into(),
        ..Key::default()
    }
}

fn polls() -> Arc<PollBackoff> {
    Arc::new(PollBackoff::new(None))
}

/// A poll for a key that begins now, without its backoff.
fn poll(polls: &PollBackoff, text: &str) -> TimedPoll {
    polls.timed(&key(text), false, Instant::now())
}

fn fail(polls: &Arc<PollBackoff>, text: &str, times: u32) {
    for _ in 0..times {
        polls.note_failure(poll(polls, text));
    }
}

/// The backoff before the next poll for a key.
async fn paused(polls: &Arc<PollBackoff>, text: &str) -> Duration {
    let start = Instant::now();
    polls.begin(&key(text), false).await;
    start.elapsed()
}

#[test]
fn backoff_doubles_up_to_a_second_and_jitter_takes_at_most_half() {
    for (failures, most) in [(2, 50), (3, 100), (6, 800), (7, 1000), (u32::MAX, 1000)] {
        let most = Duration::from_millis(most);
        for _ in 0..100 {
            let length = backoff(failures);
            assert!(
                most / 2 <= length && length <= most,
                "{failures} {length:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_has_no_backoff_and_the_next_ones_do() {
    let polls = polls();
    for (least, most) in [(0, 0), (25, 51), (50, 101), (100, 201)] {
        fail(&polls, "k", 1);
        let paused = paused(&polls, "k").await.as_millis();
        assert!(least <= paused && paused <= most, "{least} {paused}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_or_a_poll_that_took_longer_ends_a_streak() {
    let polls = polls();
    fail(&polls, "k", 9);
    polls.note_event(poll(&polls, "k"));
    assert_eq!(paused(&polls, "k").await, Duration::ZERO);
    fail(&polls, "k", 9);
    let slow = poll(&polls, "k");
    advance(AT_ONCE).await;
    polls.note_failure(slow);
    assert_eq!(paused(&polls, "k").await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_idle_poll_that_ends_with_a_short_timeout_has_not_failed() {
    let timeout = Duration::from_millis(20);
    let polls = Arc::new(PollBackoff::new(Some(timeout)));
    for _ in 0..9 {
        let idle = poll(&polls, "k");
        advance(timeout).await;
        polls.note_failure(idle);
    }
    assert_eq!(paused(&polls, "k").await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn another_key_neither_counts_nor_ends_a_streak() {
    let polls = polls();
    fail(&polls, "a", 9);
    polls.note_event(poll(&polls, "b"));
    assert_eq!(paused(&polls, "b").await, Duration::ZERO);
    assert!(paused(&polls, "a").await >= LONGEST / 2);
}

#[tokio::test(start_paused = true)]
async fn polls_that_fail_together_count_once() {
    let polls = polls();
    let in_flight = poll(&polls, "k");
    advance(Duration::from_millis(5)).await;
    for _ in 0..100 {
        polls.note_failure(in_flight);
    }
    assert_eq!(paused(&polls, "k").await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn streaks_are_bounded_and_end() {
    let polls = polls();
    for key in 0..MOST + 10 {
        fail(&polls, &key.to_string(), 2);
    }
    assert!(polls.streaks().by_target.len() <= MOST + 1);
    assert!(paused(&polls, "another").await > Duration::ZERO);
    let swept = timeout(REMEMBERED * 3, async {
        while !polls.streaks().by_target.is_empty() {
            tokio::time::sleep(REMEMBERED).await;
        }
    });
    assert!(swept.await.is_ok());
    assert!(!polls.streaks().is_swept);
}
