use super::*;
use crate::api::request::{Delete, Flags, Get, Push, Set};

fn key(text: &str) -> Key {
    Key {
        text: text.into(),
        ..Key::default()
    }
}

fn wait(text: &str, recursive: bool) -> Wait {
    Wait {
        key: key(text),
        flags: Flags {
            recursive,
            ..Flags::default()
        },
        ..Wait::default()
    }
}

fn set(text: &str) -> Request {
    Request::Set(Set {
        key: key(text),
        ..Set::default()
    })
}

#[test]
fn a_write_waits_for_the_waits_that_it_may_concern() {
    let table = [
        ("a/b", false, "a/b", true),
        ("/a//b/", false, "a/b?x=1", true),
        ("a/b", false, "a", true),
        ("a/b", false, "", true),
        ("a", true, "a/b/c", true),
        ("", true, "a/b", true),
        ("a", false, "a/b", false),
        ("", false, "a", false),
        ("a", true, "ab", false),
        ("a/b", true, "a/c", false),
        ("a0", false, "a", false),
    ];
    for (waited, recursive, written, expected) in table {
        let all = Registrations::default();
        let _entry = all.enter(&wait(waited, recursive), None);
        assert_eq!(
            !all.concerned_by(&set(written)).is_empty(),
            expected,
            "{waited} {written}"
        );
    }
}

#[test]
fn only_writes_wait_for_a_registration() {
    let all = Registrations::default();
    let _entry = all.enter(&wait("a", true), None);
    let get = Get {
        key: key("a"),
        ..Get::default()
    };
    assert!(all.concerned_by(&Request::Get(get)).is_empty());
    let push = Push {
        key: key("a"),
        ..Push::default()
    };
    assert_eq!(all.concerned_by(&Request::Push(push)).len(), 1);
    let delete = Delete {
        key: key("a"),
        ..Delete::default()
    };
    assert_eq!(all.concerned_by(&Request::Delete(delete)).len(), 1);
}

#[test]
fn no_write_waits_for_a_wait_that_is_registered_or_has_ended() {
    let all = Registrations::default();
    let (first, second) = (
        all.enter(&wait("a", false), None),
        all.enter(&wait("a", false), None),
    );
    first.settle();
    assert_eq!(all.concerned_by(&set("a")).len(), 1);
    drop(second);
    assert!(all.concerned_by(&set("a")).is_empty());
    assert!(lock(&all.by_key).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_write_waits_until_the_wait_is_registered() {
    let all = Registrations::default();
    let entry = all.enter(&wait("a", false), None);
    let write = tokio::spawn(settled(all.concerned_by(&set("a"))));
    tokio::time::sleep(PATIENCE / 2).await;
    assert!(!write.is_finished());
    entry.settle();
    assert!(write.await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_overtakes_a_wait_tells_it_the_index_to_look_from() {
    let all = Registrations::default();
    let entry = all.enter(&wait("a", false), None);
    let late = settled(all.concerned_by(&set("a"))).await;
    assert_eq!(late.len(), 1);
    let second = settled(all.concerned_by(&set("a")));
    assert!(tokio::time::timeout(PATIENCE / 2, second).await.is_ok());
    all.overtaken(&late, 7);
    all.overtaken(&late, 9);
    assert!(all.concerned_by(&set("a")).is_empty());
    assert_eq!(entry.overtaken(), Some(7));
    assert_eq!(entry.overtaken_before(Some(8)).await, 7);
    let seen = tokio::time::timeout(PATIENCE, entry.overtaken_before(Some(7))).await;
    assert!(seen.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_looks_from_a_later_index_is_not_called_back_by_earlier_writes() {
    let all = Registrations::default();
    let entry = all.enter(&wait("a/b", false), None);
    for other in all.concerned_by(&set("a")) {
        other.overtaken_at(50);
    }
    let called_back = |from| timeout_at(Instant::now(), entry.overtaken_before(Some(from)));
    assert_eq!(called_back(51).await, Ok(50));
    entry.forget_before(50);
    assert_eq!(called_back(51).await, Ok(50));
    entry.forget_before(51);
    assert!(called_back(600).await.is_err());
    assert_eq!(entry.overtaken(), None);
}
