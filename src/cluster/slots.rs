//! How many requests a host is sent at a time: a burst must not open more connections than the process may.
//!
//! What waits for an event takes no slot: it lasts, and must hold up nothing.

use crate::hosts::Host;
use crate::request::Encoded;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The requests that a host is sent at a time; the others queue.
const PER_HOST: usize = 512;

/// A place among the requests that a host is sent; dropped, it is the next one's.
pub type Slot = OwnedSemaphorePermit;

/// The slots of each host.
#[derive(Debug, Default)]
pub struct Slots(Mutex<HashMap<String, Arc<Semaphore>>>);

impl Slots {
    /// Waits for a slot of a host; none for what waits for an event.
    pub async fn take(&self, host: &Host, request: &Encoded) -> Option<Slot> {
        if request.lasts {
            return None;
        }
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
        let (slots, probe) = (Slots::default(), Encoded::probe());
        let (busy, idle) = (Host::parse("a"), Host::parse("b"));
        let mut taken = Vec::new();
        for _ in 0..PER_HOST {
            taken.push(slots.take(&busy, &probe).await);
        }
        let second = Duration::from_secs(1);
        assert!(timeout(second, slots.take(&busy, &probe)).await.is_err());
        assert!(timeout(second, slots.take(&idle, &probe)).await.is_ok());
        taken.pop();
        assert!(timeout(second, slots.take(&busy, &probe)).await.is_ok());
    }
}
