//! Errors as etcd's v2 API gives them: `etcdserver/api/v2error/error.go`.

use crate::api::error::{Error, Kind};
use crate::v3::node::write_text;
use std::fmt::Write;

/// An error of the v2 API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status of the v2 API.
    pub status: u16,
    /// The JSON of the v2 API: `errorCode`, `message`, `cause`, `index`.
    pub body: String,
}

impl ApiError {
    /// The error with this code. An empty cause is left out.
    pub fn new(code: u16, cause: &str, index: i64) -> Self {
        let (status, message) = kind(code);
        let mut body = format!(r#"{{"errorCode":{code},"message":"{message}""#);
        if !cause.is_empty() {
            body.push_str(r#","cause":"#);
            write_text(&mut body, cause.as_bytes());
        }
        // Writing to a string does not fail.
        let _ = write!(body, r#","index":{index}}}"#);
        ApiError { status, body }
    }

    /// The error as that of a call.
    pub fn into_error(self) -> Error {
        let body = serde_json::from_str(&self.body).unwrap_or_default();
        Error {
            status: Some(self.status),
            ..Error::new(Kind::Api(body))
        }
    }
}

/// The HTTP status and the message of a code.
fn kind(code: u16) -> (u16, &'static str) {
    match code {
        100 => (404, "Key not found"),
        101 => (412, "Compare failed"),
        102 => (403, "Not a file"),
        104 => (400, "Not a directory"),
        105 => (412, "Key already exists"),
        107 => (400, "Root is read only"),
        108 => (403, "Directory not empty"),
        _ => (500, "Raft Internal Error"),
    }
}
