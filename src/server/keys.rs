//! `/v2/keys`: what a request asks of the store (`parseKeyRequest` of etcd's `etcdserver/api/v2http/client.go`), and its answer.

use super::body::{Event, Whole};
use super::budget::Share;
use super::form;
use super::front::{PendingAnswer, Registration};
use super::media_type::MediaType;
use super::peer::Peer;
use super::received::{RequestBody, Unreceived};
use super::reply::{self, Reply, bad_form, not_agreed, of_store};
use super::state::State;
use crate::api::key::{Key, Syntax};
use crate::api::parameters::{Judged, Parameters, judge_parameters};
use crate::api::request::{Conditions, Delete, Flags, Get, Push, Request, Set, Wait};
use crate::memory::Answer;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// All but the slashes of a path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');

const ALLOWED: &str = "HEAD,GET,PUT,POST,DELETE";

/// The answer to a request. `path`: that of the key.
pub async fn answer(
    state: &Arc<State>,
    peer: &Peer,
    path: &str,
    request: &http::Request<()>,
    body: &mut RequestBody,
) -> Reply {
    let method = request.method().clone();
    if !ALLOWED.split(',').any(|allowed| method == allowed) {
        return reply::not_allowed(ALLOWED);
    }
    let reply = match parameters(state, request, body).await {
        Err(refused) => *refused,
        Ok((given, share)) => match judge_parameters(method == Method::GET, &given) {
            Err(refused) => of_store(&reply::refused(&refused)),
            Ok(judged) if judged.wait && !judged.quorum => wait(state, peer, path, &judged).await,
            Ok(judged) => {
                drop(given);
                judged_answer(state, &method, path, judged, share).await
            }
        },
    };
    state.of_cluster(reply).await
}

/// `share`: that of the form.
async fn judged_answer(
    state: &Arc<State>,
    method: &Method,
    path: &str,
    judged: Judged,
    share: Share,
) -> Reply {
    let kind = state.counters.kind(method, &judged);
    let request = store_request(method, path, judged);
    let (answer, of_answer) = match [Method::GET, Method::HEAD].contains(method) {
        true => read(state, &request, path).await,
        false => write(state, request, path).await,
    };
    drop(share);
    state.counters.count(kind, answer.status < 300);
    reply::with_share(of_store(&answer), of_answer)
}

/// A large answer that has no share of the memory is not kept until there is one: it is read again.
async fn read(state: &State, request: &Request, path: &str) -> (Answer, Share) {
    let mut share = Share::default();
    loop {
        let answer = state.front.answer(request.clone(), path).await;
        let length = answer.body.len();
        if state.answers.covers(&share, length) {
            return (answer, share);
        }
        drop(share);
        if let Some(share) = state.answers.take(length) {
            return (answer, share);
        }
        drop(answer);
        let limit = state.setup.limits.silence;
        share = match state.answers.wait(length, limit).await {
            Some(share) => share,
            None => return (too_many_answers(), Share::default()),
        };
    }
}

/// The error 300 says that a write may have been applied: it is right here, too, where the write was applied.
async fn write(state: &State, request: Request, path: &str) -> (Answer, Share) {
    state.new_connections.first_requests().await;
    let answer = state.front.answer(request, path).await;
    match state.answers.take(answer.body.len()) {
        Some(share) => (answer, share),
        None => (too_many_answers(), Share::default()),
    }
}

fn too_many_answers() -> Answer {
    not_agreed(503, "too many large answers that are not read")
}

/// The parameters of the form, and those of the query behind them, with the form's share of the memory.
async fn parameters(
    state: &State,
    request: &http::Request<()>,
    body: &mut RequestBody,
) -> Result<(Parameters, Share), Box<Reply>> {
    let mut parameters = Parameters::default();
    let mut share = Share::default();
    let mut result = Ok(());
    if [Method::PUT, Method::POST].contains(request.method()) {
        let content_type = request.headers().get(CONTENT_TYPE);
        let media_type = MediaType::of(content_type.map(HeaderValue::as_bytes));
        if media_type.is_form {
            let form = body.form(state.setup.limits.silence, &state.forms).await;
            let form = form.map_err(|why| Box::new(unreceived(&why)))?;
            result = form::parse(&form.bytes, &mut parameters);
            share = form.share;
        }
        if let Some(fault) = media_type.fault {
            result = Err(fault.to_owned());
        }
    }
    let query = request.uri().query().unwrap_or_default();
    let of_query = form::parse(query.as_bytes(), &mut parameters);
    match result.and(of_query) {
        Ok(()) => Ok((parameters, share)),
        Err(fault) => Err(Box::new(of_store(&bad_form(&fault)))),
    }
}

fn unreceived(why: &Unreceived) -> Reply {
    let fault = match why {
        Unreceived::TooLong => "http: POST too large",
        Unreceived::Broken => "unexpected EOF",
        Unreceived::TooSlow => return reply::malformed(408, "408 Request Timeout"),
        Unreceived::TooMany => {
            return reply::closing(of_store(&not_agreed(503, "too many large forms")));
        }
    };
    reply::closing(of_store(&bad_form(fault)))
}

async fn wait(state: &Arc<State>, peer: &Peer, path: &str, judged: &Judged) -> Reply {
    let Ok(permit) = state.waits.clone().try_acquire_owned() else {
        return of_store(&not_agreed(503, "too many waits"));
    };
    let from = judged.wait_index;
    let wait = Wait {
        key: Key::strict(path),
        flags: flags(judged),
        index: (from > 0).then(|| from.to_string()),
    };
    match state.front.wait(wait, from).await {
        Registration::Refused(answer) => of_store(&answer),
        Registration::Registered(index, pending) => {
            let event = event(state.clone(), peer.clone(), pending, permit);
            reply::of_wait(index, event)
        }
    }
}

/// The body of the answer to a registered wait. The end of the client ends it without an event, as in etcd; that of the server, or an
/// error, ends the connection.
fn event(
    state: Arc<State>,
    peer: Peer,
    pending: PendingAnswer,
    permit: OwnedSemaphorePermit,
) -> Event {
    Box::pin(async move {
        let _permit = permit;
        tokio::select! {
            biased;
            answer = pending => body_of(&answer),
            () = state.end() => None,
            () = peer.gone() => Some(Whole::default()),
        }
    })
}

fn body_of(answer: &Answer) -> Option<Whole> {
    (answer.status < 300).then(|| Whole::line(&answer.body))
}

/// What a request that does not wait asks of the store.
fn store_request(method: &Method, path: &str, judged: Judged) -> Request {
    match *method {
        Method::PUT => Request::Set(Set {
            key: Key::strict(path),
            conditions: conditions(&judged, judged.prev_exist),
            ttl: judged.ttl.map(|ttl| ttl.to_string()),
            dir: judged.dir,
            refresh: judged.refresh,
            no_value_on_success: judged.no_value_on_success,
            value: Some(judged.value).filter(|_| !judged.refresh),
        }),
        Method::POST => Request::Push(Push {
            key: push_key(path, &judged),
            ttl: judged.ttl.map(|ttl| ttl.to_string()),
            value: Some(judged.value),
        }),
        Method::DELETE => Request::Delete(Delete {
            key: Key::strict(path),
            recursive: judged.recursive,
            dir: judged.dir,
            conditions: conditions(&judged, None),
        }),
        _ => Request::Get(Get {
            key: Key::strict(path),
            flags: flags(&judged),
            quorum: judged.quorum,
            ..Get::default()
        }),
    }
}

fn flags(judged: &Judged) -> Flags {
    Flags {
        recursive: judged.recursive,
        sorted: judged.sorted,
        consistent: false,
    }
}

fn conditions(judged: &Judged, exist: Option<bool>) -> Conditions {
    Conditions {
        exist: exist.map(|exist| exist.to_string()),
        value: judged.prev_value.clone(),
        index: (judged.prev_index > 0).then(|| judged.prev_index.to_string()),
    }
}

/// Only the query of a key can ask for an in-order directory, and for an answer without its node.
fn push_key(path: &str, judged: &Judged) -> Key {
    let options = [
        (judged.dir, "dir"),
        (judged.no_value_on_success, "noValueOnSuccess"),
    ];
    let given: Vec<_> = options.iter().filter(|(is_given, _)| *is_given).collect();
    if given.is_empty() {
        return Key::strict(path);
    }
    let path = utf8_percent_encode(path, ESCAPED);
    let query: String = given
        .iter()
        .map(|(_, name)| format!("&{name}=true"))
        .collect();
    Key {
        text: format!("{path}?{query}"),
        syntax: Syntax::Loose,
    }
}
