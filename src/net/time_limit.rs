//! What comes within a time limit.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::timeout;

/// How often is looked for what has come when the time is up. Once takes it from a socket; through TLS it passes
/// from task to task.
const LOOKS: usize = 3;

/// What comes within a limit; none where nothing does. Without a limit it waits for ever.
///
/// A process that was stopped, by a signal or with its machine, sees that the time is up before it sees what has
/// come meanwhile. That counts, and not the time.
pub async fn in_time<T>(limit: Option<Duration>, next: impl Future<Output = T>) -> Option<T> {
    let Some(limit) = limit else {
        return Some(next.await);
    };
    let mut next = pin!(next);
    if let Ok(came) = timeout(limit, next.as_mut()).await {
        return Some(came);
    }
    for _ in 0..LOOKS {
        // The sockets have their turn.
        yield_now().await;
        if let Ok(came) = timeout(Duration::ZERO, next.as_mut()).await {
            return Some(came);
        }
    }
    None
}
