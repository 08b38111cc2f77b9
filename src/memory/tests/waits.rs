//! Waits: what they are told of, and from where.

use super::*;
use crate::memory::history::CAPACITY;

#[test]
fn a_wait_is_told_of_its_node_and_a_recursive_one_of_all_below() {
    let mut memory = Memory::default();
    let root = memory.register("/", None, true);
    let above = memory.register("/a", None, false);
    let own = memory.register("/a/b", None, false);
    let recursive = memory.register("/a", None, true);
    memory.register("/a/b/c", None, true);
    assert_eq!(memory.told(&set("/a/b", "v")), [root, own, recursive]);
    assert_eq!(memory.told(&get("/a/b", false)), []);
    assert_eq!(memory.told(&delete("/a", true)), [above]);
    assert_eq!(memory.watchers(), 1);
}

#[test]
fn the_removal_of_a_directory_ends_the_waits_for_the_nodes_that_were_in_it() {
    let mut memory = Memory::default();
    memory.run(&set("/a/b/_h", "v"));
    memory.run(&set("/ab", "v"));
    let hidden = memory.register("/a/b/_h", None, false);
    let inner = memory.register("/a/b", None, false);
    for text in ["/a/missing", "/ab", "/a-"] {
        memory.register(text, None, true);
    }
    let applied = memory.run(&delete("/a", true));
    let mut told: Vec<_> = applied.deliveries.iter().map(|it| it.watcher).collect();
    told.sort_unstable();
    assert_eq!(told, [hidden, inner]);
    for Delivery { answer, .. } in applied.deliveries {
        assert!(
            answer
                .body
                .starts_with(r#"{"action":"delete","node":{"key":"/a","dir":true"#)
        );
        assert_eq!((answer.index, answer.event_index), (Some(3), Some(4)));
    }
    assert_eq!(memory.watchers(), 3);
}

#[test]
fn hidden_names_are_told_to_waits_that_name_them() {
    let mut memory = Memory::default();
    let hidden = memory.register("/a/_h", None, true);
    memory.register("/a", None, true);
    memory.register("/", None, true);
    assert_eq!(memory.told(&set("/a/_h/x", "v")), [hidden]);
    // The history tells the same.
    assert!(matches!(
        memory.run(&wait("/a", Some(2), true)).reply,
        Reply::Registered { .. }
    ));
    let past = memory.answer(&wait("/a/_h", Some(2), true));
    assert_eq!(past.event_index, Some(2));
}

#[test]
fn a_refresh_is_told_to_no_wait() {
    let mut memory = Memory::default();
    memory.run(&set("/a", "v"));
    let watcher = memory.register("/a", None, false);
    let refresh = set_with("/a", |set| {
        set.refresh = true;
        set.ttl = Some("5".into());
    });
    let applied = memory.run(&refresh);
    assert!(applied.deliveries.is_empty());
    assert!(answer(applied).body.contains(r#""value":"v","expiration""#));
    assert_eq!(memory.told(&set("/a", "w")), [watcher]);
    let past = memory.answer(&wait("/a", Some(3), false));
    assert_eq!(past.event_index, Some(4));
}

#[test]
fn a_wait_from_an_index_is_told_of_the_first_event_from_there() {
    let mut memory = Memory::default();
    for value in ["1", "2", "3"] {
        memory.run(&set("/a", value));
    }
    let past = memory.answer(&wait("/a", Some(3), false));
    assert!(past.body.contains(r#""value":"2""#), "{past:?}");
    assert_eq!((past.status, past.index), (200, Some(4)));
    let future = memory.register("/a", Some(6), false);
    assert_eq!(memory.told(&set("/a", "4")), []);
    assert_eq!(memory.told(&set("/a", "5")), [future]);
}

#[test]
fn the_history_tells_of_the_end_of_a_directory_to_waits_below_it() {
    let mut memory = Memory::default();
    memory.run(&set("/a/b", "v"));
    memory.run(&delete("/a", true));
    memory.run(&set_with("/c", |set| {
        set.dir = true;
        set.ttl = Some("5".into());
    }));
    memory.expire(at(5));
    for (text, since, index) in [("/a/b", 3, 3), ("/c/d", 3, 5)] {
        let past = memory.answer(&wait(text, Some(since), false));
        assert_eq!(past.event_index, Some(index));
    }
    memory.register("/ab", Some(3), false);
}

#[test]
fn an_index_before_the_last_1_000_events_is_the_error_401() {
    let mut memory = Memory::default();
    for _ in 0..=CAPACITY {
        memory.run(&set("/a", "v"));
    }
    let kept = memory.answer(&wait("/a", Some(3), false));
    assert_eq!(kept.event_index, Some(3));
    let lost = memory.answer(&wait("/b", Some(2), false));
    assert_eq!(
        (lost.status, &*lost.body),
        (
            400,
            r#"{"errorCode":401,"message":"The event in requested index is outdated and cleared","cause":"the requested history has been cleared [3/2]","index":1002}"#
        )
    );
}

#[test]
fn a_wait_that_has_been_stopped_is_told_of_nothing() {
    let mut memory = Memory::default();
    let watcher = memory.register("/a", None, false);
    memory.stop(watcher);
    memory.stop(watcher);
    assert_eq!(memory.told(&set("/a", "v")), []);
    assert_eq!(memory.watchers(), 0);
}

#[test]
fn a_wait_through_the_quorum_is_a_read() {
    let mut memory = Memory::default();
    memory.run(&set("/a", "v"));
    let read = memory.answer(&wait("/a?quorum=true", None, false));
    assert!(read.body.starts_with(r#"{"action":"get""#));
    let in_key = memory.run(&get("/a?wait=true", false));
    assert!(matches!(in_key.reply, Reply::Registered { index: 2, .. }));
}
