use super::{LOOK, Newcomers, PATIENCE};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const SOON: Duration = Duration::from_millis(100);

/// How long a write waits, that begins now.
async fn waited(newcomers: &Newcomers) -> Duration {
    let start = Instant::now();
    newcomers.gone().await;
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_write_waits_for_the_first_requests_of_the_connections_before_it() {
    let newcomers = Newcomers::default();
    let (first, second) = (newcomers.add(), newcomers.add());
    drop(first);
    let request = async {
        sleep(SOON).await;
        drop(second);
    };
    let (waited, ()) = tokio::join!(waited(&newcomers), request);
    assert!((SOON..=SOON + LOOK).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_write_does_not_wait_for_later_connections() {
    let newcomers = Newcomers::default();
    let later = async {
        sleep(2 * LOOK).await;
        newcomers.add()
    };
    let write = async {
        let _first = newcomers.add();
        waited(&newcomers).await
    };
    let (waited, _newcomer) = tokio::join!(write, later);
    assert!((PATIENCE..=PATIENCE + LOOK).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn connections_that_send_nothing_delay_writes_once_and_are_forgotten() {
    let newcomers = Newcomers::default();
    let _silent: Vec<_> = (0..1000).map(|_| newcomers.add()).collect();
    let delay = waited(&newcomers).await;
    assert!((PATIENCE..=PATIENCE + LOOK).contains(&delay), "{delay:?}");
    assert_eq!(waited(&newcomers).await, LOOK);
    assert!(newcomers.lock().accepted.is_empty());
}
