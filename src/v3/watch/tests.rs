//! What waits see on a scripted server.

mod chains;
mod faults;
mod properties;

use super::Hub;
use super::fake::{Fake, HOST};
use crate::api::key::Key;
use crate::api::request::{Flags, Request, Set, Wait};
use crate::waits::{Chain, Registrations, StoreIndex, Waited};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// The most bytes of the events of a revision.
const LIMIT: usize = 1024 * 1024;

/// The timeouts of an idle wait: one host, and one more.
const ATTEMPTS: usize = 2;

/// A client of a scripted server.
#[derive(Clone)]
struct Client {
    fake: Fake,
    hub: Arc<Hub<Fake>>,
    registrations: Registrations,
}

impl Client {
    fn new(timeout: Option<Duration>) -> Self {
        let fake = Fake::default();
        Client {
            hub: Arc::new(Hub::new(fake.clone(), timeout, LIMIT)),
            fake,
            registrations: Registrations::default(),
        }
    }

    async fn wait(&self, wait: &Wait, chain: Option<Chain>) -> Waited {
        let entry = self.registrations.enter(wait, chain);
        self.hub.wait(wait, chain, ATTEMPTS, &entry).await
    }

    /// A wait that runs, up to its registration.
    async fn waiting(&self, wait: Wait, chain: Option<Chain>) -> JoinHandle<Waited> {
        let client = self.clone();
        let task = tokio::spawn(async move { client.wait(&wait, chain).await });
        settle().await;
        task
    }
}

/// Lets every task do what it can: the paused clock moves on only when no task can run.
async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

fn wait_for(key: &str, is_recursive: bool, index: Option<u64>) -> Wait {
    Wait {
        key: Key {
            text: key.to_owned(),
            ..Key::default()
        },
        flags: Flags {
            recursive: is_recursive,
            ..Flags::default()
        },
        index: index.map(|index| index.to_string()),
    }
}

fn event(waited: &Waited) -> Value {
    let outcome = waited.ended.result.as_ref().unwrap();
    serde_json::from_str(outcome.body.as_ref().unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_wait_gets_the_event_after_its_registration() {
    let client = Client::new(None);
    client.fake.put("/a", "old");
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.put("/b", "other");
    client.fake.put("/a", "new");
    let waited = wait.await.unwrap();
    let expected = json!({
        "action": "set",
        "node": {"key": "/a", "value": "new", "modifiedIndex": 3, "createdIndex": 1},
        "prevNode": {"key": "/a", "value": "old", "modifiedIndex": 1, "createdIndex": 1}
    });
    assert_eq!(event(&waited), expected);
    let outcome = waited.ended.result.unwrap();
    assert_eq!(
        (outcome.origin.index, outcome.origin.endpoint.as_str()),
        (Some(1), HOST)
    );
    assert_eq!(waited.ended.continuation.next_index, Some(4));
}

#[tokio::test(start_paused = true)]
async fn a_wait_from_an_index_gets_the_event_of_the_past() {
    let client = Client::new(None);
    for value in ["1", "2", "3"] {
        client.fake.put("/d/k", value);
    }
    let waited = client.wait(&wait_for("d", true, Some(2)), None).await;
    assert_eq!(event(&waited)["node"]["modifiedIndex"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_is_no_event() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("a", false, None), None).await;
    let refresh = r#"{"action":"refresh","key":"/a","dir":false}"#;
    client.fake.write(&[("/a", Some("v"))], Some(refresh));
    settle().await;
    assert!(!wait.is_finished());
    client.fake.delete("/a");
    assert_eq!(event(&wait.await.unwrap())["action"], "delete");
}

#[tokio::test(start_paused = true)]
async fn an_idle_wait_ends_after_its_timeouts_point_32() {
    let client = Client::new(Some(Duration::from_secs(60)));
    client.fake.put("/b", "v");
    let start = Instant::now();
    let waited = client.wait(&wait_for("a", false, None), None).await;
    assert_eq!(start.elapsed().as_secs(), 120);
    let error = waited.ended.result.unwrap_err();
    assert_eq!(error.to_string(), "ESOCKETTIMEDOUT");
    assert_eq!(error.attempts.len(), ATTEMPTS);
    assert_eq!(error.endpoint.as_deref(), Some(HOST));
    assert_eq!(waited.ended.continuation.next_index, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_is_canceled_at_the_server() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("a", false, None), None).await;
    assert_eq!(client.fake.watches(), 1);
    wait.abort();
    settle().await;
    assert_eq!(client.fake.watches(), 0);
    assert_eq!(client.fake.server().canceled.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_overtakes_a_wait_is_seen_by_it() {
    let client = Client::new(None);
    client.fake.server().is_mute = true;
    let wait = wait_for("a", false, None);
    let entry = client.registrations.enter(&wait, None);
    let set = Set {
        key: wait.key.clone(),
        ..Set::default()
    };
    let concerned = client.registrations.concerned_by(&Request::Set(set));
    let hub = client.hub.clone();
    let task = tokio::spawn(async move { hub.wait(&wait, None, ATTEMPTS, &entry).await });
    settle().await;
    let index = client.fake.put("/a", "v");
    client.fake.server().is_mute = false;
    client.fake.break_streams();
    settle().await;
    assert!(!task.is_finished());
    client
        .registrations
        .overtaken(&concerned, index.unsigned_abs());
    assert_eq!(event(&task.await.unwrap())["node"]["modifiedIndex"], index);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_waits_share_a_stream_and_the_read_of_an_event() {
    let client = Client::new(None);
    let mut waits = Vec::new();
    for _ in 0..10_000 {
        let client = client.clone();
        let wait = wait_for("a", true, None);
        waits.push(tokio::spawn(async move { client.wait(&wait, None).await }));
    }
    settle().await;
    assert_eq!(
        (client.fake.watches(), client.fake.server().opened),
        (10_000, 1)
    );
    client.fake.put("/a/b", "v");
    for wait in waits {
        assert_eq!(event(&wait.await.unwrap())["node"]["key"], "/a/b");
    }
    assert_eq!(client.fake.server().ranges, 1);
}

#[tokio::test(start_paused = true)]
async fn the_index_of_the_store_is_read_with_the_key_of_the_wait() {
    let client = Client::new(None);
    client.fake.put("/x", "v");
    let found = client.hub.store_index(&wait_for("a", false, None)).await;
    assert!(matches!(found, Ok(StoreIndex::Known(1, _))), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_etcd_refuses_is_not_sent() {
    let client = Client::new(None);
    let wait = Wait {
        index: Some("x".to_owned()),
        ..Wait::default()
    };
    let error = client.wait(&wait, None).await.ended.result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The given index in POST form is not a number"
    );
    assert_eq!(client.fake.server().opened, 0);
}

#[test]
fn a_wait_and_its_watch_take_less_than_3_kilobytes() {
    let client = Client::new(None);
    let wait = wait_for("a", false, None);
    let entry = client.registrations.enter(&wait, None);
    let future = client.hub.wait(&wait, None, ATTEMPTS, &entry);
    let size = size_of_val(&future) + size_of::<crate::v3::watch::watch_state::Watch>();
    assert!(size < 3_072, "{size}");
}
