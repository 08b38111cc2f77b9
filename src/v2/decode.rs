//! What an answer of the v2 API means: a body, a key that does not exist, or an error. Pure.

use super::Answer;
use crate::api::error::{Attempt, Error, Kind};
use crate::api::outcome::{Origin, Outcome};
use crate::api::request::Request;
use serde_json::Value;

/// The outcome of a success.
pub fn found(mut answer: Answer) -> Outcome {
    let body = std::mem::take(&mut answer.body);
    Outcome {
        body: Some(body),
        origin: origin_of(answer),
    }
}

fn nothing(answer: Answer) -> Outcome {
    Outcome {
        body: None,
        origin: origin_of(answer),
    }
}

fn origin_of(answer: Answer) -> Origin {
    Origin {
        status: answer.status,
        index: answer.index,
        endpoint: answer.endpoint,
        attempts: answer.attempts,
    }
}

/// What an answer to a request means. A read of a key that does not exist is no error (point 20 of docs/compatibility.md).
pub fn outcome(answer: Answer, request: &Request) -> Result<Outcome, Error> {
    if answer.is_success() {
        return Ok(found(answer));
    }
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let may_miss = matches!(
        request,
        Request::Get(_) | Request::Wait(_) | Request::Leader | Request::Stats(_)
    );
    if may_miss && answer.status == 404 && body["errorCode"] == 100 {
        return Ok(nothing(answer));
    }
    let is_text = matches!(request, Request::Leader | Request::Machines);
    let is_write = request.written_key().is_some();
    let mut attempts = answer.attempts;
    attempts.push(Attempt::answered(&answer.endpoint, answer.status));
    let may_be_applied = answer.status >= 500 && !is_refusal(&body);
    let kind = match answer.status {
        404 if body["errorCode"].is_null() => Kind::NoV2Api,
        _ if is_truthy(&body["message"]) && !is_text => Kind::Api(body),
        _ => Kind::Status,
    };
    Err(Error {
        status: Some(answer.status),
        endpoint: Some(answer.endpoint),
        attempts,
        // A server may have processed an earlier attempt, which may be the reason for this refusal.
        ambiguous: is_write && (may_be_applied || answer.in_doubt),
        ..Error::new(kind)
    })
}

/// Whether a server error (5xx) says that nothing was applied. Most do not: without a quorum etcd stops waiting for the write,
/// which may still be applied. But etcd 3.5 refuses each update of a directory as a raft error.
fn is_refusal(body: &Value) -> bool {
    let cause = body["cause"].as_str().unwrap_or_default();
    cause.ends_with(" : Not a file ()")
}

/// Whether a value is truthy in JavaScript. etcdjs takes a body for an error of etcd if its message is.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
