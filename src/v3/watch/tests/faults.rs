//! Faults of the stream, of the token and of the store.

use super::*;
use crate::api::error::Kind;
use crate::api::outcome::Gap;

#[tokio::test(start_paused = true)]
async fn a_wait_is_created_again_from_its_revision_after_the_stream_has_ended() {
    let client = Client::new(None);
    client.fake.put("/b", "v");
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.break_streams();
    client.fake.put("/a", "between the streams");
    assert_eq!(event(&wait.await.unwrap())["node"]["modifiedIndex"], 2);
    let server = client.fake.server();
    let starts: Vec<i64> = server
        .created
        .iter()
        .map(|create| create.start_revision)
        .collect();
    assert_eq!((starts, server.opened), (vec![0, 2], 2));
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_the_server_cancels_is_created_again() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.cancel_watches();
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["modifiedIndex"], 1);
    assert_eq!(client.fake.server().opened, 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_leads_to_another_stream_with_all_watches() {
    let client = Client::new(None);
    let first = client.waiting(wait_for("a", false, None), None).await;
    client.fake.server().refuses_token = true;
    let second = client.waiting(wait_for("b", false, None), None).await;
    settle().await;
    assert_eq!((client.fake.watches(), client.fake.server().opened), (2, 2));
    client.fake.put("/a", "v");
    client.fake.put("/b", "v");
    assert_eq!(event(&first.await.unwrap())["node"]["key"], "/a");
    assert_eq!(event(&second.await.unwrap())["node"]["key"], "/b");
    assert_eq!(client.fake.server().tokens_refused, 1);
}

#[tokio::test(start_paused = true)]
async fn a_user_who_may_not_watch_the_keys_gets_etcds_error_110() {
    let client = Client::new(None);
    client.fake.server().refuses_keys = true;
    let waited = client.wait(&wait_for("a", false, None), None).await;
    let error = waited.ended.result.unwrap_err();
    assert_eq!(error.status, Some(401));
    assert_eq!(
        error.to_string(),
        "The request requires user authentication"
    );
}

#[tokio::test(start_paused = true)]
async fn hosts_without_a_leader_are_as_many_attempts_as_there_are_hosts_and_one_more() {
    let client = Client::new(None);
    client.fake.server().has_no_leader = true;
    let waited = client.wait(&wait_for("a", false, None), None).await;
    let error = waited.ended.result.unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.attempts.len()),
        ("aborted", ATTEMPTS)
    );
    client.fake.server().has_no_leader = false;
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["key"], "/a");
}

#[tokio::test(start_paused = true)]
async fn waits_end_with_the_error_of_the_hosts_when_none_can_be_reached() {
    let client = Client::new(None);
    client.fake.put("/b", "v");
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.server().is_down = true;
    client.fake.break_streams();
    let waited = wait.await.unwrap();
    assert_eq!(waited.ended.result.unwrap_err().to_string(), "refused");
    assert_eq!(waited.ended.continuation.next_index, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_registers_no_watch_gives_way_after_the_timeout() {
    let client = Client::new(Some(Duration::from_secs(60)));
    client.fake.server().is_mute = true;
    let wait = client.waiting(wait_for("a", false, None), None).await;
    sleep(Duration::from_secs(59)).await;
    client.fake.server().is_mute = false;
    assert_eq!(client.fake.server().opened, 1);
    sleep(Duration::from_secs(2)).await;
    assert_eq!((client.fake.watches(), client.fake.server().opened), (1, 2));
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["key"], "/a");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_gives_way_after_the_timeout_and_a_check() {
    let client = Client::new(Some(Duration::from_secs(50)));
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.server().is_mute = true;
    sleep(Duration::from_millis(50_500)).await;
    assert_eq!(client.fake.server().opened, 1);
    client.fake.server().is_mute = false;
    sleep(Duration::from_secs(1)).await;
    assert_eq!((client.fake.watches(), client.fake.server().opened), (1, 2));
    assert_eq!(client.fake.server().fell_silent, 1);
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["key"], "/a");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_keeps_its_stream_however_long_a_wait_is_idle() {
    let client = Client::new(Some(Duration::from_secs(5)));
    for _ in 0..5 {
        let waited = client.wait(&wait_for("b", false, None), None).await;
        assert_eq!(waited.ended.result.unwrap_err().attempts.len(), ATTEMPTS);
    }
    assert_eq!(client.fake.server().opened, 1);
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["key"], "/a");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_tells_no_progress_keeps_its_stream() {
    let client = Client::new(Some(Duration::from_secs(5)));
    client.fake.server().tells_no_progress = true;
    for _ in 0..20 {
        let waited = client.wait(&wait_for("b", false, None), Some(1)).await;
        assert!(waited.ended.result.is_err());
    }
    let server = client.fake.server();
    assert_eq!((server.opened, server.fell_silent), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn events_above_the_limit_are_an_error_at_their_index_and_harm_no_other_wait() {
    let client = Client::new(None);
    let other = client.waiting(wait_for("b", false, None), None).await;
    let wait = client.waiting(wait_for("a", false, None), Some(1)).await;
    client.fake.put("/a", &"v".repeat(LIMIT + 1));
    let waited = wait.await.unwrap();
    let Kind::Network(failure) = waited.ended.result.unwrap_err().kind else {
        panic!("another error");
    };
    assert_eq!(failure.fields["code"], "ERR_ETCD_RESPONSE_TOO_LARGE");
    assert_eq!(waited.ended.continuation.next_index, Some(1));
    client.fake.put("/b", "v");
    assert_eq!(event(&other.await.unwrap())["node"]["key"], "/b");
    assert_eq!(client.fake.server().opened, 1);
}

#[tokio::test(start_paused = true)]
async fn the_fragments_of_a_transaction_are_one_event_of_it_each() {
    let client = Client::new(None);
    client.fake.server().fragments = true;
    let keys = [
        ("/d/a", Some("1")),
        ("/d/b", Some("2")),
        ("/d/c", Some("3")),
    ];
    client.fake.write(&keys, None);
    let mut wait = wait_for("d", true, Some(1));
    let mut seen = Vec::new();
    for _ in 0..3 {
        let waited = client.wait(&wait, Some(1)).await;
        seen.push(event(&waited)["node"]["key"].clone());
        wait.index = waited
            .ended
            .continuation
            .next_index
            .map(|at| at.to_string());
    }
    assert_eq!(seen, ["/d/a", "/d/b", "/d/c"]);
}

#[tokio::test(start_paused = true)]
async fn a_compacted_history_is_etcds_error_401_and_a_gap() {
    let client = Client::new(None);
    for value in ["1", "2", "3"] {
        client.fake.put("/a", value);
    }
    client.fake.server().compacted = 3;
    let waited = client.wait(&wait_for("a", false, Some(2)), None).await;
    let error = waited.ended.result.unwrap_err();
    let expected = json!({
        "errorCode": 401,
        "message": "The event in requested index is outdated and cleared",
        "cause": "the requested history has been cleared [3/2]",
        "index": 3
    });
    assert_eq!(error.kind, Kind::Api(expected));
    let continuation = waited.ended.continuation;
    assert_eq!(
        (continuation.next_index, continuation.repoll),
        (Some(3), true)
    );
    assert_eq!(continuation.gap, Some(Gap { from: 2, to: 2 }));
    let waited = client.wait(&wait_for("a", false, Some(3)), None).await;
    assert_eq!(event(&waited)["node"]["value"], "3");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_begins_anew_is_a_gap_that_ends_below_its_start() {
    let client = Client::new(None);
    for value in ["1", "2", "3"] {
        client.fake.put("/b", value);
    }
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.wipe();
    let waited = wait.await.unwrap();
    let continuation = waited.ended.continuation;
    assert_eq!(
        (continuation.next_index, continuation.repoll),
        (Some(1), true)
    );
    assert_eq!(continuation.gap, Some(Gap { from: 4, to: 0 }));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_began_anew_and_has_grown_past_the_position_is_a_gap() {
    let client = Client::new(None);
    client.fake.server().term = 3;
    client.fake.put("/b", "v");
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.wipe();
    client.fake.server().term = 2;
    for value in ["1", "2", "3"] {
        client.fake.put("/b", value);
    }
    let continuation = wait.await.unwrap().ended.continuation;
    assert_eq!(
        (continuation.next_index, continuation.repoll),
        (Some(4), true)
    );
    assert_eq!(continuation.gap, Some(Gap { from: 2, to: 3 }));
}

#[tokio::test(start_paused = true)]
async fn a_member_that_tells_of_an_older_term_than_the_quorum_is_no_gap() {
    let client = Client::new(None);
    client.fake.server().term = 3;
    let wait = client.waiting(wait_for("a", false, None), None).await;
    client.fake.server().watch_term = Some(2);
    client.fake.break_streams();
    settle().await;
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["modifiedIndex"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_index_of_the_future_waits() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("a", false, Some(3)), None).await;
    for value in ["1", "2", "3"] {
        client.fake.put("/a", value);
    }
    assert_eq!(event(&wait.await.unwrap())["node"]["value"], "3");
}

#[tokio::test(start_paused = true)]
async fn progress_moves_an_idle_wait_on_so_that_a_compaction_is_no_gap() {
    let client = Client::new(None);
    let wait = client.waiting(wait_for("a", false, None), None).await;
    for _ in 0..10 {
        client.fake.put("/b", "v");
    }
    sleep(Duration::from_secs(61)).await;
    client.fake.server().compacted = 10;
    client.fake.break_streams();
    settle().await;
    client.fake.put("/a", "v");
    assert_eq!(event(&wait.await.unwrap())["node"]["modifiedIndex"], 11);
    let last = client.fake.server().created.last().cloned();
    assert_eq!(last.map(|create| create.start_revision), Some(11));
}
