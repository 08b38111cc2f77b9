use super::*;
use std::cell::RefCell;
use std::future::pending;
use tokio::time::{advance, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// What an attempt does after how many milliseconds.
#[derive(Clone, Copy)]
enum Fate {
    Connects(u64),
    Fails(u64),
    Hangs,
}

/// Runs a race of `n` addresses: which one wins, and when each attempt began, in milliseconds.
async fn race(fates: &[Fate], noted: &ConnectAttempts) -> (Option<usize>, Vec<u64>) {
    let begun = RefCell::new(Vec::new());
    let start = Instant::now();
    let connect = async |address: SocketAddr| {
        let at = usize::from(address.port()) - 1;
        begun.borrow_mut().push(start.elapsed().as_millis() as u64);
        match fates[at] {
            Fate::Connects(after) => sleep(Duration::from_millis(after)).await,
            Fate::Fails(after) => {
                sleep(Duration::from_millis(after)).await;
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            Fate::Hangs => pending().await,
        }
        Ok(at)
    };
    let list = (1..=fates.len()).map(|port| format!("10.0.0.1:{port}").parse().unwrap());
    let delay = delay(Some(SECOND * 60), start, fates.len());
    let won = first_connected(list.collect(), delay, noted, connect).await;
    (won, begun.into_inner())
}

#[tokio::test(start_paused = true)]
async fn the_next_address_is_tried_after_250_ms_or_at_once_where_one_fails() {
    use Fate::{Connects, Fails, Hangs};
    let table: [(&[Fate], Option<usize>, &[u64]); 9] = [
        (&[Connects(0)], Some(0), &[0]),
        (&[Connects(249), Hangs], Some(0), &[0]),
        (&[Hangs, Connects(0)], Some(1), &[0, 250]),
        (&[Hangs, Hangs, Connects(0)], Some(2), &[0, 250, 500]),
        (&[Fails(10), Connects(0)], Some(1), &[0, 10]),
        (&[Connects(400), Connects(300)], Some(0), &[0, 250]),
        (&[Hangs, Fails(10), Connects(0)], Some(2), &[0, 250, 260]),
        (&[Fails(300), Fails(400)], None, &[0, 250]),
        (&[], None, &[]),
    ];
    for (at, (fates, won, begun)) in table.into_iter().enumerate() {
        let expected = (won, begun.to_vec());
        assert_eq!(
            race(fates, &ConnectAttempts::default()).await,
            expected,
            "{at}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_happens_at_each_address_is_known_until_one_connects() {
    let noted = ConnectAttempts::default();
    race(&[Fate::Fails(10), Fate::Fails(0)], &noted).await;
    let ports = noted.map(|attempt| (attempt.address.port(), attempt.error.is_some()));
    assert_eq!(ports, [(1, true), (2, true)]);
    let noted = ConnectAttempts::default();
    race(&[Fate::Fails(10), Fate::Connects(0)], &noted).await;
    assert!(noted.map(|_| ()).is_empty());
    let noted = ConnectAttempts::default();
    let all = [Fate::Fails(10), Fate::Hangs, Fate::Hangs, Fate::Hangs];
    let limit = Duration::from_millis(300);
    assert!(timeout(limit, race(&all, &noted)).await.is_err());
    let hang = noted.map(|attempt| attempt.error.is_none());
    assert_eq!(hang, [false, true, true, true], "the last one had no turn");
}

#[test]
fn the_families_of_addresses_alternate_from_that_of_the_first() {
    let table: [(&[&str], &[&str]); 4] = [
        (&[], &[]),
        (&["1.1.1.1:1", "2.2.2.2:1"], &["1.1.1.1:1", "2.2.2.2:1"]),
        (
            &["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"],
            &["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"],
        ),
        (
            &["1.1.1.1:1", "[::1]:1", "[::2]:1"],
            &["1.1.1.1:1", "[::1]:1", "[::2]:1"],
        ),
    ];
    for (given, expected) in table {
        assert_eq!(interleaved(addresses(given)), addresses(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn each_address_has_its_turn_within_what_is_left_of_the_limit() {
    let (ms, begun) = (Duration::from_millis, Instant::now());
    let table = [
        (None, 2, ms(250)),
        (Some(SECOND * 60), 2, ms(250)),
        (Some(ms(300)), 2, ms(150)),
        (Some(ms(1)), 4, ms(10)),
        (None, 0, ms(250)),
    ];
    for (limit, addresses, expected) in table {
        assert_eq!(
            delay(limit, begun, addresses),
            expected,
            "{limit:?} {addresses}"
        );
    }
    advance(ms(200)).await;
    assert_eq!(delay(Some(ms(300)), begun, 2), ms(50));
    assert_eq!(delay(Some(ms(100)), begun, 2), ms(10));
}
