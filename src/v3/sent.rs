//! What goes over a connection for a call: its fields and its message, and what an answer means. Pure.

use super::grpc::{Malformed, PREFIX, framed, only_message};
use super::method::{Method, WATCH};
use super::status::Status;
use crate::api::error::Failure;
use crate::cluster::Policy;
use crate::net::{Exchanged, Message};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TE};
use http::uri::PathAndQuery;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The field that has the user's token.
const TOKEN: HeaderName = HeaderName::from_static("token");
/// Asks a member that has no leader to end a stream instead of leaving it silent.
const HAS_LEADER: HeaderName = HeaderName::from_static("hasleader");

/// The fields of every request.
static FIELDS: LazyLock<HeaderMap> = LazyLock::new(|| {
    HeaderMap::from_iter([
        (TE, HeaderValue::from_static("trailers")),
        (CONTENT_TYPE, HeaderValue::from_static("application/grpc")),
    ])
});

/// A request, encoded.
#[derive(Debug)]
pub struct Sent {
    path: PathAndQuery,
    /// The message with its prefix.
    frame: Bytes,
    kind: Kind,
}

/// What is to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One message, of a call that changes nothing.
    Read,
    /// One message, of a call that changes something: it is sent once.
    Write,
    /// Messages as long as both sides like.
    Stream,
}

impl Sent {
    /// A call.
    pub fn call<M: Method>(message: &M) -> Self {
        Sent {
            path: M::path(),
            frame: framed(message),
            kind: match message.is_write() {
                true => Kind::Write,
                false => Kind::Read,
            },
        }
    }

    /// The stream of watches.
    pub fn watches() -> Self {
        Sent {
            path: PathAndQuery::from_static(WATCH),
            frame: Bytes::new(),
            kind: Kind::Stream,
        }
    }

    /// How the failover loop treats it. A stream changes nothing, and lasts.
    pub fn policy(&self) -> Policy {
        Policy {
            repeatable: self.kind != Kind::Write,
            is_write: self.kind == Kind::Write,
            takes_slot: self.kind != Kind::Stream,
        }
    }

    /// Whether it opens a stream.
    pub fn is_stream(&self) -> bool {
        self.kind == Kind::Stream
    }

    /// As it goes to a host. `limit`: the most bytes of a message of the server.
    pub fn message(&self, token: Option<&HeaderValue>, limit: usize) -> Message<'_> {
        let mut fields = Cow::Borrowed(&*FIELDS);
        if self.kind == Kind::Stream {
            let yes = HeaderValue::from_static("true");
            fields.to_mut().insert(HAS_LEADER, yes);
        }
        if let Some(token) = token {
            fields.to_mut().insert(TOKEN, token.clone());
        }
        let (path, body) = (&self.path, self.frame.clone());
        Message {
            path,
            fields,
            body,
            limit: limit.saturating_add(PREFIX),
        }
    }
}

/// The message of an answer, or the status that came in its place.
pub fn read(exchanged: Exchanged) -> Result<Result<Bytes, Status>, Failure> {
    let in_trailers = exchanged.trailers.as_ref().and_then(Status::of);
    match in_trailers.or_else(|| Status::of(&exchanged.fields)) {
        Some(Err(status)) => Ok(Err(status)),
        Some(Ok(())) => match only_message(exchanged.body) {
            Ok(Some(message)) => Ok(Ok(message)),
            Ok(None) => Err(bad_answer("it has no message")),
            Err(fault) => Err(bad_answer(words(fault))),
        },
        None if exchanged.status != 200 => Ok(Err(Status::of_http(exchanged.status))),
        None => Err(bad_answer("it has no status of gRPC")),
    }
}

/// What is wrong with the bytes of an answer.
pub fn words(fault: Malformed) -> &'static str {
    match fault {
        Malformed::Prefix => "its message has a compressed or unknown form",
        Malformed::TooLong => "its message is larger than maxResponseSize",
        Malformed::CutOff => "it ends within a message",
        Malformed::Several => "it has more than one message",
    }
}

/// An answer that is not what gRPC says it must be. The server may have processed the request.
pub fn bad_answer(what: &str) -> Failure {
    let text = format!("the server's answer is no answer of etcd's v3 API: {what}");
    Failure::new("ERR_ETCD_BAD_ANSWER", text).after_sending()
}
