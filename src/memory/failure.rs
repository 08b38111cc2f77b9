//! Errors of the v2 API that the store gives.

use crate::api::parameters::Refused;
use crate::api::v2_error::kind;

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
        let code = match self {
            Code::KeyNotFound => 100,
            Code::CompareFailed => 101,
            Code::NotFile => 102,
            Code::NotDirectory => 104,
            Code::KeyExists => 105,
            Code::RootReadOnly => 107,
            Code::DirectoryNotEmpty => 108,
            Code::HistoryCleared => 401,
            Code::Refused(code, message) => return (400, code, message),
        };
        let (status, message) = kind(code);
        (status, code, message)
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
