//! The expiry of a store's keys, seen by its waits and counted in wakes of their tasks.

use super::{Applied, FURTHEST, Registered, SharedStore};
use crate::api::request::{Request, Set, Wait};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::yield_now;
use tokio::time::sleep;

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn key(text: &str) -> crate::api::key::Key {
    crate::api::key::Key {
        text: text.into(),
        ..Default::default()
    }
}

fn wait(store: &Arc<SharedStore>, text: &str) -> Registered {
    let request = Request::Wait(Wait {
        key: key(text),
        ..Wait::default()
    });
    match store.apply(&request).unwrap() {
        Applied::Registered(wait) => wait,
        Applied::Answered(answer) => panic!("{answer:?}"),
    }
}

fn set(store: &Arc<SharedStore>, text: &str, ttl: u64) {
    let request = Request::Set(Set {
        key: key(text),
        ttl: Some(ttl.to_string()),
        ..Set::default()
    });
    store.apply(&request).unwrap();
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

#[tokio::test]
async fn a_write_that_moves_the_next_expiry_wakes_no_wait_of_another_key() {
    let store = Arc::new(SharedStore::default());
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut waits: Vec<_> = (0..100).map(|_| wait(&store, "idle")).collect();
    let mut answers: Vec<_> = waits.iter_mut().map(|it| Box::pin(it.answer())).collect();
    for answer in &mut answers {
        let mut context = Context::from_waker(&waker);
        assert!(answer.as_mut().poll(&mut context).is_pending());
    }
    for ttl in (10..60).rev() {
        set(&store, "other", ttl);
        settle().await;
    }
    store.advance(Duration::from_secs(20)).unwrap();
    settle().await;
    assert_eq!(wakes.0.load(Ordering::Relaxed), 0);
    let tasks = Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, 1);
    set(&store, "idle", 9);
    assert_eq!(wakes.0.load(Ordering::Relaxed), 100);
}

#[tokio::test(start_paused = true)]
async fn the_task_that_removes_what_expires_ends_with_the_last_wait_or_the_store() {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let store = Arc::new(SharedStore::default());
    set(&store, "k", 5);
    assert_eq!(tasks(), 0);
    let mut registered = wait(&store, "k");
    let mut context = Context::from_waker(Waker::noop());
    assert!(pin!(registered.answer()).poll(&mut context).is_pending());
    settle().await;
    assert_eq!(tasks(), 1);
    drop(registered);
    set(&store, "k", 4);
    settle().await;
    assert_eq!(tasks(), 0);
    let mut registered = wait(&store, "k");
    assert!(pin!(registered.answer()).poll(&mut context).is_pending());
    settle().await;
    assert_eq!(tasks(), 1);
    drop((registered, store));
    settle().await;
    assert_eq!(tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_sees_an_expiry_half_a_second_after_the_clock_of_the_system_was_set_ahead() {
    let store = Arc::new(SharedStore::default());
    set(&store, "k", 3600);
    let mut registered = wait(&store, "k");
    let mut answer = pin!(registered.answer());
    let mut context = Context::from_waker(Waker::noop());
    assert!(answer.as_mut().poll(&mut context).is_pending());
    settle().await;
    store.set_ahead(Duration::from_secs(4000));
    let answer = tokio::time::timeout(Duration::from_millis(501), answer).await;
    assert!(answer.unwrap().body.contains(r#""action":"expire""#));
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_a_store_without_times_to_live_wakes_no_thread() {
    let parks = || Handle::current().metrics().worker_park_count(0);
    let store = Arc::new(SharedStore::default());
    let mut registered = wait(&store, "k");
    let mut context = Context::from_waker(Waker::noop());
    assert!(pin!(registered.answer()).poll(&mut context).is_pending());
    settle().await;
    let before = parks();
    sleep(Duration::from_secs(3600)).await;
    assert!(parks() - before < 10, "{}", parks() - before);
}

#[test]
fn a_wait_sees_expiries_after_the_runtime_of_another_wait_has_ended() {
    let store = Arc::new(SharedStore::default());
    let first = runtime();
    let mut of_first = wait(&store, "k");
    first.spawn(async move { of_first.answer().await });
    first.block_on(settle());
    set(&store, "k2", 1);
    runtime().block_on(async {
        let mut registered = wait(&store, "k2");
        let mut answer = pin!(registered.answer());
        let mut context = Context::from_waker(Waker::noop());
        assert!(answer.as_mut().poll(&mut context).is_pending());
        first.shutdown_background();
        let answer = tokio::time::timeout(Duration::from_secs(10), answer).await;
        assert!(answer.unwrap().body.contains(r#""action":"expire""#));
    });
}

#[test]
fn the_clock_can_be_moved_on_up_to_a_bound() {
    let store = Arc::new(SharedStore::default());
    store.advance(FURTHEST - Duration::from_secs(1)).unwrap();
    set(&store, "k", 1_000_000_000);
    assert!(store.dump().contains(r#""ttl":1000000000"#));
    store.advance(Duration::from_secs(1)).unwrap();
    let error = store.advance(Duration::from_nanos(1)).unwrap_err();
    assert_eq!(error.ahead, FURTHEST);
    store.advance(Duration::MAX).unwrap_err();
}
