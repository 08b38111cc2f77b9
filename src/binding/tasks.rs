//! The calls under way, by id, so that they can be aborted.
//!
//! On the thread of JavaScript alone: a call stays here until its result is drained. The thread that runs the
//! calls would have to share a lock, and hold up JavaScript whenever it is put to sleep in it.

use std::cell::RefCell;
use std::collections::HashMap;
use tokio::task::AbortHandle;

/// The calls under way.
#[derive(Default)]
pub struct Tasks(RefCell<HashMap<u64, Task>>);

struct Task {
    client: u64,
    handle: AbortHandle,
}

impl Tasks {
    /// Enters a call of a client.
    pub fn enter(&self, id: u64, client: u64, handle: AbortHandle) {
        self.0.borrow_mut().insert(id, Task { client, handle });
    }

    /// Forgets a call that has ended.
    pub fn forget(&self, id: u64) {
        self.0.borrow_mut().remove(&id);
    }

    /// Aborts a call.
    pub fn abort(&self, id: u64) {
        if let Some(task) = self.0.borrow_mut().remove(&id) {
            task.handle.abort();
        }
    }

    /// Aborts the calls of a client.
    pub fn abort_all(&self, client: u64) {
        self.0.borrow_mut().retain(|_, task| {
            if task.client == client {
                task.handle.abort();
            }
            task.client != client
        });
    }
}
