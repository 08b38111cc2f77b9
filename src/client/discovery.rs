//! Finds the hosts of a cluster by its discovery URL, once for all calls that wait for them.

use super::Client;
use crate::api::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Mutex;

/// A discovery URL, and the result of its last look-up.
pub struct Discovery {
    url: String,
    look_ups: AtomicUsize,
    last: Mutex<Option<Result<(), Error>>>,
}

/// The URL may contain credentials.
impl fmt::Debug for Discovery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Discovery")
    }
}

impl Discovery {
    /// The discovery URL of a cluster. The first call looks it up.
    pub fn new(url: String) -> Self {
        Discovery {
            url,
            look_ups: AtomicUsize::new(0),
            last: Mutex::new(None),
        }
    }

    /// The number of look-ups that have ended.
    pub(super) fn look_ups(&self) -> usize {
        self.look_ups.load(Ordering::Acquire)
    }
}

impl Client {
    /// Makes sure that the hosts are known. Calls during a look-up share its result; after a failed look-up the next call looks
    /// up again. `seen` is the number of look-ups that had ended when the call was made.
    pub(super) async fn discover(self: &Arc<Self>, seen: Option<usize>) -> Result<(), Error> {
        let (Some(discovery), Some(seen)) = (&self.discovery, seen) else {
            return Ok(());
        };
        let mut last = discovery.last.lock().await;
        let is_new = discovery.look_ups() != seen;
        match &*last {
            Some(Ok(())) => return Ok(()),
            Some(Err(error)) if is_new => return Err(error.clone()),
            _ => {}
        }
        let found = self.look_up(&discovery.url).await;
        discovery.look_ups.fetch_add(1, Ordering::Release);
        *last = Some(found.clone());
        found
    }

    async fn look_up(self: &Arc<Self>, url: &str) -> Result<(), Error> {
        self.backend.discover(url).await?;
        self.auto_refresh();
        Ok(())
    }
}
