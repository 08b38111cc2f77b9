//! What a watch takes, and when it is full.

use super::*;

const LIMIT: usize = 64 * 1024 * 1024;

fn event(revision: i64, bytes: usize) -> pb::Event {
    pb::Event {
        kv: Some(pb::KeyValue {
            mod_revision: revision,
            value: vec![b'v'; bytes].into(),
            ..pb::KeyValue::default()
        }),
        ..pb::Event::default()
    }
}

fn watch(from: Option<i64>) -> Watch {
    Watch::new((Bytes::new(), Bytes::new()), from)
}

/// How many messages of one event of this size a watch takes before it is full.
fn taken(bytes: usize) -> usize {
    let mut watch = watch(None);
    (1..=2 * FULL as i64)
        .take_while(|revision| watch.receive(vec![event(*revision, bytes)], false, LIMIT))
        .count()
}

#[test]
fn an_inbox_is_full_by_its_revisions_or_by_its_bytes() {
    assert_eq!(taken(1), FULL);
    assert_eq!(taken(FULL_BYTES / 4), 4);
    assert_eq!(taken(2 * FULL_BYTES), 1);
}

#[test]
fn a_message_counts_until_its_last_revision_is_taken() {
    let mut watch = watch(None);
    let message = vec![event(1, FULL_BYTES - 1), event(2, 1)];
    assert!(watch.receive(message, false, LIMIT));
    watch.take();
    assert!(!watch.receive(vec![event(3, 1)], false, LIMIT));
    watch.take();
    watch.phase = Phase::Live(1);
    assert!(watch.receive(vec![event(3, 1)], false, LIMIT));
}

#[test]
fn what_is_taken_makes_room() {
    let mut watch = watch(None);
    for revision in 1..100 {
        assert!(watch.receive(vec![event(revision, FULL_BYTES / 2)], false, LIMIT));
        assert!(matches!(watch.take(), Some(News::Revision(..))));
    }
    assert!(watch.is_empty());
}

#[test]
fn a_revision_above_the_limit_ends_the_watch_at_its_position() {
    let mut watch = watch(Some(1));
    let message = vec![event(1, 10), event(2, 11), event(3, 1)];
    assert!(!watch.receive(message, false, 10));
    assert!(matches!(watch.take(), Some(News::Revision(1, _))));
    assert!(matches!(watch.take(), Some(News::TooLarge)));
    assert_eq!((watch.phase, watch.position()), (Phase::Ended, Some(2)));
}

#[test]
fn a_revision_without_end_ends_the_watch_at_its_position() {
    let mut watch = watch(Some(1));
    assert!(watch.receive(vec![event(1, 3), event(2, 3)], true, 10));
    assert!(!watch.receive(vec![event(2, 9)], true, 10));
    assert!(matches!(watch.take(), Some(News::Revision(1, _))));
    assert!(matches!(watch.take(), Some(News::TooLarge)));
    assert_eq!((watch.phase, watch.position()), (Phase::Ended, Some(2)));
}

#[test]
fn a_revision_that_a_broken_stream_has_begun_comes_once_and_whole() {
    let mut watch = watch(Some(1));
    assert!(watch.receive(vec![event(1, 1)], true, LIMIT));
    assert_eq!(watch.create_request(2).start_revision, 1);
    watch.created(2, 1, 1, None);
    assert!(watch.receive(vec![event(1, 1), event(1, 1)], false, LIMIT));
    watch.take();
    let Some(News::Revision(1, events)) = watch.take() else {
        panic!("no revision");
    };
    assert_eq!(events.len(), 2);
}

#[test]
fn progress_within_a_revision_does_not_skip_its_rest() {
    let mut watch = watch(Some(5));
    watch.created(1, 4, 4, None);
    assert!(watch.receive(vec![event(5, 1)], true, LIMIT));
    watch.progressed(9);
    assert!(watch.receive(vec![event(5, 1)], false, LIMIT));
    watch.take();
    assert!(matches!(watch.take(), Some(News::Revision(5, _))));
}

#[test]
fn the_progress_of_all_says_nothing_of_a_watch_that_the_server_did_not_know_then() {
    let mut watch = watch(Some(5));
    watch.created(1, 10, 10, None);
    watch.all_progressed(10);
    assert_eq!(watch.next, Some(5));
    assert!(watch.receive(vec![event(5, 1)], false, LIMIT));
    watch.all_progressed(12);
    assert_eq!(watch.next, Some(13));
}
