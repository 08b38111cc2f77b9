//! The task that removes keys when they expire. A store has at most one, while it has registered waits: they must have the events.
//!
//! ```text
//! no task ──a wait is polled──▶ running ──a look finds no wait, or the store is dropped──▶ no task
//!                                  └──its runtime ends──▶ no task: a wait of another runtime starts the next one
//! ```

use super::SharedStore;
use crate::task::task;
use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// The longest time between two looks while a key has a time to live: etcd's `SyncTicker`. A timer does not follow the system's clock,
/// which is set ahead, or goes on while the machine is suspended.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

/// What the task and its store tell each other.
#[derive(Debug, Default)]
pub struct Expirer {
    /// The task must look at the store again: the next expiry or the clock is another one, or the store is dropped.
    pub changed: Arc<Notify>,
    /// The task has ended.
    ended: Notify,
}

impl SharedStore {
    /// Keeps the task running, for a registered wait. Never ends.
    pub(super) async fn keep_expiring(self: &Arc<Self>) {
        loop {
            let mut ended = pin!(self.expirer().ended.notified());
            // From here on no end of the task is missed.
            ended.as_mut().enable();
            if self.claim_expirer() {
                let running = Running(Arc::downgrade(self));
                tokio::spawn(task(expire(running, self.expirer().changed.clone())));
            }
            ended.await;
        }
    }
}

/// The right to be the store's only task.
struct Running(Weak<SharedStore>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(store) = self.0.upgrade() {
            store.release_expirer();
            store.expirer().ended.notify_waiters();
        }
    }
}

async fn expire(running: Running, changed: Arc<Notify>) {
    while let Some(due) = running.look() {
        let expiry = async {
            match due {
                Some(left) => sleep(left.min(LONGEST_SLEEP)).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = changed.notified() => {}
            () = expiry => {}
        }
    }
}

impl Running {
    /// Removes what has expired. Returns the time until the next expiry; `None` if the task is to end.
    fn look(&self) -> Option<Option<Duration>> {
        self.0.upgrade()?.look()
    }
}
