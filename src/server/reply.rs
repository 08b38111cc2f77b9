//! Answers as etcd's HTTP front gives them.

use super::body::{Event, ReplyBody, Whole};
use super::budget::Share;
use crate::api::error::{Error, Kind};
use crate::api::parameters::Refused;
use crate::api::v2_error::{self, kind};
use crate::memory::Answer;
use http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE,
};
use http::{Method, Response, StatusCode};
use hyper::ext::ReasonPhrase;

/// An answer to a client.
pub type Reply = Response<ReplyBody>;

/// The term of the only member of the cluster that a server is for its clients.
const RAFT_TERM: &str = "2";

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const CLUSTER_ID: HeaderName = HeaderName::from_static("x-etcd-cluster-id");
const ETCD_INDEX: HeaderName = HeaderName::from_static("x-etcd-index");
const RAFT_INDEX: HeaderName = HeaderName::from_static("x-raft-index");
const TERM: HeaderName = HeaderName::from_static("x-raft-term");
const OPTIONS: HeaderName = HeaderName::from_static("x-content-type-options");

fn of(status: u16, body: ReplyBody) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply
}

fn typed(status: u16, content_type: &'static str, body: impl Into<Whole>) -> Reply {
    let reply = of(status, ReplyBody::Whole(body.into()));
    with(reply, CONTENT_TYPE, content_type)
}

/// The answer with one more field. A text that can be no value is left out.
fn with(mut reply: Reply, name: HeaderName, value: impl TryInto<HeaderValue>) -> Reply {
    if let Ok(value) = value.try_into() {
        reply.headers_mut().insert(name, value);
    }
    reply
}

/// No body.
pub fn empty(status: u16) -> Reply {
    of(status, ReplyBody::Ended)
}

/// JSON.
pub fn json(status: u16, body: String) -> Reply {
    typed(status, JSON, body)
}

/// Text.
pub fn text(status: u16, body: String) -> Reply {
    typed(status, TEXT, body)
}

/// An error as Go's `http.Error` gives it.
fn plain_error(status: u16, body: &'static str) -> Reply {
    with(typed(status, TEXT, body), OPTIONS, "nosniff")
}

/// There is no such resource.
pub fn not_found() -> Reply {
    plain_error(404, "404 page not found\n")
}

/// The resource has no such method.
pub fn not_allowed(allowed: &'static str) -> Reply {
    with(plain_error(405, "Method Not Allowed\n"), ALLOW, allowed)
}

/// The request is malformed: its connection ends.
pub fn malformed(status: u16, body: &'static str) -> Reply {
    let mut reply = closing(typed(status, TEXT, body));
    // Go repeats the status line in the body.
    let reason = body.strip_prefix(reply.status().as_str());
    if let Some(reason) = reason.and_then(|rest| rest.strip_prefix(' ')) {
        let reason = ReasonPhrase::from_static(reason.as_bytes());
        reply.extensions_mut().insert(reason);
    }
    reply
}

/// The answer is the last one of its connection.
pub fn closing(reply: Reply) -> Reply {
    with(reply, CONNECTION, "close")
}

/// The path has another form. Only the answers to GET and HEAD tell of a page, and only that to GET has it.
pub fn moved(location: &str, method: &Method) -> Reply {
    const PAGE: &str = "text/html; charset=utf-8";
    let reply = match *method {
        Method::GET => {
            let link = html_escape(location);
            let page = format!("<a href=\"{link}\">Moved Permanently</a>.\n\n");
            typed(301, PAGE, page)
        }
        Method::HEAD => with(empty(301), CONTENT_TYPE, PAGE),
        _ => empty(301),
    };
    with(reply, LOCATION, ascii(location))
}

/// `hexEscapeNonASCII` of Go's `net/http`.
fn ascii(text: &str) -> String {
    let escaped = |byte: u8| match byte.is_ascii() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02x}"),
    };
    text.bytes().map(escaped).collect()
}

/// `htmlEscape` of Go's `net/http`.
fn html_escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', "&#34;");
    text.replace('\'', "&#39;")
}

/// The answer with the id of the cluster.
pub fn of_cluster(reply: Reply, id: Option<&str>) -> Reply {
    match id {
        Some(id) => with(reply, CLUSTER_ID, id),
        None => reply,
    }
}

/// The answer of the store.
pub fn of_store(answer: &Answer) -> Reply {
    let index = answer.index.unwrap_or_default();
    let reply = typed(answer.status, JSON, Whole::line(&answer.body));
    match answer.status < 300 {
        true => indexed(reply, index),
        false => with(reply, ETCD_INDEX, index),
    }
}

/// The answer with the share of the memory for large answers that it has until it is read.
pub fn with_share(mut reply: Reply, share: Share) -> Reply {
    if let ReplyBody::Whole(whole) = reply.body_mut() {
        whole.share = share;
    }
    reply
}

/// The answer to a wait that was registered at an index.
pub fn of_wait(index: u64, event: Event) -> Reply {
    let reply = of(200, ReplyBody::Event(event));
    indexed(with(reply, CONTENT_TYPE, JSON), index)
}

fn indexed(reply: Reply, index: u64) -> Reply {
    let reply = with(reply, ETCD_INDEX, index);
    with(with(reply, RAFT_INDEX, index), TERM, RAFT_TERM)
}

/// The error 210.
pub fn bad_form(cause: &str) -> Answer {
    error(400, 210, "Invalid POST form", cause, 0)
}

/// A parameter that etcd refuses.
pub fn refused(refused: &Refused) -> Answer {
    error(
        400,
        refused.code.into(),
        refused.message(),
        &refused.cause,
        0,
    )
}

/// The error 110, with the challenge that RFC 9110 §15.5.2 demands. etcd 3.4 leaves the challenge out.
pub fn unauthorized() -> Reply {
    let (status, message) = kind(110);
    let refused = error(status, 110, message, "Insufficient credentials", 0);
    with(
        of_store(&refused),
        WWW_AUTHENTICATE,
        r#"Basic realm="etcd""#,
    )
}

/// The error 300.
pub fn not_agreed(status: u16, cause: &str) -> Answer {
    error(status, 300, kind(300).1, cause, 0)
}

/// The error 100.
pub fn missing(path: &str, index: u64) -> Answer {
    let (status, message) = kind(100);
    error(status, 100, message, path, index)
}

/// An error of a client as the v2 API gives it. What the API has no code for is the error 300.
pub fn of_failure(failure: &Error) -> Answer {
    match (&failure.kind, failure.status) {
        (Kind::Api(body), Some(status)) => {
            let text = |name| body[name].as_str().unwrap_or_default();
            let code = body["errorCode"].as_u64().unwrap_or(300);
            let index = body["index"].as_u64().unwrap_or_default();
            error(status, code, text("message"), text("cause"), index)
        }
        (Kind::Invalid(_) | Kind::TooLarge(_), _) => bad_form(&failure.to_string()),
        _ => not_agreed(500, &failure.to_string()),
    }
}

fn error(status: u16, code: u64, message: &str, cause: &str, index: u64) -> Answer {
    let body = v2_error::body(code, message, cause, index);
    Answer::new(status, index, body)
}
