//! The ends of times to live, in real time.

use super::etcd::Etcd;
use super::run::{Run, compare};
use crate::api::request::{Flags, Request, Set, Wait};
use crate::memory::tests::{answer, key};
use std::time::SystemTime;

fn set(text: &str, ttl: Option<&str>, change: impl FnOnce(&mut Set)) -> Request {
    let mut set = Set {
        key: key(text),
        ttl: ttl.map(str::to_owned),
        ..Set::default()
    };
    change(&mut set);
    Request::Set(set)
}

fn is_dir(set: &mut Set) {
    set.dir = true;
}

fn exists(set: &mut Set) {
    set.conditions.exist = Some("true".into());
}

fn refreshes(set: &mut Set) {
    exists(set);
    set.refresh = true;
}

/// A time to live of a second or more, none, or one that has been taken away or has become longer. The second ones expire in one
/// order: etcd looks every half second.
fn writes() -> Vec<Request> {
    vec![
        set("/a", Some("4"), is_dir),
        set("/a/x", Some("1"), |_| {}),
        set("/a/y", Some("9"), |_| {}),
        set("/a/_h/z", None, |_| {}),
        set("/b", Some("1"), |_| {}),
        set("/b", Some("2"), refreshes),
        set("/c", Some("1"), |_| {}),
        set("/c", None, exists),
        set("/d", Some("1"), |_| {}),
        set("/d", None, |_| {}),
        set("/e", None, is_dir),
        set("/e", Some("3"), exists),
        set("/_h", Some("5"), |_| {}),
        // Wraps around: permanent where it creates a node, else past.
        set("/ab", Some("9000000000"), |_| {}),
    ]
}

fn wait(text: &str, index: u64, is_recursive: bool) -> Wait {
    Wait {
        key: key(text),
        flags: Flags {
            recursive: is_recursive,
            ..Flags::default()
        },
        index: Some(index.to_string()),
    }
}

#[test]
fn nodes_expire_as_in_etcd() {
    let Some(etcd) = Etcd::of_environment() else {
        return;
    };
    let mut run = Run::new(&etcd, 0);
    for request in writes() {
        run.call(&request);
    }
    let written = run.memory.index();
    // The events: /a/x, /b, /e, /a, /_h.
    let watched = [("/", 1), ("/", 2), ("/", 3), ("/a/y", 4), ("/_h", 5)];
    for (text, after) in watched {
        let wait = wait(text, written + after, text == "/");
        let told = etcd.end_of(&mut etcd.wait(wait.clone()));
        run.memory.expire(SystemTime::now());
        let request = Request::Wait(wait);
        let applied = run.memory.apply(SystemTime::now(), &request).unwrap();
        compare(&request, answer(applied), told);
    }
    run.replay();
}
