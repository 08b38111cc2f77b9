//! `/v2/stats`, `/version` and `/health`.

use super::reply::{self, Reply};
use super::state::State;
use crate::api::node::write_date;
use http::Method;
use serde_json::json;

/// The release of etcd whose v2 API a server speaks.
const VERSION: &str = r#"{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}"#;

/// The answer to a request for a path that only GET is allowed for. `None` if there is no such path.
pub async fn answer(state: &State, method: &Method, path: &str) -> Option<Reply> {
    let known = [
        "/v2/stats/self",
        "/v2/stats/store",
        "/v2/stats/leader",
        "/version",
        "/health",
    ];
    if !known.contains(&path) {
        return None;
    }
    if *method != Method::GET {
        return Some(reply::not_allowed("GET"));
    }
    Some(match path {
        "/v2/stats/self" => reply::json(200, of_self(state)),
        "/v2/stats/store" => reply::json(200, of_store(state)),
        "/v2/stats/leader" => reply::json(200, of_leader(state)),
        "/version" => reply::json(200, VERSION.to_owned()),
        _ => health(state.front.is_healthy().await),
    })
}

fn health(is_healthy: bool) -> Reply {
    let status = if is_healthy { 200 } else { 503 };
    reply::text(status, format!(r#"{{"health":"{is_healthy}"}}"#))
}

fn of_self(state: &State) -> String {
    let name = json!(state.setup.name);
    let id = &state.member_id;
    let mut started = String::new();
    write_date(&mut started, state.started);
    let uptime = state.started.elapsed().unwrap_or_default().as_secs_f64();
    format!(
        r#"{{"name":{name},"id":"{id}","state":"StateLeader","startTime":{started},"leaderInfo":{{"leader":"{id}","uptime":"{uptime}s","startTime":{started}}},"recvAppendRequestCnt":0,"sendAppendRequestCnt":0}}"#
    )
}

fn of_store(state: &State) -> String {
    let waits = state.setup.limits.waits - state.waits.available_permits();
    let watchers = state.front.watchers().unwrap_or(waits);
    let counters = state.counters.fields();
    let expired = state.front.expired();
    format!(r#"{{{counters},"expireCount":{expired},"watchers":{watchers}}}"#)
}

fn of_leader(state: &State) -> String {
    let id = &state.member_id;
    format!(r#"{{"leader":"{id}","followers":{{}}}}"#)
}
