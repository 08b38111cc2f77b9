//! The body of an answer. At its end the connection goes back to the pool, if it can serve another request.
//!
//! ```text
//! receiving ──end, the request is sent──▶ the pool (or closed)
//!    │  └──end, the request is not sent──▶ sending the rest ──▶ the pool (or closed)
//!    └──failure, or dropped──▶ closed
//! ```

use super::super::failure;
use super::connection::Connection;
use super::framing::Framing;
use super::pool::Pool;
use crate::api::error::Failure;
use crate::task::task;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A body that is being received. Dropping it before its end closes its connection.
#[derive(Debug)]
pub struct Body {
    pub framing: Framing,
    pub connection: Connection,
    /// How the connection goes back to the pool. `None` if it must be closed.
    pub return_to: Option<Return>,
    /// The most bytes of the body.
    pub limit: usize,
}

/// How a connection goes back to its pool.
#[derive(Debug)]
pub struct Return {
    pub pool: Arc<Pool>,
    pub authority: String,
    /// How long the connection may be idle and then serve another request.
    pub keep_for: Duration,
    /// Whether the answer is a server error (5xx): the request may be repeated at once.
    pub is_of_failure: bool,
}

impl Body {
    /// Reads the whole body. `has_begun` is set when a byte after the header section has arrived.
    ///
    /// # Errors
    /// If the body is cut off, breaks a rule of HTTP, or is larger than the limit.
    pub async fn read(mut self, has_begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        let bytes = self.receive_all(has_begun).await;
        let bytes = bytes.map_err(Failure::after_sending)?;
        match self.connection.is_sent() {
            true => self.release(),
            false => drop(tokio::spawn(task(self.send_rest()))),
        }
        Ok(bytes)
    }

    /// Sends the rest of a request whose answer is complete: the server may still read it.
    async fn send_rest(mut self) {
        if self.connection.send_rest().await {
            self.release();
        }
    }

    /// Puts the connection into the pool if it can serve another request.
    fn release(self) {
        if let Some(to) = self.return_to
            && self.connection.is_reusable()
        {
            let stream = self.connection.stream;
            let put = match to.is_of_failure {
                true => Pool::put_after_failure,
                false => Pool::put,
            };
            put(&to.pool, &to.authority, stream, to.keep_for);
        }
    }

    async fn receive_all(&mut self, has_begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        if let Framing::Length(length) = self.framing {
            failure::check_size(length, self.limit)?;
        }
        let mut bytes = Vec::new();
        has_begun.store(!self.connection.unread.is_empty(), Ordering::Relaxed);
        while !self.receive(&mut bytes).await? {
            has_begun.store(true, Ordering::Relaxed);
        }
        Ok(bytes)
    }

    /// Decodes the bytes that have arrived, or reads more. True at the end.
    async fn receive(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Failure> {
        let unread = &mut self.connection.unread;
        let is_end = self.framing.decode(unread, bytes);
        let is_end = is_end.map_err(|_| failure::aborted())?;
        failure::check_size(bytes.len() as u64, self.limit)?;
        if is_end {
            return Ok(true);
        }
        match (self.connection.read_body().await?, self.framing) {
            (0, Framing::UntilClose) => Ok(true),
            (0, _) => Err(failure::aborted()),
            _ => Ok(false),
        }
    }
}
