//! The errors of etcd's v2 API (`etcdserver/api/v2error/error.go`). Pure.

use super::node::write_text;
use std::fmt::{Display, Write};

/// The message of the error 401 for an index that the event history has lost (`EcodeEventIndexCleared`).
pub const HISTORY_CLEARED: &str = "The event in requested index is outdated and cleared";

/// The HTTP status and the message of an `errorCode`. Those of refused parameters are in [`parameters`](super::parameters).
pub fn kind(code: u16) -> (u16, &'static str) {
    match code {
        100 => (404, "Key not found"),
        101 => (412, "Compare failed"),
        102 => (403, "Not a file"),
        104 => (400, "Not a directory"),
        105 => (412, "Key already exists"),
        107 => (400, "Root is read only"),
        108 => (403, "Directory not empty"),
        110 => (401, "The request requires user authentication"),
        401 => (400, HISTORY_CLEARED),
        _ => (500, "Raft Internal Error"),
    }
}

/// The JSON of an error. An empty cause is left out.
pub fn body(code: impl Display, message: &str, cause: &str, index: impl Display) -> String {
    let mut body = format!(r#"{{"errorCode":{code},"message":"#);
    write_text(&mut body, message.as_bytes());
    if !cause.is_empty() {
        body.push_str(r#","cause":"#);
        write_text(&mut body, cause.as_bytes());
    }
    // Writing to a string does not fail.
    let _ = write!(body, r#","index":{index}}}"#);
    body
}
