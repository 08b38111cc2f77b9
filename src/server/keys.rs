//! `/v2/keys`: what a request asks of the store (`parseKeyRequest` of etcd's `etcdserver/api/v2http/client.go`), and its answer.

use super::body::Event;
use super::form;
use super::front::{Registered, Waited};
use super::media_type::MediaType;
use super::received::{RequestBody, Unreceived};
use super::reply::{self, Reply, bad_form, not_agreed, of_store};
use super::state::State;
use crate::api::key::{Key, Syntax};
use crate::api::parameters::{Judged, Parameters, judge_parameters};
use crate::api::request::{Conditions, Delete, Flags, Get, Push, Request, Set, Wait};
use crate::memory::Answer;
use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;

/// A write takes at least this time, as it does in etcd, whose members agree on it first. So a wait that a program starts before a
/// write, on another connection, is registered before it.
const COMMIT: Duration = Duration::from_millis(5);

/// All but the slashes of a path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');

const ALLOWED: &str = "HEAD,GET,PUT,POST,DELETE";

/// The answer to a request. `path`: that of the key.
pub async fn answer(
    state: &Arc<State>,
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
        Ok(given) => match judge_parameters(method == Method::GET, &given) {
            Err(refused) => of_store(&reply::refused(&refused)),
            Ok(judged) => judged_answer(state, &method, path, judged).await,
        },
    };
    reply::of_cluster(reply, &state.cluster_id)
}

async fn judged_answer(state: &Arc<State>, method: &Method, path: &str, judged: Judged) -> Reply {
    if judged.wait && !judged.quorum {
        return wait(state, path, &judged).await;
    }
    let kind = state.counters.kind(method, &judged);
    if ![Method::GET, Method::HEAD].contains(method) {
        sleep(COMMIT).await;
    }
    let answer = state.front.answer(asked(method, path, judged), path).await;
    state.counters.count(kind, answer.status < 300);
    of_store(&answer)
}

/// The parameters of the form, and those of the query behind them.
async fn parameters(
    state: &State,
    request: &http::Request<()>,
    body: &mut RequestBody,
) -> Result<Parameters, Box<Reply>> {
    let mut parameters = Parameters::default();
    let mut result = Ok(());
    if [Method::PUT, Method::POST].contains(request.method()) {
        let content_type = request.headers().get(CONTENT_TYPE);
        let media_type = MediaType::of(content_type.map(HeaderValue::as_bytes));
        if media_type.is_form {
            let form = body.form(state.setup.limits.silence).await;
            let form = form.map_err(|why| Box::new(unreceived(&why)))?;
            result = form::parse(&form, &mut parameters);
        }
        if let Some(fault) = media_type.fault {
            result = Err(fault.to_owned());
        }
    }
    let query = request.uri().query().unwrap_or_default();
    let of_query = form::parse(query.as_bytes(), &mut parameters);
    match result.and(of_query) {
        Ok(()) => Ok(parameters),
        Err(fault) => Err(Box::new(of_store(&bad_form(&fault)))),
    }
}

fn unreceived(why: &Unreceived) -> Reply {
    let fault = match why {
        Unreceived::TooLong => "http: POST too large",
        Unreceived::Broken => "unexpected EOF",
        Unreceived::TooSlow => return reply::malformed(408, "408 Request Timeout"),
    };
    reply::closing(of_store(&bad_form(fault)))
}

async fn wait(state: &Arc<State>, path: &str, judged: &Judged) -> Reply {
    let Ok(permit) = state.waits.clone().try_acquire_owned() else {
        return of_store(&not_agreed(503, "too many waits"));
    };
    let from = judged.wait_index;
    let wait = Wait {
        key: key(path),
        flags: flags(judged),
        index: (from > 0).then(|| from.to_string()),
    };
    match state.front.wait(wait, from).await {
        Waited::Refused(answer) => of_store(&answer),
        Waited::Registered(index, registered) => {
            reply::of_wait(index, event(state.clone(), registered, permit))
        }
    }
}

/// The body of the answer to a registered wait. The server's end and an error end it.
fn event(state: Arc<State>, registered: Registered, permit: OwnedSemaphorePermit) -> Event {
    Box::pin(async move {
        let _permit = permit;
        tokio::select! {
            biased;
            answer = registered => body_of(&answer),
            () = state.end() => None,
        }
    })
}

fn body_of(answer: &Answer) -> Option<Bytes> {
    (answer.status < 300).then(|| format!("{}\n", answer.body).into())
}

/// What a request that does not wait asks of the store.
fn asked(method: &Method, path: &str, judged: Judged) -> Request {
    match *method {
        Method::PUT => Request::Set(Set {
            key: key(path),
            conditions: conditions(&judged, judged.prev_exist),
            ttl: judged.ttl.map(|ttl| ttl.to_string()),
            dir: judged.dir,
            refresh: judged.refresh,
            no_value_on_success: judged.no_value_on_success,
            value: Some(judged.value).filter(|_| !judged.refresh),
        }),
        Method::POST => Request::Push(Push {
            key: pushed(path, &judged),
            ttl: judged.ttl.map(|ttl| ttl.to_string()),
            value: Some(judged.value),
        }),
        Method::DELETE => Request::Delete(Delete {
            key: key(path),
            recursive: judged.recursive,
            dir: judged.dir,
            conditions: conditions(&judged, None),
        }),
        _ => Request::Get(Get {
            key: key(path),
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

fn key(path: &str) -> Key {
    Key {
        text: path.to_owned(),
        syntax: Syntax::Strict,
    }
}

/// Only the query of a key can ask for an in-order directory, and for an answer without its node.
fn pushed(path: &str, judged: &Judged) -> Key {
    let options = [
        (judged.dir, "dir"),
        (judged.no_value_on_success, "noValueOnSuccess"),
    ];
    let given: Vec<_> = options.iter().filter(|(is_given, _)| *is_given).collect();
    if given.is_empty() {
        return key(path);
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
