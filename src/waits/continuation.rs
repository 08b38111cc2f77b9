//! How a chain of waits goes on after one of its waits has ended. Pure.

use super::Entry;
use crate::api::error::{Error, Kind};
use crate::api::outcome::{Continuation, Ended, Gap, Outcome};
use crate::api::request::Wait;
use crate::api::v2_error::HISTORY_CLEARED;

/// JavaScript counts exactly up to here (`Number.MAX_SAFE_INTEGER`). A chain could not go on from a higher index.
const MAX_INDEX: u64 = (1 << 53) - 1;

/// Whether an event lies below the position of the wait. etcd 2.3 answers with such an event after a refresh of a ttl, and a
/// cache may.
pub fn is_stale(event: Option<u64>, position: Option<u64>) -> bool {
    event
        .zip(position)
        .is_some_and(|(event, from)| event < from)
}

/// The end of a wait with an answer: the next wait looks behind its event.
pub fn of_answer(outcome: Outcome, event: Option<u64>) -> Ended {
    Ended {
        result: Ok(outcome),
        continuation: Continuation {
            next_index: event.map(|index| index.saturating_add(1)),
            ..Continuation::default()
        },
    }
}

/// The end of a wait whose next events are lost: the caller polls again from an index.
pub fn of_gap(error: Error, position: Option<u64>, next: u64) -> Ended {
    let to = next.saturating_sub(1);
    let from = position.unwrap_or(to);
    Ended {
        result: Err(error),
        continuation: Continuation {
            next_index: Some(next),
            repoll: true,
            gap: Some(Gap { from, to }),
        },
    }
}

/// The end of a wait with an error. After a lost history or a connection that was not established in time, the caller polls
/// again.
pub fn of_error(
    wait: &Wait,
    position: Option<u64>,
    next_index: Option<u64>,
    error: Error,
) -> Ended {
    if let Some(next) = next_index.filter(|_| leads_on(wait, &error)) {
        return of_gap(error, position, next);
    }
    Ended {
        continuation: Continuation {
            next_index,
            repoll: is_connect_timeout(&error),
            gap: None,
        },
        result: Err(error),
    }
}

/// The index from which the next wait looks after an error. The index of a write that has overtaken the wait counts if the wait
/// had no index, or if etcd's history no longer has the wait's index. In a lost history, no event up to the position is left.
pub fn next_index(wait: &Wait, position: Option<u64>, entry: &Entry, error: &Error) -> Option<u64> {
    let cleared = cleared_at(error);
    let from = match cleared {
        Some(index) => Some(index.saturating_add(1)),
        None => position,
    };
    let overtaken = entry.overtaken().filter(|index| match cleared {
        Some(_) => position.is_none_or(|lost| *index > lost),
        None => wait.is_open(),
    });
    from.into_iter().chain(overtaken).min()
}

/// Whether an error says that the history is lost, with an index that is not below the caller's. A host that says so of every
/// index would be polled for ever.
fn leads_on(wait: &Wait, error: &Error) -> bool {
    let requested = wait.index.as_deref().and_then(|index| index.parse().ok());
    cleared_at(error).is_some_and(|index| requested.is_none_or(|from: u64| index >= from))
}

/// The index of the store in an error that says that its history is lost. Other 401 errors have another message.
pub fn cleared_at(error: &Error) -> Option<u64> {
    let Kind::Api(body) = &error.kind else {
        return None;
    };
    let is_cleared = body["errorCode"] == 401 && body["message"] == HISTORY_CLEARED;
    let index = body["index"].as_u64();
    index.filter(|index| is_cleared && (1..MAX_INDEX).contains(index))
}

fn is_connect_timeout(error: &Error) -> bool {
    let Kind::Network(failure) = &error.kind else {
        return false;
    };
    let has = |name: &str| failure.fields.get(name);
    has("code").is_some_and(|code| code == "ETIMEDOUT")
        && has("connect").is_some_and(|connect| connect == true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::Failure;
    use crate::api::request::{Request, Set};
    use crate::waits::Registrations;
    use serde_json::json;

    fn cleared(index: u64) -> Error {
        let body = json!({"errorCode": 401, "message": HISTORY_CLEARED, "index": index});
        Error::new(Kind::Api(body))
    }

    fn connect_timeout() -> Error {
        let failure = Failure::new("ETIMEDOUT", "ETIMEDOUT").with("connect", true);
        Error::new(Kind::Network(failure))
    }

    fn waiting_from(index: Option<&str>) -> Wait {
        Wait {
            index: index.map(str::to_owned),
            ..Wait::default()
        }
    }

    #[test]
    fn a_lost_history_is_a_gap_and_a_connect_timeout_is_polled_again() {
        let gap = |from, to| Some(Gap { from, to });
        let silence = || Error::new(Kind::Network(Failure::new("ESOCKETTIMEDOUT", "")));
        let table = [
            (Some("5"), Some(5), cleared(9), Some(10), true, gap(5, 9)),
            (Some("5"), Some(7), cleared(9), Some(10), true, gap(7, 9)),
            (Some("9"), Some(9), cleared(8), Some(9), false, None),
            (None, None, cleared(9), Some(10), true, gap(9, 9)),
            (Some("5"), Some(5), cleared(9), None, false, None),
            (Some("5"), Some(5), cleared(1 << 60), Some(5), false, None),
            (Some("5"), Some(5), connect_timeout(), Some(5), true, None),
            (Some("5"), Some(5), silence(), Some(5), false, None),
        ];
        for (index, position, error, next_index, repoll, gap) in table {
            let wait = waiting_from(index);
            let ended = of_error(&wait, position, next_index, error.clone());
            let expected = Continuation {
                next_index,
                repoll,
                gap,
            };
            assert_eq!(ended.continuation, expected, "{index:?} {error:?}");
        }
    }

    #[test]
    fn a_write_in_a_lost_history_is_lost_too() {
        let registrations = Registrations::default();
        let wait = waiting_from(Some("5"));
        let entry = registrations.enter(&wait, None);
        let concerned = registrations.concerned_by(&Request::Set(Set::default()));
        registrations.overtaken(&concerned, 7);
        for (position, next) in [(5, 7), (6, 7), (7, 10), (8, 10)] {
            let found = next_index(&wait, Some(position), &entry, &cleared(9));
            assert_eq!(found, Some(next), "{position}");
        }
    }

    #[test]
    fn an_index_that_has_gone_back_is_a_gap_that_ends_below_its_start() {
        let ended = of_gap(cleared(3), Some(50), 4);
        assert_eq!(ended.continuation.gap, Some(Gap { from: 50, to: 3 }));
        assert_eq!(ended.continuation.next_index, Some(4));
    }
}
