//! Time limits that count arrived bytes before elapsed time.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::timeout;

/// The number of looks at the sockets after the time is over. One look takes bytes from a socket; through TLS they pass from task to
/// task.
const LOOKS: usize = 3;

/// Waits for `next` within a limit; without one for ever. `None` if the time is over.
///
/// A process that was stopped, by a signal or with its machine, sees the end of the time before the bytes that arrived meanwhile. The
/// bytes count, not the time.
pub async fn in_time<T>(limit: Option<Duration>, next: impl Future<Output = T>) -> Option<T> {
    let Some(limit) = limit else {
        return Some(next.await);
    };
    let mut next = pin!(next);
    if let Ok(came) = timeout(limit, next.as_mut()).await {
        return Some(came);
    }
    for _ in 0..LOOKS {
        // The runtime polls the sockets.
        yield_now().await;
        if let Ok(came) = timeout(Duration::ZERO, next.as_mut()).await {
            return Some(came);
        }
    }
    None
}
