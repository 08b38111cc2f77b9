//! `/v2/machines` and `/v2/members`. A server is the only member of its cluster: the members of a cluster behind it do not speak the
//! v2 API.

use super::reply::{self, Reply};
use super::state::State;
use http::Method;
use serde_json::json;
use std::net::SocketAddr;

/// The client URLs of the server: the advertised URLs, or else the URL under which this client has reached the server. A host name is not
/// replaced by its address: the server's certificate may be for the name alone.
fn urls(state: &State, local: SocketAddr) -> Vec<String> {
    if !state.setup.advertised.is_empty() {
        return state.setup.advertised.clone();
    }
    let host = match &state.setup.host_name {
        Some(name) => format!("{name}:{}", local.port()),
        None => SocketAddr::new(local.ip().to_canonical(), local.port()).to_string(),
    };
    vec![format!("{}://{host}", state.scheme())]
}

/// `/v2/machines`.
pub fn machines(state: &State, local: SocketAddr, method: &Method) -> Reply {
    match *method {
        Method::GET | Method::HEAD => reply::text(200, urls(state, local).join(", ")),
        _ => reply::not_allowed("GET,HEAD"),
    }
}

/// `/v2/members`. `rest`: the path behind it.
pub async fn members(state: &State, local: SocketAddr, method: &Method, rest: &str) -> Reply {
    if *method != Method::GET {
        return reply::not_allowed("GET");
    }
    let member = member(state, local);
    let reply = match rest.trim_start_matches('/') {
        "" => reply::json(200, format!("{{\"members\":[{member}]}}\n")),
        "leader" => reply::json(200, format!("{member}\n")),
        _ => reply::json(404, r#"{"message":"Not found"}"#.to_owned()),
    };
    state.of_cluster(reply).await
}

fn member(state: &State, local: SocketAddr) -> String {
    let [id, name] = [&state.member_id, &state.setup.name].map(|text| json!(text));
    let urls = json!(urls(state, local));
    format!(r#"{{"id":{id},"name":{name},"peerURLs":[],"clientURLs":{urls}}}"#)
}
