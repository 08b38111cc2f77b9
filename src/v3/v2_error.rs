//! Errors as etcd's v2 API gives them. Pure.

use crate::api::error::{Error, Kind};
use crate::api::parameters::Refused;
use crate::waits::continuation::HISTORY_CLEARED;
use serde_json::json;

/// The error 401: the history is gone.
pub fn cleared(cause: &str, index: i64) -> Error {
    of_etcd(400, 401, HISTORY_CLEARED, cause, index)
}

/// The error 110: the user may not do this.
pub fn unauthorized() -> Error {
    let message = "The request requires user authentication";
    of_etcd(401, 110, message, "Insufficient credentials", 0)
}

/// The error 300: the members did not agree in time.
pub fn not_agreed(cause: &str) -> Error {
    of_etcd(500, 300, "Raft Internal Error", cause, 0)
}

/// A parameter that etcd refuses.
pub fn refused(refused: &Refused) -> Error {
    of_etcd(400, refused.code, refused.message(), &refused.cause, 0)
}

fn of_etcd(status: u16, code: u16, message: &str, cause: &str, index: i64) -> Error {
    let body = json!({ "errorCode": code, "message": message, "cause": cause, "index": index });
    Error {
        status: Some(status),
        ..Error::new(Kind::Api(body))
    }
}
