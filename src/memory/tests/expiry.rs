//! Times to live.

use super::*;

fn bodies(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|it| &*it.answer.body).collect()
}

#[test]
fn a_node_expires_at_its_time_and_its_waits_are_told() {
    let mut memory = Memory::default();
    let written = memory.answer(&set_for("/a", 5));
    assert!(
        written.body.contains(
            r#""value":"","expiration":"2025-11-26T12:00:05Z","ttl":5,"modifiedIndex":2"#
        )
    );
    memory.register("/a", None, false);
    assert_eq!(memory.next_expiry(), Some(at(5)));
    assert_eq!(memory.expire(at(4)), []);
    let read = answer(memory.apply(at(4), &get("/a", false)).unwrap());
    assert!(read.body.contains(r#""ttl":1,"#));
    let told = memory.expire(at(5));
    assert_eq!(
        bodies(&told),
        [
            r#"{"action":"expire","node":{"key":"/a","modifiedIndex":3,"createdIndex":2},"prevNode":{"key":"/a","value":"","expiration":"2025-11-26T12:00:05Z","modifiedIndex":2,"createdIndex":2}}"#
        ]
    );
    assert_eq!(memory.next_expiry(), None);
    assert_eq!(memory.expired(), 1);
    assert_eq!(memory.answer(&get("/a", false)).status, 404);
}

#[test]
fn a_directory_expires_with_everything_in_it_as_one_event() {
    let mut memory = Memory::default();
    let directory = set_with("/d", |set| {
        set.dir = true;
        set.ttl = Some("5".into());
    });
    memory.run(&directory);
    memory.run(&set_for("/d/a", 9));
    memory.run(&set_for("/d/b", 5));
    let watchers = [
        memory.register("/d/a", None, false),
        memory.register("/", None, true),
    ];
    let told = memory.expire(at(60));
    let mut ended: Vec<_> = told.iter().map(|it| it.watcher).collect();
    ended.sort_unstable();
    assert_eq!(ended, watchers);
    assert_eq!((memory.index(), memory.next_expiry()), (5, None));
}

#[test]
fn a_call_finds_what_has_expired_gone() {
    let mut memory = Memory::default();
    memory.run(&set_for("/b", 2));
    memory.run(&set_for("/a", 1));
    memory.register("/", None, true);
    let applied = memory.apply(at(9), &set("/b", "new")).unwrap();
    let told = bodies(&applied.deliveries);
    assert!(
        told[0].starts_with(r#"{"action":"expire","node":{"key":"/a""#),
        "{told:?}"
    );
    let answer = answer(applied);
    assert_eq!((answer.status, answer.index), (201, Some(6)));
}

#[test]
fn a_write_replaces_the_time_to_live() {
    let mut memory = Memory::default();
    let exists = |ttl: Option<&str>| {
        let ttl = ttl.map(str::to_owned);
        set_with("/a", |set| {
            set.ttl = ttl;
            set.conditions.exist = Some("true".into());
        })
    };
    memory.run(&set_for("/a", 5));
    memory.run(&exists(Some("7")));
    assert_eq!(memory.next_expiry(), Some(at(7)));
    memory.run(&exists(None));
    assert_eq!(memory.next_expiry(), None);
    memory.run(&set_for("/a", 3));
    memory.run(&set("/a", "v"));
    assert_eq!(memory.next_expiry(), None);
    memory.run(&set_for("/a", 3));
    memory.run(&delete("/a", false));
    assert_eq!(memory.next_expiry(), None);
}

#[test]
fn a_time_to_live_of_zero_ends_with_the_next_look() {
    let mut memory = Memory::default();
    assert_eq!(memory.answer(&set_for("/a", 0)).status, 201);
    assert_eq!(memory.next_expiry(), Some(at(0)));
    assert_eq!(memory.answer(&get("/a", false)).status, 404);
}
