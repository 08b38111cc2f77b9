//! Counts the calls, for `/v2/stats/store`.

use crate::api::parameters::Judged;
use http::Method;
use std::sync::atomic::{AtomicU64, Ordering};

/// A kind of calls, in the order of etcd's statistics.
#[derive(Debug, Clone, Copy)]
pub enum CallKind {
    Get,
    Set,
    Delete,
    Update,
    Create,
    CompareAndSwap,
    CompareAndDelete,
}

/// The names of the kinds in etcd's statistics.
const KINDS: [&str; 7] = [
    "gets",
    "sets",
    "delete",
    "update",
    "create",
    "compareAndSwap",
    "compareAndDelete",
];

/// For each kind the calls that have succeeded, and those that have failed.
#[derive(Debug, Default)]
pub struct Counters([[AtomicU64; 2]; KINDS.len()]);

impl Counters {
    /// The kind of a call.
    pub fn kind(&self, method: &Method, judged: &Judged) -> CallKind {
        let has_compare = judged.prev_value.is_some() || judged.prev_index > 0;
        match (method, judged.prev_exist) {
            (&Method::PUT, Some(false)) | (&Method::POST, _) => CallKind::Create,
            (&Method::PUT, _) if has_compare => CallKind::CompareAndSwap,
            (&Method::PUT, Some(true)) => CallKind::Update,
            (&Method::PUT, None) => CallKind::Set,
            (&Method::DELETE, _) if has_compare => CallKind::CompareAndDelete,
            (&Method::DELETE, _) => CallKind::Delete,
            _ => CallKind::Get,
        }
    }

    /// Counts a call.
    pub fn count(&self, kind: CallKind, has_succeeded: bool) {
        let counters = &self.0[kind as usize];
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
