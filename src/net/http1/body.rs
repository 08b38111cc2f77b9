//! The body of an answer. When all of it has come, its connection is free for the next request.

use super::super::failure;
use super::connection::Connection;
use super::framing::Framing;
use super::pool::Pool;
use crate::api::error::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A body on its way. Dropped before its end, it closes its connection.
#[derive(Debug)]
pub struct Body {
    pub framing: Framing,
    pub connection: Connection,
    /// Where the connection goes then; none where it is closed.
    pub home: Option<Home>,
    /// It must not have more bytes.
    pub limit: usize,
}

/// Where a connection is kept.
#[derive(Debug)]
pub struct Home {
    pub pool: Arc<Pool>,
    pub authority: String,
    /// How long it may be idle and then serve another request.
    pub keep_for: Duration,
    /// Whether the answer says that the server has failed: the request may be repeated at once.
    pub is_of_failure: bool,
}

impl Body {
    /// The whole body; `begun` is set when some of it has come.
    pub async fn read(mut self, begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        let bytes = self.receive_all(begun).await;
        let bytes = bytes.map_err(Failure::after_sending)?;
        match self.connection.is_sent() {
            true => self.release(),
            false => drop(tokio::spawn(self.send_rest())),
        }
        Ok(bytes)
    }

    /// Sends the rest of a request whose whole answer has come: the server may still read it.
    async fn send_rest(mut self) {
        if self.connection.send_rest().await {
            self.release();
        }
    }

    /// Keeps the connection for the next request, where it can serve one.
    fn release(self) {
        if let Some(home) = self.home
            && self.connection.is_at_rest()
        {
            let stream = self.connection.stream;
            let put = match home.is_of_failure {
                true => Pool::put_to_rest,
                false => Pool::put,
            };
            put(&home.pool, &home.authority, stream, home.keep_for);
        }
    }

    async fn receive_all(&mut self, begun: &AtomicBool) -> Result<Vec<u8>, Failure> {
        if let Framing::Length(length) = self.framing {
            failure::check_size(length, self.limit)?;
        }
        let mut bytes = Vec::new();
        begun.store(!self.connection.unread.is_empty(), Ordering::Relaxed);
        while !self.receive(&mut bytes).await? {
            begun.store(true, Ordering::Relaxed);
        }
        Ok(bytes)
    }

    /// Decodes what has come, or reads more. True at the end.
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
