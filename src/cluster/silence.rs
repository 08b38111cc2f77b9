//! Bounds the silence of a server, and other times that may run out.

use super::failure;
use super::progress::{Progress, Stage};
use crate::error::Failure;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

/// How often is looked for what has come when the time is up. Once takes it from a socket; through TLS it passes
/// from task to task.
const LOOKS: usize = 3;

/// What comes within a limit; a failure where nothing does. Without a limit it waits for ever.
pub async fn within<T>(
    limit: Option<Duration>,
    next: impl Future<Output = T>,
) -> Result<T, Failure> {
    match limit {
        Some(limit) => in_time(limit, pin!(next))
            .await
            .ok_or_else(failure::silence),
        None => Ok(next.await),
    }
}

/// What comes within a limit; none where nothing does.
///
/// A process that was stopped, by a signal or with its machine, sees that the time is up before it sees what has
/// come meanwhile. That counts, and not the time.
pub async fn in_time<T>(limit: Duration, mut next: Pin<&mut impl Future<Output = T>>) -> Option<T> {
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

/// The head of an answer. Connecting has a bound of its own, [`Connecting`](super::connect::Connecting), and the
/// silence counts from its end.
pub async fn until_answer<F: Future>(
    limit: Option<Duration>,
    progress: &Progress,
    answer: F,
) -> Result<F::Output, Failure> {
    let Some(limit) = limit else {
        return Ok(answer.await);
    };
    let mut deadline = Instant::now() + limit;
    tokio::pin!(answer);
    loop {
        let left = deadline - Instant::now();
        if let Some(answer) = in_time(left, answer.as_mut()).await {
            return Ok(answer);
        }
        let later = match progress.stage() {
            Stage::Pooled => deadline,
            Stage::Connecting => Instant::now() + limit,
            Stage::Active(at) => at + limit,
        };
        if later <= deadline {
            return Err(failure::silence());
        }
        deadline = later;
    }
}
