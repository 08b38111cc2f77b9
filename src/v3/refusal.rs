//! The error of a call that etcd refused: v2's code where v2 has one for it. Pure.

use super::channel::Answered;
use super::status::{Meaning, Status};
use super::v2_error;
use crate::api::error::{Attempt, Error, Kind};

impl<T> Answered<T> {
    /// The answer's message.
    ///
    /// # Errors
    /// If etcd refused. `is_write`: the error is ambiguous where the call may have been processed.
    pub fn into_reply(self, is_write: bool) -> Result<T, Error> {
        let Answered {
            reply,
            endpoint,
            failed,
        } = self;
        reply.map_err(|status| {
            // The write that crosses the quota is applied, and answered as if it were not.
            let may_be_applied = failed.in_doubt
                || matches!(status.meaning(), Meaning::Ambiguous | Meaning::NoSpace);
            let error = error_of(&status);
            let mut attempts = failed.attempts;
            attempts.push(Attempt {
                host: endpoint.clone(),
                error: status.message,
            });
            Error {
                endpoint: Some(endpoint),
                attempts,
                ambiguous: is_write && may_be_applied,
                ..error
            }
        })
    }
}

/// The error of a call that no host could serve: etcd's, of the last host, with all attempts.
pub fn of_last_host(status: &Status, error: Error) -> Error {
    let of_status = error_of(status);
    Error {
        kind: of_status.kind,
        status: of_status.status,
        ..error
    }
}

/// The reason of a refusal, with the HTTP status that it has in the v2 API.
fn error_of(status: &Status) -> Error {
    let text = status.message.clone();
    let (kind, http_status) = match status.meaning() {
        Meaning::StaleToken | Meaning::NotAuthenticated | Meaning::Denied => {
            return v2_error::unauthorized();
        }
        Meaning::NotProposed | Meaning::Ambiguous => return v2_error::not_agreed(&text),
        Meaning::Compacted => return v2_error::cleared(&text, 0),
        Meaning::NoSpace => (Kind::NoSpace, 507),
        Meaning::TooLarge => (Kind::TooLarge(text), 413),
        Meaning::NoMethod => (Kind::NoV3Api, 404),
        Meaning::NoAuthentication | Meaning::NoLease | Meaning::LeaseExists | Meaning::Refused => {
            (Kind::Refused(text), 400)
        }
    };
    Error {
        status: Some(http_status),
        ..Error::new(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Failed;

    fn refused(number: u32, message: &str, is_write: bool) -> Error {
        let status = Status {
            code: number.into(),
            message: message.to_owned(),
        };
        let answered = Answered::<()> {
            reply: Err(status),
            endpoint: "http://a:1".to_owned(),
            failed: Failed::default(),
        };
        answered.into_reply(is_write).unwrap_err()
    }

    #[test]
    fn a_write_is_in_doubt_where_the_server_gave_up_and_not_where_it_refused() {
        let gave_up = "etcdserver: request timed out";
        assert!(refused(14, gave_up, true).ambiguous);
        assert!(!refused(14, gave_up, false).ambiguous);
        assert!(!refused(7, "etcdserver: permission denied", true).ambiguous);
        assert!(!refused(8, "etcdserver: too many requests", false).ambiguous);
        let full = "etcdserver: mvcc: database space exceeded";
        assert!(refused(8, full, true).ambiguous);
    }

    #[test]
    fn the_errors_have_the_codes_of_v2() {
        let code = |error: Error| match error.kind {
            Kind::Api(body) => (body["errorCode"].as_u64(), error.status),
            _ => (None, error.status),
        };
        assert_eq!(
            code(refused(7, "etcdserver: permission denied", true)),
            (Some(110), Some(401))
        );
        assert_eq!(
            code(refused(4, "context deadline exceeded", true)),
            (Some(300), Some(500))
        );
        assert_eq!(
            refused(3, "etcdserver: request is too large", true).kind,
            Kind::TooLarge("etcdserver: request is too large".to_owned())
        );
    }
}
