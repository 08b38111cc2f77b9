//! What a store remembers between calls.

use super::denials::Denials;
use super::known_files::KnownFiles;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// etcd's default of `--max-request-bytes`.
const MAX_REQUEST_BYTES: usize = 1_572_864;

/// What a store remembers between calls. Clones share it.
#[derive(Debug, Clone)]
pub struct Memory(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    is_created_exact: bool,
    max_request_bytes: usize,
    denials: Denials,
    revision: AtomicI64,
    files: KnownFiles,
}

impl Default for Memory {
    fn default() -> Self {
        Memory::new(false)
    }
}

impl Memory {
    /// The memory of a new store. `is_created_exact`: a set of a key that exists gives it a new createdIndex, as in v2.
    pub fn new(is_created_exact: bool) -> Self {
        Memory::with_limit(is_created_exact, MAX_REQUEST_BYTES)
    }

    /// The same for a cluster whose `--max-request-bytes` is not the default.
    pub fn with_limit(is_created_exact: bool, max_request_bytes: usize) -> Self {
        Memory(Arc::new(Shared {
            is_created_exact,
            max_request_bytes,
            denials: Denials::default(),
            revision: AtomicI64::new(0),
            files: KnownFiles::default(),
        }))
    }

    /// The last revision that an answer has told.
    pub fn revision(&self) -> i64 {
        self.0.revision.load(Ordering::Relaxed)
    }

    /// Takes the revision of an answer, or of an event.
    pub fn saw_revision(&self, revision: i64) {
        self.0.revision.fetch_max(revision, Ordering::Relaxed);
    }

    /// The keys that were files.
    pub(super) fn files(&self) -> &KnownFiles {
        &self.0.files
    }

    pub(super) fn is_created_exact(&self) -> bool {
        self.0.is_created_exact
    }

    pub(super) fn max_request_bytes(&self) -> usize {
        self.0.max_request_bytes
    }

    /// What the user may not read or write.
    pub(super) fn denials(&self) -> &Denials {
        &self.0.denials
    }
}
