//! Whether another connection may serve a request that a connection did not.

use super::connection::{RequestError, StreamPermit};
use super::pool::{Acquired, Pool};
use crate::api::error::Failure;
use http::Uri;
use std::sync::Arc;

/// The number of connections that may refuse a request by a graceful GOAWAY before its attempt has failed. A server that accepts only
/// so many requests on a connection refuses the rest of a burst each time.
const MOST_REFUSALS: usize = 8;

/// The connections that a request is tried on.
pub struct Attempts<'a> {
    pool: &'a Arc<Pool>,
    uri: &'a Uri,
    refusals: usize,
}

impl<'a> Attempts<'a> {
    /// No connection has been tried.
    pub fn new(pool: &'a Arc<Pool>, uri: &'a Uri) -> Self {
        Attempts {
            pool,
            uri,
            refusals: 0,
        }
    }

    /// What the pool has for the next attempt.
    pub async fn acquire(&self) -> Result<Acquired, Failure> {
        self.pool.acquire(self.uri).await
    }

    /// The failure of the request, unless another connection may serve it.
    pub fn fail(
        &mut self,
        permit: &StreamPermit,
        is_new: bool,
        error: RequestError,
    ) -> Result<(), Failure> {
        match error {
            RequestError::Refused(failure) => {
                self.retire(permit);
                self.refusals += 1;
                match self.refusals > MOST_REFUSALS {
                    true => Err(failure),
                    false => Ok(()),
                }
            }
            RequestError::NotSent(failure) => {
                self.retire(permit);
                // The connection ended at the moment at which it was taken.
                if is_new { Err(failure) } else { Ok(()) }
            }
            RequestError::Silent(failure) | RequestError::Failed(failure) => Err(failure),
        }
    }

    /// Takes a connection out of the pool. Its streams go on.
    pub fn retire(&self, permit: &StreamPermit) {
        self.pool.retire(self.uri, permit.connection());
    }
}
