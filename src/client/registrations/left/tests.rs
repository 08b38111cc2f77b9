use super::*;
use crate::api::key::Key;
use crate::api::request::{Request, Set, Wait};
use crate::client::registrations::{Registrations, lock};

fn wait(chain: u64) -> Wait {
    Wait {
        key: key("a"),
        chain: Some(chain),
        ..Wait::default()
    }
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
    let entry = all.enter(&wait(chain));
    all.leave(entry, &wait(chain), None);
}

/// A write is applied at an index.
fn write(all: &Registrations, index: u64) -> usize {
    let waits = all.concerned_by(&set());
    all.overtaken(&waits, index);
    waits.len()
}

#[tokio::test(start_paused = true)]
async fn what_a_write_does_is_independent_of_how_much_was_left() {
    let all = Registrations::default();
    (0..20_000).for_each(|chain| fail(&all, chain));
    assert_eq!(write(&all, 7), 1);
    assert_eq!(write(&all, 8), 0);
    for chain in [20_000 - MOST as u64, 19_999] {
        assert_eq!(all.enter(&wait(chain)).overtaken(), Some(7), "{chain}");
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
    let overtaken = [1, 2, 3].map(|chain| all.enter(&wait(chain)).overtaken());
    assert_eq!(overtaken, [Some(7), Some(9), Some(9)]);
}

#[tokio::test(start_paused = true)]
async fn a_write_in_flight_tells_a_chain_whatever_has_become_of_its_wait() {
    let all = Registrations::default();
    let first = all.enter(&wait(1));
    let before = all.concerned_by(&set());
    all.leave(first, &wait(1), None);
    let meanwhile = all.concerned_by(&set());
    let second = all.enter(&wait(1));
    let later = all.concerned_by(&set());
    all.overtaken(&later, 9);
    assert_eq!(second.overtaken(), Some(9));
    all.overtaken(&meanwhile, 8);
    assert_eq!(second.overtaken_before(Some(20)).await, 8);
    all.overtaken(&before, 7);
    assert_eq!(second.overtaken(), Some(7));
    second.moved_on(10);
    assert_eq!(second.overtaken(), None);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_goes_on_holds_up_writes_again() {
    let all = Registrations::default();
    fail(&all, 1);
    let second = all.enter(&wait(1));
    let is_awaited = |all: &Registrations| {
        let waits = all.concerned_by(&set());
        waits.iter().any(|wait| !wait.state.borrow().unawaited)
    };
    assert!(is_awaited(&all));
    all.leave(second, &wait(1), None);
    assert!(!is_awaited(&all));
}

#[tokio::test(start_paused = true)]
async fn the_first_wait_of_a_watch_hears_of_writes_that_were_in_flight_at_its_start() {
    let from = |index: u64| Wait {
        index: Some(index.to_string()),
        ..wait(1)
    };
    let all = Registrations::default();
    let entry = all.enter(&wait(1));
    let in_flight = all.concerned_by(&set());
    all.start(entry, &wait(1), 20);
    let first = all.enter(&from(20));
    assert!(first.looks_back(&from(20)) && !first.looks_back(&from(21)));
    all.overtaken(&in_flight, 18);
    assert_eq!(first.overtaken(), Some(18));
    let entry = all.enter(&wait(1));
    all.start(entry, &wait(1), 30);
    assert!(!all.enter(&from(30)).looks_back(&from(30)));
}

#[tokio::test(start_paused = true)]
async fn what_was_left_is_bounded_and_expires() {
    let all = Registrations::default();
    let chains = MOST as u64 + 10;
    (0..chains).for_each(|chain| fail(&all, chain));
    assert_eq!(all.left.state().in_order.len(), MOST);
    assert_eq!(all.left.state().by_chain.len(), MOST);
    tokio::time::sleep(KEPT + SWEPT * 2).await;
    let state = all.left.state();
    assert!(state.in_order.is_empty() && state.by_chain.is_empty() && state.groups.is_empty());
    assert!(!state.is_swept && lock(&all.by_key).is_empty());
}
