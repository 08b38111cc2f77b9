use super::{NewConnections, POLL_INTERVAL, REQUEST_LIMIT, SUSPENSION};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const SOON: Duration = Duration::from_millis(100);

/// How long a write waits, that begins now.
async fn waited(new_connections: &NewConnections) -> Duration {
    let start = Instant::now();
    new_connections.first_requests().await;
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_write_waits_for_the_first_requests_of_the_connections_before_it() {
    let new_connections = NewConnections::default();
    let (first, second) = (new_connections.add(), new_connections.add());
    drop(first);
    let request = async {
        sleep(SOON).await;
        drop(second);
    };
    let (waited, ()) = tokio::join!(waited(&new_connections), request);
    assert!(
        (SOON..=SOON + POLL_INTERVAL).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_does_not_wait_for_later_connections() {
    let new_connections = NewConnections::default();
    let later = async {
        sleep(2 * POLL_INTERVAL).await;
        new_connections.add()
    };
    let write = async {
        let _first = new_connections.add();
        waited(&new_connections).await
    };
    let (waited, _later) = tokio::join!(write, later);
    assert!(
        (REQUEST_LIMIT..=REQUEST_LIMIT + POLL_INTERVAL).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn connections_that_send_nothing_delay_one_write_in_a_while_and_are_forgotten() {
    let new_connections = NewConnections::default();
    let _silent: Vec<_> = (0..1000).map(|_| new_connections.add()).collect();
    let mut delays = Vec::new();
    let start = Instant::now();
    while start.elapsed() < SUSPENSION {
        let _silent = new_connections.add();
        delays.push(waited(&new_connections).await);
    }
    assert!((REQUEST_LIMIT..=REQUEST_LIMIT + POLL_INTERVAL).contains(&delays[0]));
    assert!(delays[1..].iter().all(|delay| *delay == POLL_INTERVAL));
    assert!(new_connections.lock().accepted.is_empty());
    sleep(SUSPENSION).await;
    let _silent = new_connections.add();
    assert!(waited(&new_connections).await > POLL_INTERVAL);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_silent_before_the_write_delays_no_later_one() {
    let new_connections = NewConnections::default();
    let _silent = new_connections.add();
    sleep(REQUEST_LIMIT).await;
    assert_eq!(waited(&new_connections).await, POLL_INTERVAL);
    let _new = new_connections.add();
    assert!(waited(&new_connections).await > POLL_INTERVAL);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_long_to_register_delays_writes_and_does_not_stop_them_from_waiting() {
    let new_connections = NewConnections::default();
    let new = new_connections.add();
    new.note_request();
    assert!(waited(&new_connections).await >= REQUEST_LIMIT);
    let _new = new_connections.add();
    assert!(waited(&new_connections).await > POLL_INTERVAL);
}
