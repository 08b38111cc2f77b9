//! The calls under way, by id, so that they can be aborted.
//!
//! Entered and aborted by the runtime's thread: that of JavaScript comes here only with a call that is alone. It would
//! be held up whenever the other one is put to sleep with the lock.

use super::early::Early;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::AbortHandle;

/// The calls under way, and the clients that they are of.
#[derive(Default)]
pub struct Tasks(Mutex<ById>);

type ById = HashMap<u64, (u64, Task)>;

/// A call under way.
pub enum Task {
    /// It began on the thread of JavaScript.
    Early(Arc<Early>),
    /// It is the runtime's from the start.
    Spawned(AbortHandle),
}

impl Task {
    fn abort(&self) {
        match self {
            Task::Early(early) => early.abort(),
            Task::Spawned(task) => task.abort(),
        }
    }
}

impl Tasks {
    /// Enters a call of a client.
    pub fn enter(&self, id: u64, client: u64, task: Task) {
        self.by_id().insert(id, (client, task));
    }

    /// Forgets a call that has ended.
    pub fn forget(&self, id: u64) {
        self.by_id().remove(&id);
    }

    /// Aborts a call.
    pub fn abort(&self, id: u64) {
        let removed = self.by_id().remove(&id);
        if let Some((_, task)) = removed {
            task.abort();
        }
    }

    /// Aborts the calls of a client.
    pub fn abort_all(&self, client: u64) {
        self.by_id().retain(|_, (of, task)| {
            if *of == client {
                task.abort();
            }
            *of != client
        });
    }

    fn by_id(&self) -> MutexGuard<'_, ById> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
