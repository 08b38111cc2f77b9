use super::*;
use tokio::time::{advance, timeout};

fn target(spacing: &Spacing, text: &str) -> Target {
    let key = Key {
        text: text.into(),
        ..Key::default()
    };
    spacing.target(&key, false)
}

fn spacing() -> Arc<Spacing> {
    Arc::new(Spacing::new(None))
}

fn fail(spacing: &Arc<Spacing>, target: Target, times: u32) {
    for _ in 0..times {
        spacing.note(target, Instant::now(), false);
    }
}

/// How long the next poll of a target waits.
async fn paused(spacing: &Spacing, target: Target) -> Duration {
    let start = Instant::now();
    spacing.pause(target).await;
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
async fn the_first_failure_is_repeated_at_once_and_those_that_follow_are_spaced() {
    let spacing = spacing();
    let key = target(&spacing, "k");
    for (least, most) in [(0, 0), (25, 51), (50, 101), (100, 201)] {
        fail(&spacing, key, 1);
        let paused = paused(&spacing, key).await.as_millis();
        assert!(least <= paused && paused <= most, "{least} {paused}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_or_a_failure_that_took_its_time_ends_a_streak() {
    let spacing = spacing();
    let key = target(&spacing, "k");
    fail(&spacing, key, 9);
    spacing.note(key, Instant::now(), true);
    assert_eq!(paused(&spacing, key).await, Duration::ZERO);
    fail(&spacing, key, 9);
    let start = Instant::now();
    advance(AT_ONCE).await;
    spacing.note(key, start, false);
    assert_eq!(paused(&spacing, key).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_idle_poll_that_ends_with_a_short_timeout_is_not_spaced() {
    let timeout = Duration::from_millis(20);
    let spacing = Arc::new(Spacing::new(Some(timeout)));
    let key = target(&spacing, "k");
    for _ in 0..9 {
        let start = Instant::now();
        advance(timeout).await;
        spacing.note(key, start, false);
    }
    assert_eq!(paused(&spacing, key).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn another_key_neither_counts_nor_ends_a_streak() {
    let spacing = spacing();
    let (failing, busy) = (target(&spacing, "a"), target(&spacing, "b"));
    fail(&spacing, failing, 9);
    spacing.note(busy, Instant::now(), true);
    assert_eq!(paused(&spacing, busy).await, Duration::ZERO);
    assert!(paused(&spacing, failing).await >= LONGEST / 2);
}

#[tokio::test(start_paused = true)]
async fn polls_that_fail_together_count_once() {
    let spacing = spacing();
    let key = target(&spacing, "k");
    let start = Instant::now();
    advance(Duration::from_millis(5)).await;
    for _ in 0..100 {
        spacing.note(key, start, false);
    }
    assert_eq!(paused(&spacing, key).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn streaks_are_bounded_and_die() {
    let spacing = spacing();
    for key in 0..MOST + 10 {
        fail(&spacing, target(&spacing, &key.to_string()), 2);
    }
    assert!(spacing.streaks().by_target.len() <= MOST + 1);
    let another = target(&spacing, "another");
    assert!(paused(&spacing, another).await > Duration::ZERO);
    let swept = timeout(REMEMBERED * 3, async {
        while !spacing.streaks().by_target.is_empty() {
            tokio::time::sleep(REMEMBERED).await;
        }
    });
    assert!(swept.await.is_ok());
    assert!(!spacing.streaks().is_swept);
}
