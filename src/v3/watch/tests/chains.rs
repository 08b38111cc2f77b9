//! Waits of a chain: the watch stays open between them.

use super::*;
use crate::v3::watch::watch_state::FULL;

/// The indexes of the events of the next waits of a chain, and the index after them.
async fn follow(client: &Client, wait: &Wait, chain: Chain, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    let mut wait = wait.clone();
    while events.len() < count {
        let waited = client.wait(&wait, Some(chain)).await;
        events.push(event(&waited));
        let next = waited.ended.continuation.next_index;
        wait.index = next.map(|index| index.to_string());
    }
    events
}

#[tokio::test(start_paused = true)]
async fn the_waits_of_a_chain_share_a_watch_and_cost_one_read_an_event() {
    let client = Client::new(None);
    let reader = client.clone();
    let wait = wait_for("a", false, None);
    let task = tokio::spawn(async move { follow(&reader, &wait, 1, 5).await });
    for _ in 0..5 {
        settle().await;
        client.fake.put("/a", "v");
    }
    assert_eq!(task.await.unwrap().len(), 5);
    let server = client.fake.server();
    assert_eq!((server.created.len(), server.ranges), (1, 5));
}

#[tokio::test(start_paused = true)]
async fn the_events_of_a_history_cost_one_read_together() {
    let client = Client::new(None);
    let first = client.fake.put("/a", "v").unsigned_abs();
    for _ in 1..5 {
        client.fake.put("/a", "v");
    }
    let wait = wait_for("a", false, Some(first));
    assert_eq!(follow(&client, &wait, 1, 5).await.len(), 5);
    assert_eq!(client.fake.server().ranges, 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_is_canceled_when_its_chain_does_not_go_on_and_so_is_the_stream() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("a", false, None), Some(1)).await;
    client.fake.put("/a", "v");
    wait.await.unwrap();
    assert_eq!(client.fake.watches(), 1);
    sleep(Duration::from_secs(12)).await;
    assert_eq!(client.fake.watches(), 0);
    sleep(Duration::from_secs(12)).await;
    let wait = client.waiting(wait_for("a", false, Some(2)), Some(1)).await;
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["modifiedIndex"], 2);
    assert_eq!(client.fake.server().opened, 2);
}

#[tokio::test(start_paused = true)]
async fn each_key_of_a_foreign_transaction_is_an_event_of_the_chain() {
    let client = Client::new(None);
    let bare = client.waiting(wait_for("d", true, None), None).await;
    let wait = client.waiting(wait_for("d", true, None), Some(1)).await;
    client
        .fake
        .write(&[("/d/a", Some("1")), ("/d/b", Some("2"))], None);
    client.fake.put("/d/c", "3");
    let first = wait.await.unwrap();
    let next = first.ended.continuation.next_index;
    let rest = follow(&client, &wait_for("d", true, next), 1, 2).await;
    let keys: Vec<&Value> = rest.iter().map(|event| &event["node"]["key"]).collect();
    assert_eq!(event(&first)["node"]["key"], "/d/a");
    assert_eq!(keys, ["/d/b", "/d/c"]);
    assert_eq!(event(&bare.await.unwrap())["node"]["key"], "/d/a");
}

#[tokio::test(start_paused = true)]
async fn the_further_keys_of_a_transaction_survive_a_failure_of_all_hosts() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("d", true, None), Some(1)).await;
    client
        .fake
        .write(&[("/d/a", Some("1")), ("/d/b", Some("2"))], None);
    let next = wait.await.unwrap().ended.continuation.next_index;
    client.fake.server().is_down = true;
    client.fake.break_streams();
    settle().await;
    client.fake.server().is_down = false;
    client.fake.put("/d/c", "3");
    let rest = follow(&client, &wait_for("d", true, next), 1, 2).await;
    let keys: Vec<&Value> = rest.iter().map(|event| &event["node"]["key"]).collect();
    assert_eq!(keys, ["/d/b", "/d/c"]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_chain_is_canceled_at_the_server_and_misses_nothing() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("a", false, None), Some(1)).await;
    let count = 3 * FULL;
    for _ in 0..count {
        client.fake.put("/a", "v");
        settle().await;
    }
    let first = wait.await.unwrap();
    assert_eq!(
        (client.fake.watches(), client.fake.server().canceled.len()),
        (0, 1)
    );
    let next = first.ended.continuation.next_index;
    let rest = follow(&client, &wait_for("a", false, next), 1, count - 1).await;
    let indexes = rest
        .iter()
        .map(|event| event["node"]["modifiedIndex"].as_u64());
    let indexes: Vec<u64> = indexes.flatten().collect();
    assert_eq!(indexes, (2..=count as u64).collect::<Vec<_>>());
    assert_eq!(client.fake.watches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_chain_that_goes_on_from_another_index_gets_a_watch_of_its_own() {
    let client = Client::new(None);
    for _ in 0..3 {
        client.fake.put("/a", "v");
    }
    client.wait(&wait_for("a", false, Some(3)), Some(1)).await;
    let waited = client.wait(&wait_for("a", false, Some(1)), Some(1)).await;
    assert_eq!(event(&waited)["node"]["modifiedIndex"], 1);
    settle().await;
    assert_eq!(client.fake.watches(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_idle_chain_keeps_its_watch() {
    let client = Client::new(Some(Duration::from_secs(60)));
    client.fake.put("/b", "v");
    let waited = client.wait(&wait_for("a", false, None), Some(1)).await;
    let next = waited.ended.continuation.next_index;
    let wait = client.waiting(wait_for("a", false, next), Some(1)).await;
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["key"], "/a");
    assert_eq!(client.fake.server().created.len(), 1);
}
