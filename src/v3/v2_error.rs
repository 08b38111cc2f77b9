//! Errors as etcd's v2 API gives them. Pure.

use crate::api::error::{Error, Kind};
use crate::api::parameters::Refused;
use crate::api::v2_error::kind;
use serde_json::json;

/// The error 401: the history is gone.
pub fn cleared(cause: &str, index: i64) -> Error {
    of_etcd(401, cause, index)
}

/// The error 110: the user may not do this.
pub fn unauthorized() -> Error {
    of_etcd(110, "Insufficient credentials", 0)
}

/// The error 300: the members did not agree in time.
pub fn not_agreed(cause: &str) -> Error {
    of_etcd(300, cause, 0)
}

/// A parameter that etcd refuses.
pub fn refused(refused: &Refused) -> Error {
    error(400, refused.code, refused.message(), &refused.cause, 0)
}

fn of_etcd(code: u16, cause: &str, index: i64) -> Error {
    let (status, message) = kind(code);
    error(status, code, message, cause, index)
}

fn error(status: u16, code: u16, message: &str, cause: &str, index: i64) -> Error {
    let body = json!({ "errorCode": code, "message": message, "cause": cause, "index": index });
    Error {
        status: Some(status),
        ..Error::new(Kind::Api(body))
    }
}
