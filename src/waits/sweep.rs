//! Drops entries that no call has taken in time. The task runs only while there are entries.

use crate::task::task;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::sleep;

/// Calls `drop_old` at each interval until it returns false, or until its owner is dropped.
pub fn sweep_every<T>(interval: Duration, owner: &Arc<T>, drop_old: fn(&T) -> bool)
where
    T: Send + Sync + 'static,
{
    tokio::spawn(task(sweep(interval, Arc::downgrade(owner), drop_old)));
}

async fn sweep<T>(interval: Duration, owner: Weak<T>, drop_old: fn(&T) -> bool) {
    loop {
        sleep(interval).await;
        match owner.upgrade() {
            Some(owner) if drop_old(&owner) => {}
            _ => return,
        }
    }
}
