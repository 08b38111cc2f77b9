//! The calls under way, by id, so that they can be aborted.
//!
//! On the thread of JavaScript alone: a call stays here until its result is drained. The thread that runs the
//! calls would have to share a lock, and hold up JavaScript whenever it is put to sleep in it.

use super::early::Early;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::task::AbortHandle;

/// The calls under way, and the clients that they are of.
#[derive(Default)]
pub struct Tasks(RefCell<HashMap<u64, (u64, Task)>>);

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
    /// Whether no call is under way.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Enters a call of a client.
    pub fn enter(&self, id: u64, client: u64, task: Task) {
        self.0.borrow_mut().insert(id, (client, task));
    }

    /// Forgets a call that has ended.
    pub fn forget(&self, id: u64) {
        self.0.borrow_mut().remove(&id);
    }

    /// Aborts a call.
    pub fn abort(&self, id: u64) {
        let removed = self.0.borrow_mut().remove(&id);
        if let Some((_, task)) = removed {
            task.abort();
        }
    }

    /// Aborts the calls of a client.
    pub fn abort_all(&self, client: u64) {
        self.0.borrow_mut().retain(|_, (of, task)| {
            if *of == client {
                task.abort();
            }
            *of != client
        });
    }
}
