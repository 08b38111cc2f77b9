//! Bounds the silence of a server.

use super::failure;
use super::progress::{Progress, Stage};
use super::time_limit::in_time;
use crate::api::error::Failure;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// What comes within a limit; a failure where nothing does. Without a limit it waits for ever.
pub async fn within<T>(
    limit: Option<Duration>,
    next: impl Future<Output = T>,
) -> Result<T, Failure> {
    in_time(limit, next).await.ok_or_else(failure::silence)
}

/// The head of an answer. Connecting has a bound of its own, that of the connector, and the
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
