//! What is at a key and above it, when a write was not possible.

use super::Next;
use super::ancestors::{Ancestors, Found};
use super::context::Context;
use super::failure::ApiError;
use crate::v3::pb::{KeyValue, RequestOp};
use crate::v3::txn::{self, Responses};

/// What is at a key and above it.
pub struct Target {
    /// The file.
    pub file: Option<KeyValue>,
    /// The first key of the directory: its marker, if it has one.
    pub directory: Option<KeyValue>,
    /// What is above it.
    pub above: Found,
}

impl Target {
    /// The reads that [`read`](Self::read) takes.
    pub fn reads(context: &Context, ancestors: &Ancestors) -> Vec<RequestOp> {
        let below = txn::read_range(context.path.below(), 1);
        let own = [txn::read(context.path.file()), below].map(RequestOp::from);
        own.into_iter().chain(ancestors.reads(false)).collect()
    }

    /// Takes the answers to the reads.
    pub fn read(context: &Context, ancestors: &Ancestors, responses: &mut Responses) -> Self {
        Target {
            file: responses.key(),
            directory: responses.key(),
            above: ancestors.find(responses, &context.lives),
        }
    }
}

impl Found {
    /// Nothing is at the key: because of a file above it, or for want of a directory, or of the key itself.
    pub fn missing(&self, context: &Context, revision: i64) -> ApiError {
        self.not_a_directory(revision).unwrap_or_else(|| {
            let cause = self.missing.as_ref().unwrap_or(&context.path);
            ApiError::new(100, &cause.text(), revision)
        })
    }

    /// A file is above the key.
    pub fn not_a_directory(&self, revision: i64) -> Option<ApiError> {
        let file = self.file.as_ref()?;
        Some(ApiError::new(104, &file.text(), revision))
    }
}

/// The conditions that a file does not meet, as etcd's `getCompareFailCause` words them.
pub fn mismatch(context: &Context, file: &KeyValue) -> Option<String> {
    let judged = &context.judged;
    let value = judged
        .prev_value
        .as_ref()
        .filter(|value| value.as_bytes() != &file.value[..])
        .map(|value| format!("[{value} != {}]", String::from_utf8_lossy(&file.value)));
    let modified = u64::try_from(file.mod_revision).unwrap_or_default();
    let index = Some(judged.prev_index)
        .filter(|index| *index > 0 && *index != modified)
        .map(|index| format!("[{index} != {modified}]"));
    let causes: Vec<String> = value.into_iter().chain(index).collect();
    (!causes.is_empty()).then(|| causes.join(" "))
}

/// The conditions were not met.
pub fn compare_failed(cause: &str, revision: i64) -> Next {
    Next::Failed(ApiError::new(101, cause, revision))
}
