//! Bounds the silence of a server.

use super::failure;
use super::time_limit::in_time;
use crate::api::error::Failure;
use std::future::Future;
use std::time::Duration;

/// Waits for `next` within a limit; without one for ever.
///
/// # Errors
/// If the server is silent for longer.
pub async fn unless_silent<T>(
    limit: Option<Duration>,
    next: impl Future<Output = T>,
) -> Result<T, Failure> {
    in_time(limit, next).await.ok_or_else(failure::silence)
}
