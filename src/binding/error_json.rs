//! An error as JSON, of which lib/errors.js makes a JavaScript error.

use crate::api::error::{Attempt, Error, Failure, Invalid, Kind};
use crate::api::outcome::{Continuation, Gap};
use serde_json::{Map, Value, json};

/// The JSON of an error: `type` (its class), `message`, `fields` (enumerable properties), `api` (what etcd says beside its
/// message), `hidden` (properties that are not enumerable), and how the chain of waits goes on: `repoll` and `gap`.
pub fn error_json(error: &Error, continuation: &Continuation) -> Value {
    json!({
        "type": if matches!(error.kind, Kind::Invalid(_)) { "TypeError" } else { "Error" },
        "message": error.to_string(),
        "fields": fields(error),
        "api": api(&error.kind),
        "hidden": {
            "status": error.status,
            "endpoint": error.endpoint,
            "attempts": error.attempts.iter().map(attempt).collect::<Vec<_>>(),
            "errors": by_address(&error.kind),
        },
        "repoll": continuation.repoll,
        "gap": continuation.gap.as_ref().map(gap),
    })
}

fn fields(error: &Error) -> Map<String, Value> {
    let mut fields = match &error.kind {
        Kind::Network(failure) => failure.fields.clone(),
        other => own_code(other)
            .map(|code| ("code".to_owned(), code.into()))
            .into_iter()
            .collect(),
    };
    if error.ambiguous {
        fields.insert("ambiguous".into(), true.into());
    }
    fields
}

/// The codes of errors that have no code of etcd or Node.js.
fn own_code(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::NoV2Api => Some("ERR_ETCD_NO_V2_API"),
        Kind::NoV3Api => Some("ERR_ETCD_NO_V3_API"),
        Kind::Unsupported(_) => Some("ERR_ETCD_UNSUPPORTED"),
        Kind::NoSpace => Some("ERR_ETCD_NO_SPACE"),
        Kind::TooLarge(_) => Some("ERR_ETCD_TOO_LARGE"),
        Kind::Refused(_) => Some("ERR_ETCD_REFUSED"),
        Kind::NoHosts => Some("ERR_ETCD_NO_HOSTS"),
        Kind::Internal => Some("ERR_ETCD_INTERNAL"),
        Kind::Invalid(Invalid::UnescapedCharacter) => Some("ERR_UNESCAPED_CHARACTERS"),
        Kind::Invalid(Invalid::DotSegment | Invalid::EmptySegment) => Some("ERR_ETCD_INVALID_KEY"),
        Kind::Invalid(
            Invalid::LongRequestLine { .. }
            | Invalid::LongForm { .. }
            | Invalid::DeepKey { .. }
            | Invalid::LargeRequest { .. },
        ) => Some("ERR_ETCD_TOO_LARGE"),
        Kind::Api(_) | Kind::Status | Kind::Network(_) | Kind::Discovery => None,
    }
}

/// Without etcd's message, which is the error's: a large one must not be in the text twice.
fn api(kind: &Kind) -> Value {
    let Kind::Api(body) = kind else {
        return Value::Null;
    };
    let names = ["errorCode", "cause", "index"].into_iter();
    let given = names.filter_map(|name| Some((name.to_owned(), body.get(name)?.clone())));
    given.collect::<Map<_, _>>().into()
}

fn by_address(kind: &Kind) -> Option<Value> {
    let Kind::Network(Failure {
        errors: Some(errors),
        ..
    }) = kind
    else {
        return None;
    };
    let failures = errors.0.iter();
    Some(
        failures
            .map(|one| json!({ "message": one.message, "fields": one.fields }))
            .collect(),
    )
}

fn attempt(attempt: &Attempt) -> Value {
    json!({ "host": attempt.host, "error": attempt.error })
}

fn gap(gap: &Gap) -> Value {
    json!({ "from": gap.from, "to": gap.to })
}

#[cfg(test)]
mod tests;
