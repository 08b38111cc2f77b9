//! `/v2/stats`, `/version` and `/health`.

use super::reply::{self, Reply};
use super::state::State;
use crate::api::node::write_date;
use http::Method;
use serde_json::json;
use std::time::Duration;

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
    let uptime = duration(state.started.elapsed().unwrap_or_default());
    format!(
        r#"{{"name":{name},"id":"{id}","state":"StateLeader","startTime":{started},"leaderInfo":{{"leader":"{id}","uptime":"{uptime}","startTime":{started}}},"recvAppendRequestCnt":0,"sendAppendRequestCnt":0}}"#
    )
}

/// A duration as Go writes it, such as `1h2m3.5s` (`time.Duration.String`).
fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let rest = duration - Duration::from_secs(seconds / 60 * 60);
    if duration.is_zero() {
        return "0s".to_owned();
    }
    match (hours, minutes) {
        (0, 0) => format!("{rest:?}"),
        (0, _) => format!("{minutes}m{}s", rest.as_secs_f64()),
        _ => format!("{hours}h{minutes}m{}s", rest.as_secs_f64()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_written_as_go_writes_it() {
        let table = [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (534_100_000, "534.1ms"),
            (3_021_329_811, "3.021329811s"),
            (60_000_000_000, "1m0s"),
            (264_900_000_000, "4m24.9s"),
            (3_600_000_000_000, "1h0m0s"),
            (93_784_000_000_001, "26h3m4.000000001s"),
        ];
        for (nanoseconds, expected) in table {
            assert_eq!(duration(Duration::from_nanos(nanoseconds)), expected);
        }
    }
}
