//! Bounds the silence of a server.

use super::failure;
use super::progress::{Progress, Stage};
use super::time_limit::in_time;
use crate::api::error::Failure;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// Waits for `next` within a limit; without one for ever.
///
/// # Errors
/// If the server is silent for longer.
pub async fn within<T>(
    limit: Option<Duration>,
    next: impl Future<Output = T>,
) -> Result<T, Failure> {
    in_time(limit, next).await.ok_or_else(failure::silence)
}

/// Waits for the header section of an answer. The connector bounds the time to connect, and the silence counts from its end.
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
        if let Some(answer) = in_time(Some(left), answer.as_mut()).await {
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
