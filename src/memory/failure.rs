//! Errors of the v2 API that the store gives.

use crate::api::parameters::Refused;

/// An error, before its index is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// etcd's `cause`. An empty one is left out.
    pub cause: String,
}

/// The kinds of errors (etcd's `etcdserver/api/v2error/error.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// 100.
    KeyNotFound,
    /// 101.
    CompareFailed,
    /// 102.
    NotFile,
    /// 104.
    NotDirectory,
    /// 105.
    KeyExists,
    /// 107.
    RootReadOnly,
    /// 108.
    DirectoryNotEmpty,
    /// 401.
    HistoryCleared,
    /// 201 to 212.
    Refused(u16, &'static str),
}

impl Code {
    /// The HTTP status, `errorCode` and `message`.
    pub fn parts(self) -> (u16, u16, &'static str) {
        let cleared = "The event in requested index is outdated and cleared";
        match self {
            Code::KeyNotFound => (404, 100, "Key not found"),
            Code::CompareFailed => (412, 101, "Compare failed"),
            Code::NotFile => (403, 102, "Not a file"),
            Code::NotDirectory => (400, 104, "Not a directory"),
            Code::KeyExists => (412, 105, "Key already exists"),
            Code::RootReadOnly => (400, 107, "Root is read only"),
            Code::DirectoryNotEmpty => (403, 108, "Directory not empty"),
            Code::HistoryCleared => (400, 401, cleared),
            Code::Refused(code, message) => (400, code, message),
        }
    }

    /// The error with a cause.
    pub fn because(self, cause: impl Into<String>) -> Failure {
        Failure {
            code: self,
            cause: cause.into(),
        }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Code::Refused(refused.code, refused.message()).because(refused.cause)
    }
}
