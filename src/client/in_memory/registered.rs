//! A registered wait. Dropping it ends the registration.

use super::SharedStore;
use crate::memory::{Answer, WatcherId};
use std::sync::Arc;
use tokio::sync::oneshot::Receiver;

/// A registered wait.
#[derive(Debug)]
pub struct Registered {
    shared: Arc<SharedStore>,
    watcher: WatcherId,
    answer: Receiver<Answer>,
    /// The store's index at the registration.
    pub index: u64,
}

impl Registered {
    pub(super) fn new(
        shared: Arc<SharedStore>,
        watcher: WatcherId,
        answer: Receiver<Answer>,
        index: u64,
    ) -> Self {
        Registered {
            shared,
            watcher,
            answer,
            index,
        }
    }

    /// The answer, when there is one.
    pub async fn answer(&mut self) -> Answer {
        let shared = self.shared.clone();
        tokio::select! {
            answer = &mut self.answer => match answer {
                Ok(answer) => answer,
                Err(_) => std::future::pending().await,
            },
            () = shared.keep_expiring() => std::future::pending().await,
        }
    }

    /// Ends the registration.
    ///
    /// # Errors
    /// If there was no event, the store's index up to which there was none.
    pub fn end(mut self) -> Result<Answer, u64> {
        let index = self.shared.stop(self.watcher);
        self.answer.try_recv().map_err(|_| index)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.shared.stop(self.watcher);
    }
}
