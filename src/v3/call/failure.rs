//! Errors as etcd's v2 API gives them: `etcdserver/api/v2error/error.go`.

use crate::api::error::{Error, Kind};
use crate::api::v2_error::{body, kind};

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
        let body = body(code, message, cause, index);
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
