//! Which answer a request gets (etcd's `etcdserver/api/v2http` behind Go's `ServeMux`).

use super::reply::{self, Reply};
use super::state::State;
use super::{access, framing, keys, members, path, statistics};
use http::{Method, Request};
use hyper::body::Incoming;
use std::net::SocketAddr;
use std::sync::Arc;

const KEYS: &str = "/v2/keys";
const MEMBERS: &str = "/v2/members";

/// The answer to a request. `local`: the address at which the client has reached the server.
pub async fn answer(state: &Arc<State>, local: SocketAddr, request: Request<Incoming>) -> Reply {
    let refusal = framing::refusal(request.headers());
    if let Some(refusal) = refusal.or_else(|| access::refusal(state, &request)) {
        return refusal;
    }
    let is_ambiguous = framing::is_ambiguous(request.headers());
    let reply = of_resource(state, local, request).await;
    match is_ambiguous {
        true => reply::closing(reply),
        false => reply,
    }
}

async fn of_resource(state: &Arc<State>, local: SocketAddr, request: Request<Incoming>) -> Reply {
    if request.method() == Method::OPTIONS {
        return reply::empty(200);
    }
    let uri = request.uri().clone();
    let Ok(path) = path::unescape(uri.path()) else {
        return reply::malformed(400, "400 Bad Request");
    };
    if request.method() == Method::CONNECT {
        return reply::not_found();
    }
    let clean = path::clean(&path);
    if clean != path {
        return redirect(&clean, uri.query(), request.method());
    }
    if let Some(key) = below(&path, KEYS) {
        return keys::answer(state, key, request).await;
    }
    if let Some(rest) = below(&path, MEMBERS) {
        return members::members(state, local, request.method(), rest);
    }
    if path == "/v2/machines" {
        return members::machines(state, local, request.method());
    }
    let statistics = statistics::answer(state, request.method(), &path).await;
    statistics.unwrap_or_else(reply::not_found)
}

/// The path behind a prefix that it has as whole segments.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

fn redirect(clean: &str, query: Option<&str>, method: &Method) -> Reply {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let location = path::escape(clean) + &query;
    let has_page = [Method::GET, Method::HEAD].contains(method);
    reply::moved(&location, has_page)
}
