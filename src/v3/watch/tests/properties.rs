//! Whatever fails and when: a chain gets every event once and in order.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// What happens to a store and its streams.
#[derive(Debug, Clone, Copy)]
enum Step {
    Put,
    PutElsewhere,
    PutTwo,
    EndStreams,
    CancelWatches,
    RefuseToken,
    Down(bool),
    Leaderless(bool),
    Mute(bool),
    /// Seconds.
    Pass(u64),
    Settle,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Put),
        1 => Just(Step::PutElsewhere),
        2 => Just(Step::PutTwo),
        2 => Just(Step::EndStreams),
        1 => Just(Step::CancelWatches),
        1 => Just(Step::RefuseToken),
        1 => any::<bool>().prop_map(Step::Down),
        1 => any::<bool>().prop_map(Step::Leaderless),
        1 => any::<bool>().prop_map(Step::Mute),
        1 => (0..70_u64).prop_map(Step::Pass),
        4 => Just(Step::Settle),
    ];
    vec(step, 0..60)
}

async fn take(client: &Client, step: Step, expected: &mut Vec<String>) {
    let fake = &client.fake;
    match step {
        Step::Put => expected.push(format!("/d/a@{}", fake.put("/d/a", "v"))),
        Step::PutElsewhere => drop(fake.put("/e", "v")),
        Step::PutTwo => {
            let both = [("/d/a", Some("v")), ("/d/b", Some("v"))];
            let revision = fake.write(&both, None);
            expected.extend(["/d/a", "/d/b"].map(|key| format!("{key}@{revision}")));
        }
        Step::EndStreams => fake.break_streams(),
        Step::CancelWatches => fake.cancel_watches(),
        Step::RefuseToken => fake.server().refuses_token = true,
        Step::Down(is_down) => fake.server().is_down = is_down,
        Step::Leaderless(has_none) => fake.server().has_no_leader = has_none,
        Step::Mute(is_mute) => fake.server().is_mute = is_mute,
        Step::Pass(seconds) => sleep(Duration::from_secs(seconds)).await,
        Step::Settle => settle().await,
    }
}

/// Goes on from each event and each error, up to the event of the key `/d/end`.
async fn events_of_chain(client: Client) -> Vec<String> {
    let mut wait = wait_for("d", true, Some(1));
    let mut seen = Vec::new();
    loop {
        let waited = client.wait(&wait, Some(1)).await;
        if waited.ended.result.is_ok() {
            let node = &event(&waited)["node"];
            if node["key"] == "/d/end" {
                return seen;
            }
            let key = node["key"].as_str().unwrap();
            seen.push(format!("{key}@{}", node["modifiedIndex"]));
        } else {
            sleep(Duration::from_millis(50)).await;
        }
        let next = waited.ended.continuation.next_index.unwrap();
        wait.index = Some(next.to_string());
    }
}

async fn run(steps: Vec<Step>) {
    let client = Client::new(Some(Duration::from_secs(20)));
    let chain = tokio::spawn(events_of_chain(client.clone()));
    let mut expected = Vec::new();
    for step in steps {
        take(&client, step, &mut expected).await;
    }
    for step in [
        Step::Down(false),
        Step::Leaderless(false),
        Step::Mute(false),
    ] {
        take(&client, step, &mut expected).await;
    }
    client.fake.put("/d/end", "v");
    let seen = tokio::time::timeout(Duration::from_secs(600), chain).await;
    assert_eq!(seen.unwrap().unwrap(), expected);
}

proptest! {
    #[test]
    fn a_chain_gets_every_event_once_and_in_order_through_any_faults(steps in steps()) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(run(steps));
    }
}
