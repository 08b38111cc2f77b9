//! Which answer a request gets (etcd's `etcdserver/api/v2http` behind Go's `ServeMux`).

use super::peer::Peer;
use super::reply::{self, Reply};
use super::state::State;
use super::{access, framing, keys, members, path, received, statistics};
use http::header::{CONNECTION, EXPECT};
use http::{Method, Request};
use hyper::body::Incoming;
use std::sync::Arc;

const KEYS: &str = "/v2/keys";
const MEMBERS: &str = "/v2/members";

/// The answer to a request. `peer`: its client.
pub async fn answer(state: &Arc<State>, peer: &Peer, request: Request<Incoming>) -> Reply {
    let is_ambiguous = framing::is_ambiguous(request.headers());
    // Without `100 Continue` the body does not come.
    let is_expected = !request.headers().contains_key(EXPECT);
    let (parts, mut body) = request.into_parts();
    let request = Request::from_parts(parts, &mut body);
    let reply = unless_refused(state, peer, request).await;
    if is_ambiguous {
        return reply::closing(reply);
    }
    if is_expected && !reply.headers().contains_key(CONNECTION) {
        return behind(&mut body, reply, state).await;
    }
    reply
}

/// The answer behind a body that nobody may have read: hyper discards it only if it has arrived.
async fn behind(body: &mut Incoming, reply: Reply, state: &State) -> Reply {
    match received::discard(body, state.setup.limits.silence).await {
        true => reply,
        false => reply::closing(reply),
    }
}

async fn unless_refused(state: &Arc<State>, peer: &Peer, request: Received<'_>) -> Reply {
    let refusal = framing::refusal(request.headers());
    match refusal.or_else(|| access::refusal(state, &request)) {
        Some(refusal) => refusal,
        None => of_resource(state, peer, request).await,
    }
}

type Received<'a> = Request<&'a mut Incoming>;

async fn of_resource(state: &Arc<State>, peer: &Peer, request: Received<'_>) -> Reply {
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
        return keys::answer(state, peer, key, request).await;
    }
    if let Some(rest) = below(&path, MEMBERS) {
        return members::members(state, peer.local, request.method(), rest);
    }
    if path == "/v2/machines" {
        return members::machines(state, peer.local, request.method());
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
