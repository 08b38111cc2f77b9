//! Counts the calls, for `/v2/stats/store`.

use crate::api::parameters::Judged;
use http::Method;
use std::sync::atomic::{AtomicU64, Ordering};

/// The kinds of calls, in the order and with the names of etcd's statistics.
const KINDS: [&str; 7] = [
    "gets",
    "sets",
    "delete",
    "update",
    "create",
    "compareAndSwap",
    "compareAndDelete",
];

/// A kind of calls, as its place among [`KINDS`].
#[derive(Debug, Clone, Copy)]
pub struct CallKind(usize);

/// For each kind the calls that have succeeded, and those that have failed.
#[derive(Debug, Default)]
pub struct Counters([[AtomicU64; 2]; KINDS.len()]);

impl Counters {
    /// The kind of a call.
    pub fn kind(&self, method: &Method, judged: &Judged) -> CallKind {
        let has_compare = judged.prev_value.is_some() || judged.prev_index > 0;
        let name = match (method, judged.prev_exist) {
            (&Method::PUT, Some(false)) | (&Method::POST, _) => "create",
            (&Method::PUT, _) if has_compare => "compareAndSwap",
            (&Method::PUT, Some(true)) => "update",
            (&Method::PUT, None) => "sets",
            (&Method::DELETE, _) if has_compare => "compareAndDelete",
            (&Method::DELETE, _) => "delete",
            _ => "gets",
        };
        CallKind(
            KINDS
                .iter()
                .position(|kind| *kind == name)
                .unwrap_or_default(),
        )
    }

    /// Counts a call.
    pub fn count(&self, kind: CallKind, has_succeeded: bool) {
        let counters = &self.0[kind.0];
        counters[usize::from(!has_succeeded)].fetch_add(1, Ordering::Relaxed);
    }

    /// As the fields of a JSON object.
    pub fn fields(&self) -> String {
        let fields = KINDS.iter().zip(&self.0).map(|(kind, [success, fail])| {
            let [success, fail] = [success, fail].map(|count| count.load(Ordering::Relaxed));
            format!(r#""{kind}Success":{success},"{kind}Fail":{fail}"#)
        });
        fields.collect::<Vec<_>>().join(",")
    }
}
