//! Limits how many requests a host is sent at a time: a burst must not open more connections than the process may.
//!
//! A wait takes no slot: it lasts until its event, and must not hold up other calls.

use super::Host;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The number of requests that one host is sent at a time. Further requests queue.
const PER_HOST: usize = 512;

/// The right to send one request to a host. Dropping it gives it to the next request in the queue.
pub type Slot = OwnedSemaphorePermit;

/// The slots of each host.
#[derive(Debug, Default)]
pub struct Slots(Mutex<HashMap<String, Arc<Semaphore>>>);

impl Slots {
    /// Waits for a slot of a host.
    pub async fn take(&self, host: &Host) -> Option<Slot> {
        let slots = self.of(host);
        if let Ok(slot) = slots.clone().try_acquire_owned() {
            return Some(slot);
        }
        slots.acquire_owned().await.ok()
    }

    fn of(&self, host: &Host) -> Arc<Semaphore> {
        let mut by_host = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = by_host.get(host.endpoint()) {
            return slots.clone();
        }
        let slots = Arc::new(Semaphore::new(PER_HOST));
        by_host.insert(host.endpoint().to_owned(), slots.clone());
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn each_host_has_slots_of_its_own() {
        let slots = Slots::default();
        let (busy, idle) = (Host::parse("a"), Host::parse("b"));
        let mut taken = Vec::new();
        for _ in 0..PER_HOST {
            taken.push(slots.take(&busy).await);
        }
        let second = Duration::from_secs(1);
        assert!(timeout(second, slots.take(&busy)).await.is_err());
        assert!(timeout(second, slots.take(&idle)).await.is_ok());
        taken.pop();
        assert!(timeout(second, slots.take(&busy)).await.is_ok());
    }
}
