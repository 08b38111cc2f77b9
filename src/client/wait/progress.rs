//! Where a wait has got to: from which index it looks, and from which the next one of its chain does. Pure.

use super::super::Outcome;
use super::super::registrations::Entry;
use crate::api::error::{Error, Kind};
use crate::api::request::Wait;

/// What etcd says with its error 401; lib/wait.js looks for it too.
pub(super) const HISTORY_CLEARED: &str = "The event in requested index is outdated and cleared";

/// What a wait brings, and the index of its event; none of an answer that is no event.
pub(super) type Found = (Outcome, Option<u64>);

/// Whether a wait ended so that the next one of its chain has an index. A page that something else than etcd gave has none.
pub(super) fn says_where_to_go_on(ended: &Result<Found, Error>) -> bool {
    match ended {
        Ok((_, event)) => event.is_some(),
        Err(error) => error.wait_index.is_some(),
    }
}

/// Whether an event lies before the index from which the wait looks. etcd 2.3 answers with such events once a ttl was
/// refreshed, and a cache may.
pub(super) fn is_stale(event: Option<u64>, from: Option<u64>) -> bool {
    event.zip(from).is_some_and(|(event, from)| event < from)
}

pub(super) fn index(from: &Option<String>) -> Option<u64> {
    from.as_deref().and_then(|index| index.parse().ok())
}

/// Where a wait that has failed goes on. A write that has overtaken it counts where the wait had no index
/// yet, or none that etcd's history still has.
pub(super) fn next_index(
    wait: &Wait,
    from: &Option<String>,
    entry: &Entry,
    error: &Error,
) -> Option<u64> {
    let cleared = cleared_at(error);
    let from = match cleared {
        Some(index) => Some(index.saturating_add(1)),
        None => index(from),
    };
    let overtaken = entry
        .overtaken()
        .filter(|_| wait.is_open() || cleared.is_some());
    from.into_iter().chain(overtaken).min()
}

/// The index of a store whose history no longer has the one that was asked for.
pub(super) fn cleared_at(error: &Error) -> Option<u64> {
    let Kind::Api(body) = &error.kind else {
        return None;
    };
    let is_cleared = body["errorCode"] == 401 && body["message"] == HISTORY_CLEARED;
    let index = body["index"].as_u64();
    index.filter(|index| is_cleared && *index > 0)
}
