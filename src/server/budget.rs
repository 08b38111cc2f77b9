//! Bounds what the large texts of all connections take together: forms that are received, or answers that are not read yet.
//!
//! Small texts are not counted: the number of connections bounds them.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// A text of at most so many bytes is small.
pub const SMALL: usize = 64 * 1024;

/// The unit of the permits.
const UNIT: usize = 1024;

/// The bytes that are left for large texts.
#[derive(Debug)]
pub struct Budget {
    permits: Arc<Semaphore>,
    total: u32,
}

/// The bytes of a text. Dropping it gives them back.
#[derive(Debug, Default)]
pub struct Share {
    permit: Option<OwnedSemaphorePermit>,
}

impl Share {
    /// Whether it is that of a small text.
    pub fn is_empty(&self) -> bool {
        self.permit.is_none()
    }
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(bytes: usize) -> Self {
        let total = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX);
        let permits = Arc::new(Semaphore::new(usize::try_from(total).unwrap_or(UNIT)));
        Budget { permits, total }
    }

    /// Whether a share is enough for so many bytes.
    pub fn covers(&self, share: &Share, bytes: usize) -> bool {
        let held = share.permit.as_ref().map_or(0, |it| it.num_permits());
        usize::try_from(self.units(bytes)).is_ok_and(|units| units <= held)
    }

    /// The share of a text of so many bytes, if that much is left.
    pub fn take(&self, bytes: usize) -> Option<Share> {
        let permits = self.permits.clone();
        let permit = match self.units(bytes) {
            0 => None,
            units => Some(permits.try_acquire_many_owned(units).ok()?),
        };
        Some(Share { permit })
    }

    /// The same, after at most so much time. Those who wait are served in their order.
    pub async fn wait(&self, bytes: usize, limit: Duration) -> Option<Share> {
        let permits = self.permits.clone();
        let permit = match self.units(bytes) {
            0 => None,
            units => {
                let waited = timeout(limit, permits.acquire_many_owned(units)).await;
                Some(waited.ok()?.ok()?)
            }
        };
        Some(Share { permit })
    }

    /// A text that is larger than the budget takes all of it.
    fn units(&self, bytes: usize) -> u32 {
        match bytes > SMALL {
            true => u32::try_from(bytes.div_ceil(UNIT)).map_or(self.total, |it| it.min(self.total)),
            false => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: usize = SMALL + 1;
    const LIMIT: Duration = Duration::from_secs(60);

    #[test]
    fn small_texts_are_not_counted_and_one_that_is_too_large_takes_all() {
        let budget = Budget::new(2 * LARGE);
        let all = budget.take(100 * LARGE).unwrap();
        assert!(budget.take(LARGE).is_none());
        assert!(budget.take(SMALL).is_some_and(|share| share.is_empty()));
        assert!(budget.covers(&all, 100 * LARGE));
        assert!(budget.covers(&Share::default(), SMALL));
        assert!(!budget.covers(&Share::default(), LARGE));
        drop(all);
        assert!(budget.take(LARGE).is_some_and(|share| !share.is_empty()));
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_are_served_in_their_order_or_not_at_all() {
        let budget = Budget::new(2 * LARGE);
        let all = budget.take(2 * LARGE).unwrap();
        assert!(budget.wait(LARGE, LIMIT).await.is_none());
        let release = async { drop(all) };
        let (large, small, ()) = tokio::join!(
            budget.wait(2 * LARGE, LIMIT),
            budget.wait(LARGE, LIMIT),
            release
        );
        assert!(large.is_some());
        assert!(small.is_none(), "the large text still has its share");
    }
}
