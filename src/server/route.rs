//! Which answer a request gets (etcd's `etcdserver/api/v2http` behind Go's `ServeMux`).

use super::peer::Peer;
use super::received::RequestBody;
use super::reply::{self, Reply};
use super::state::State;
use super::{access, framing, keys, members, path, statistics};
use http::{Method, Request, Uri, Version};
use hyper::body::Incoming;
use std::sync::Arc;

const KEYS: &str = "/v2/keys";
const MEMBERS: &str = "/v2/members";

/// The answer to a request. `peer`: its client. `is_cut`: its target had a `#`.
pub async fn answer(
    state: &Arc<State>,
    peer: &Peer,
    is_cut: bool,
    request: Request<Incoming>,
) -> Reply {
    let is_old = request.version() == Version::HTTP_10;
    let is_head = request.method() == Method::HEAD;
    let reply = match is_cut {
        true => reply::malformed(400, "400 Bad Request"),
        false => any_answer(state, peer, request).await,
    };
    if is_old {
        framing::for_old(reply, is_head)
    } else {
        reply
    }
}

async fn any_answer(state: &Arc<State>, peer: &Peer, request: Request<Incoming>) -> Reply {
    if let Some(refusal) = framing::refusal(request.headers()) {
        return refusal;
    }
    let (head, body) = request.into_parts();
    let (head, mut body) = (Request::from_parts(head, ()), RequestBody::new(body));
    let reply = match access::refusal(state, &head) {
        Some(refusal) => refusal,
        None => of_resource(state, peer, &head, &mut body).await,
    };
    let awaits = framing::awaits_permission(head.version(), head.headers());
    let goes_on = body.end(awaits, state.setup.limits.silence).await;
    match goes_on && !framing::is_ambiguous(head.headers()) {
        true => reply,
        false => reply::closing(reply),
    }
}

async fn of_resource(
    state: &Arc<State>,
    peer: &Peer,
    request: &Request<()>,
    body: &mut RequestBody,
) -> Reply {
    let uri = request.uri();
    let path = path::unescape(uri.path().as_bytes());
    if request.method() == Method::OPTIONS && path.is_ok() {
        return reply::empty(200);
    }
    if is_no_target(uri) && request.method() != Method::CONNECT {
        return reply::malformed(400, "400 Bad Request");
    }
    if uri.path() == "*" {
        return reply::closing(reply::empty(400));
    }
    let Ok(path) = path else {
        return reply::malformed(400, "400 Bad Request");
    };
    let Ok(path) = String::from_utf8(path) else {
        return not_utf8(state);
    };
    let clean = path::clean(&path);
    if clean != path && request.method() != Method::CONNECT {
        return redirect(&clean, uri.query(), request.method());
    }
    if let Some(key) = below(&path, KEYS) {
        return keys::answer(state, peer, key, request, body).await;
    }
    if let Some(rest) = below(&path, MEMBERS) {
        return members::members(state, peer.local, request.method(), rest).await;
    }
    if path == "/v2/machines" {
        return members::machines(state, peer.local, request.method());
    }
    let statistics = statistics::answer(state, request.method(), &path).await;
    statistics.unwrap_or_else(reply::not_found)
}

/// Whether a target is a word that is no path. One with a colon is to Go a URL without a path.
fn is_no_target(target: &Uri) -> bool {
    let authority = target.authority().filter(|_| target.scheme().is_none());
    authority.is_some_and(|authority| !authority.as_str().contains(':'))
}

/// Keys that differ only in what is not UTF-8 would be one key.
fn not_utf8(state: &State) -> Reply {
    let refused = reply::of_store(&reply::bad_form("the path is not UTF-8"));
    reply::of_cluster(refused, state.cluster_id())
}

/// The path behind a prefix that it has as whole segments.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

fn redirect(clean: &str, query: Option<&str>, method: &Method) -> Reply {
    let query = query.filter(|query| !query.is_empty());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let location = path::escape(clean) + &query;
    reply::moved(&location, method)
}
