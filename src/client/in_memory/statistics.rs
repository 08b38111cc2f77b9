//! What members of a cluster answer beside their store: a store in memory is its own only member.

use super::{ENDPOINT, SharedStore};
use crate::api::outcome::{Origin, Outcome};
use crate::api::request::{Request, Stats};
use serde_json::json;

/// The name and the id of the only member.
const MEMBER: &str = "memory";

/// The answer to a request that is none for a store. `host`: what the caller gave for the host.
pub fn outcome(shared: &SharedStore, host: &str, request: &Request) -> Outcome {
    let leader = json!({ "leader": MEMBER, "followers": {} });
    let body = match request {
        Request::Machines => host.to_owned(),
        Request::Stats(Stats::Own(_)) => json!({
            "name": MEMBER,
            "id": MEMBER,
            "state": "StateLeader",
            "leaderInfo": { "leader": MEMBER },
        })
        .to_string(),
        Request::Stats(Stats::Store) => json!({ "watchers": shared.watchers() }).to_string(),
        _ => leader.to_string(),
    };
    Outcome {
        body: Some(body),
        origin: Origin {
            status: 200,
            index: None,
            endpoint: ENDPOINT.to_owned(),
            attempts: Vec::new(),
        },
    }
}
