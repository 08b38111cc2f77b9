//! What the query of a key makes of a call, as of etcd's v2 API: a wait that reads, a read that waits. Pure.

use super::key::Key;
use super::outcome::Outcome;
use super::parameters::{Judged, judge};
use super::request::{Get, Request, Wait};
use serde_json::Value;

/// Whether a wait is a read: etcd's v2 API answers a GET with `quorum` at once, whatever `wait` is (`etcdserver/v2_server.go`). A
/// wait with an index waits all the same: an answer from before its index does not count (point 33 of docs/compatibility.md).
pub fn is_read(wait: &Wait) -> bool {
    let judged = || judged(&wait.key, || Request::Wait(wait.clone()));
    wait.is_open() && judged().is_some_and(|judged| judged.quorum)
}

/// The read that a wait is.
pub fn read_of(wait: &Wait) -> Option<Get> {
    is_read(wait).then(|| Get {
        key: wait.key.clone(),
        flags: wait.flags,
        quorum: true,
        wait_index: wait.index.clone(),
        is_poll: false,
    })
}

/// The wait that a read is.
pub fn wait_of(get: &Get) -> Option<Wait> {
    let judged = judged(&get.key, || Request::Get(get.clone()))?;
    (judged.wait && !judged.quorum).then(|| Wait {
        key: get.key.clone(),
        flags: get.flags,
        index: get.wait_index.clone(),
    })
}

/// The index of the node that a read has found.
pub fn index_of(outcome: &Outcome) -> Option<u64> {
    let body: Value = serde_json::from_str(outcome.body.as_deref()?).ok()?;
    body["node"]["modifiedIndex"].as_u64()
}

/// The parameters of a call whose key may have a query.
fn judged(key: &Key, request: impl FnOnce() -> Request) -> Option<Judged> {
    if !key.text.contains('?') {
        return None;
    }
    judge(&request()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::key::Syntax;

    fn key(text: &str, syntax: Syntax) -> Key {
        let text = text.to_owned();
        Key { text, syntax }
    }

    #[test]
    fn a_query_decides_whether_a_call_waits() {
        for (text, syntax, reads, waits) in [
            ("k", Syntax::Loose, false, false),
            ("k?quorum=true", Syntax::Loose, true, false),
            ("k?quorum=false", Syntax::Loose, false, false),
            ("k?wait=true", Syntax::Loose, false, true),
            ("k?wait=true&quorum=true", Syntax::Loose, true, false),
            ("k?wait=maybe", Syntax::Loose, false, false),
            ("k?wait=true&quorum=true", Syntax::Strict, false, false),
        ] {
            let key = key(text, syntax);
            let wait = Wait {
                key: key.clone(),
                ..Wait::default()
            };
            let get = Get {
                key,
                ..Get::default()
            };
            assert_eq!(read_of(&wait).is_some(), reads, "{text}");
            let index = Some("7".to_owned());
            assert!(!is_read(&Wait { index, ..wait }), "{text}");
            assert_eq!(wait_of(&get).is_some(), waits, "{text}");
        }
    }
}
