use super::*;
use crate::api::key::Key;
use crate::api::request::{Request, Set, Wait};
use crate::waits::Registrations;
use crate::waits::registrations::lock;

fn wait() -> Wait {
    Wait {
        key: key("a"),
        ..Wait::default()
    }
}

fn enter(all: &Registrations, chain: Chain) -> Entry {
    all.enter(&wait(), Some(chain))
}

fn key(text: &str) -> Key {
    Key {
        text: text.into(),
        ..Key::default()
    }
}

fn set() -> Request {
    Request::Set(Set {
        key: key("a"),
        ..Set::default()
    })
}

/// A wait of a chain ends without an index.
fn fail(all: &Registrations, chain: u64) {
    let entry = enter(all, chain);
    all.hand_over(entry, Some(chain), None);
}

/// A write is applied at an index.
fn write(all: &Registrations, index: u64) -> usize {
    let waits = all.concerned_by(&set());
    all.overtaken(&waits, index);
    waits.len()
}

#[tokio::test(start_paused = true)]
async fn a_write_tells_one_group_however_many_registrations_were_handed_over() {
    let all = Registrations::default();
    (0..20_000).for_each(|chain| fail(&all, chain));
    assert_eq!(write(&all, 7), 1);
    assert_eq!(write(&all, 8), 0);
    for chain in [20_000 - MOST as u64, 19_999] {
        assert_eq!(enter(&all, chain).overtaken(), Some(7), "{chain}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_chain_sees_the_writes_since_its_own_first_wait() {
    let all = Registrations::default();
    fail(&all, 1);
    write(&all, 7);
    fail(&all, 2);
    fail(&all, 3);
    write(&all, 9);
    let overtaken = [1, 2, 3].map(|chain| enter(&all, chain).overtaken());
    assert_eq!(overtaken, [Some(7), Some(9), Some(9)]);
}

#[tokio::test(start_paused = true)]
async fn a_write_in_flight_tells_a_chain_though_its_wait_has_ended() {
    let all = Registrations::default();
    let first = enter(&all, 1);
    let before = all.concerned_by(&set());
    all.hand_over(first, Some(1), None);
    let meanwhile = all.concerned_by(&set());
    let second = enter(&all, 1);
    let later = all.concerned_by(&set());
    all.overtaken(&later, 9);
    assert_eq!(second.overtaken(), Some(9));
    all.overtaken(&meanwhile, 8);
    assert_eq!(second.overtaken_before(Some(20)).await, 8);
    all.overtaken(&before, 7);
    assert_eq!(second.overtaken(), Some(7));
    second.forget_before(10);
    assert_eq!(second.overtaken(), None);
}

#[tokio::test(start_paused = true)]
async fn writes_wait_for_the_next_wait_of_a_chain_again() {
    let all = Registrations::default();
    fail(&all, 1);
    let second = enter(&all, 1);
    let is_awaited = |all: &Registrations| {
        let waits = all.concerned_by(&set());
        waits.iter().any(|wait| !wait.state.borrow().unawaited)
    };
    assert!(is_awaited(&all));
    all.hand_over(second, Some(1), None);
    assert!(!is_awaited(&all));
}

#[tokio::test(start_paused = true)]
async fn the_first_wait_of_a_watch_sees_the_writes_that_were_in_flight_at_its_start() {
    let from = |index: u64| Wait {
        index: Some(index.to_string()),
        ..wait()
    };
    let all = Registrations::default();
    let entry = enter(&all, 1);
    let in_flight = all.concerned_by(&set());
    all.hand_over_start(entry, Some(1), 20);
    let first = all.enter(&from(20), Some(1));
    assert!(first.follows_writes(&from(20)) && !first.follows_writes(&from(21)));
    all.overtaken(&in_flight, 18);
    assert_eq!(first.overtaken(), Some(18));
    let entry = enter(&all, 1);
    all.hand_over_start(entry, Some(1), 30);
    assert!(!all.enter(&from(30), Some(1)).follows_writes(&from(30)));
}

#[tokio::test(start_paused = true)]
async fn registrations_that_no_wait_takes_over_are_bounded_and_expire() {
    let all = Registrations::default();
    let chains = MOST as u64 + 10;
    (0..chains).for_each(|chain| fail(&all, chain));
    assert_eq!(all.handovers.state().in_order.len(), MOST);
    assert_eq!(all.handovers.state().by_chain.len(), MOST);
    tokio::time::sleep(KEPT + SWEPT * 2).await;
    let state = all.handovers.state();
    assert!(state.in_order.is_empty() && state.by_chain.is_empty() && state.groups.is_empty());
    assert!(!state.is_swept && lock(&all.by_key).is_empty());
}
