//! The status of a gRPC answer, and what etcd means by it. Pure.
//!
//! gRPC has 17 codes; etcd says more by its texts, which are part of its API (`api/v3rpc/rpctypes/error.go`).

use crate::api::error::{Delivery, Failure};
use http::HeaderMap;
use percent_encoding::percent_decode;

/// A token tells the revision of the auth store at which it was given: it ends with the next change of users or roles.
const AUTH_STORE_CHANGED: &str = "revision of auth store is old";

/// A status other than OK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What kind of refusal it is.
    pub code: Code,
    /// The server's words.
    pub message: String,
}

/// The codes of gRPC that etcd answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Code {
    InvalidArgument,
    DeadlineExceeded,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    OutOfRange,
    Unimplemented,
    Unavailable,
    Unauthenticated,
    /// Any other: Cancelled, Unknown, AlreadyExists, Aborted, Internal, DataLoss, and what gRPC does not define.
    Other(u32),
}

/// What a refusal of etcd says of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The token is not, or no longer, one: a new one serves.
    StaleToken,
    /// Wrong credentials, or a request without credentials that needs them.
    NotAuthenticated,
    /// The user may not do this.
    Denied,
    /// Authentication is off: a request needs no token.
    NoAuthentication,
    /// The lease of the request does not exist (yet, or any longer).
    NoLease,
    /// The lease to grant exists already.
    LeaseExists,
    /// The revision to read at is compacted.
    Compacted,
    /// The request is larger than etcd takes.
    TooLarge,
    /// The database is full.
    NoSpace,
    /// Refused before it was proposed: another member, or the same one later, may serve it.
    NotProposed,
    /// The method does not exist.
    NoMethod,
    /// The server gave up: it may have processed the request, or may still do so.
    Ambiguous,
    /// Refused for another reason, and not applied.
    Refused,
}

impl From<u32> for Code {
    fn from(number: u32) -> Self {
        match number {
            3 => Code::InvalidArgument,
            4 => Code::DeadlineExceeded,
            5 => Code::NotFound,
            7 => Code::PermissionDenied,
            8 => Code::ResourceExhausted,
            9 => Code::FailedPrecondition,
            11 => Code::OutOfRange,
            12 => Code::Unimplemented,
            14 => Code::Unavailable,
            16 => Code::Unauthenticated,
            other => Code::Other(other),
        }
    }
}

impl Status {
    /// The status in the trailers, or in the header section of an answer that has nothing else. `None` if there is no status;
    /// `Some(Ok)` for the status OK.
    pub fn of(fields: &HeaderMap) -> Option<Result<(), Status>> {
        let number: u32 = fields.get("grpc-status")?.to_str().ok()?.parse().ok()?;
        if number == 0 {
            return Some(Ok(()));
        }
        let message = fields.get("grpc-message");
        let message = message.map_or(&b""[..], |message| message.as_bytes());
        Some(Err(Status {
            code: number.into(),
            message: percent_decode(message).decode_utf8_lossy().into_owned(),
        }))
    }

    /// The status that stands for an HTTP status without one of gRPC's (gRPC's http-grpc-status-mapping).
    pub fn of_http(status: u16) -> Self {
        let code = match status {
            401 => Code::Unauthenticated,
            403 => Code::PermissionDenied,
            404 => Code::Unimplemented,
            429 | 502..=504 => Code::Unavailable,
            _ => Code::Other(2),
        };
        let message = format!("HTTP status {status}");
        Status { code, message }
    }

    /// The failure of a host that cannot serve a request which another one may. `delivery`: how far the request got.
    pub fn failure(&self, delivery: Delivery) -> Failure {
        Failure {
            message: self.message.clone(),
            delivery,
            ..Failure::default()
        }
    }

    /// Whether it is the state of this host that it tells of: another one may serve the request.
    pub fn is_of_this_host(&self) -> bool {
        matches!(self.meaning(), Meaning::NotProposed | Meaning::Ambiguous)
    }

    /// What etcd says by it.
    pub fn meaning(&self) -> Meaning {
        let says = |text: &str| self.message.contains(text);
        match self.code {
            Code::Unauthenticated => Meaning::StaleToken,
            Code::InvalidArgument if says(AUTH_STORE_CHANGED) => Meaning::StaleToken,
            Code::InvalidArgument if says("user name") || says("authentication failed") => {
                Meaning::NotAuthenticated
            }
            Code::PermissionDenied => Meaning::Denied,
            Code::FailedPrecondition if says("authentication is not enabled") => {
                Meaning::NoAuthentication
            }
            Code::FailedPrecondition if says("lease already exists") => Meaning::LeaseExists,
            Code::NotFound if says("lease not found") => Meaning::NoLease,
            Code::OutOfRange if says("compacted") => Meaning::Compacted,
            Code::InvalidArgument
                if says("request is too large") || says("too many operations") =>
            {
                Meaning::TooLarge
            }
            Code::ResourceExhausted if says("larger than max") => Meaning::TooLarge,
            Code::ResourceExhausted if says("space exceeded") => Meaning::NoSpace,
            Code::ResourceExhausted if says("too many requests") => Meaning::NotProposed,
            Code::Unavailable if says("etcdserver: no leader") => Meaning::NotProposed,
            // A learner refuses what only members that vote may serve.
            Code::FailedPrecondition | Code::Unavailable if says("not supported for learner") => {
                Meaning::NotProposed
            }
            Code::Unimplemented => Meaning::NoMethod,
            Code::InvalidArgument
            | Code::NotFound
            | Code::FailedPrecondition
            | Code::OutOfRange => Meaning::Refused,
            Code::DeadlineExceeded
            | Code::ResourceExhausted
            | Code::Unavailable
            | Code::Other(_) => Meaning::Ambiguous,
        }
    }
}

/// Whether etcd has canceled a watch because it refuses the token of the stream. The reason of a cancellation has the text of a status
/// without its code.
pub fn is_token_refused(reason: &str) -> bool {
    let refusals = [
        "invalid auth token",
        AUTH_STORE_CHANGED,
        "user name is empty",
    ];
    refusals.iter().any(|refusal| reason.contains(refusal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_from_its_fields() {
        let mut fields = HeaderMap::new();
        assert_eq!(Status::of(&fields), None);
        fields.insert("grpc-status", "0".parse().unwrap());
        assert_eq!(Status::of(&fields), Some(Ok(())));
        fields.insert("grpc-status", "14".parse().unwrap());
        fields.insert("grpc-message", "no%20leader%21 %".parse().unwrap());
        let (code, message) = (Code::Unavailable, "no leader! %".to_owned());
        assert_eq!(Status::of(&fields), Some(Err(Status { code, message })));
        fields.insert("grpc-status", "x".parse().unwrap());
        assert_eq!(Status::of(&fields), None);
    }

    /// Statuses as etcd 3.4 to 3.7 give them.
    #[test]
    fn what_etcd_means_is_known_by_its_code_and_text() {
        let table = [
            (16, "etcdserver: invalid auth token", Meaning::StaleToken),
            (
                3,
                "etcdserver: revision of auth store is old",
                Meaning::StaleToken,
            ),
            (
                3,
                "etcdserver: user name is empty",
                Meaning::NotAuthenticated,
            ),
            (
                3,
                "etcdserver: authentication failed, invalid user ID or password",
                Meaning::NotAuthenticated,
            ),
            (7, "etcdserver: permission denied", Meaning::Denied),
            (
                9,
                "etcdserver: authentication is not enabled",
                Meaning::NoAuthentication,
            ),
            (9, "etcdserver: lease already exists", Meaning::LeaseExists),
            (5, "etcdserver: requested lease not found", Meaning::NoLease),
            (
                11,
                "etcdserver: mvcc: required revision has been compacted",
                Meaning::Compacted,
            ),
            (3, "etcdserver: request is too large", Meaning::TooLarge),
            (
                3,
                "etcdserver: too many operations in txn request",
                Meaning::TooLarge,
            ),
            (
                8,
                "grpc: received message larger than max (3145741 vs. 2097152)",
                Meaning::TooLarge,
            ),
            (
                8,
                "etcdserver: mvcc: database space exceeded",
                Meaning::NoSpace,
            ),
            (8, "etcdserver: too many requests", Meaning::NotProposed),
            (14, "etcdserver: no leader", Meaning::NotProposed),
            (
                9,
                "etcdserver: rpc not supported for learner",
                Meaning::NotProposed,
            ),
            (
                14,
                "etcdserver: request timed out, possibly due to previous leader failure",
                Meaning::Ambiguous,
            ),
            (14, "etcdserver: leader changed", Meaning::Ambiguous),
            (4, "context deadline exceeded", Meaning::Ambiguous),
            (12, "unknown service etcdserverpb.KV", Meaning::NoMethod),
            (13, "internal", Meaning::Ambiguous),
            (
                3,
                "etcdserver: duplicate key given in txn request",
                Meaning::Refused,
            ),
        ];
        for (number, message, meaning) in table {
            let code = Code::from(number);
            let message = message.to_owned();
            assert_eq!(Status { code, message }.meaning(), meaning, "{code:?}");
        }
    }
}
