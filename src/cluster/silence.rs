//! Bounds the silence of a server.

use super::failure;
use crate::error::Failure;
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

/// What comes within a limit; a failure where nothing does. Without a limit it waits for ever.
pub async fn within<T>(
    limit: Option<Duration>,
    next: impl Future<Output = T>,
) -> Result<T, Failure> {
    match limit {
        Some(limit) => timeout(limit, next).await.map_err(|_| failure::silence()),
        None => Ok(next.await),
    }
}
