//! The body of an answer. When all of it has come, its connection is free for the next request.

use super::super::failure;
use super::connection::Connection;
use super::message::Framing;
use super::pool::Pool;
use crate::error::Failure;
use std::sync::Arc;

/// A body on its way. Dropped before its end, it closes its connection.
#[derive(Debug)]
pub struct Body {
    pub framing: Framing,
    pub connection: Connection,
    /// Where the connection goes then, and under which authority; none where it is closed.
    pub home: Option<(Arc<Pool>, String)>,
}

impl Body {
    /// The whole body.
    pub async fn read(mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while !self
            .receive(&mut bytes)
            .await
            .map_err(Failure::after_sending)?
        {}
        if let Some((pool, authority)) = self.home
            && self.connection.is_at_rest()
        {
            pool.put(&authority, self.connection.stream);
        }
        Ok(bytes)
    }

    /// Decodes what has come, or reads more. True at the end.
    async fn receive(&mut self, bytes: &mut Vec<u8>) -> Result<bool, Failure> {
        let unread = &mut self.connection.unread;
        let is_end = self.framing.decode(unread, bytes);
        if is_end.map_err(|_| failure::aborted())? {
            return Ok(true);
        }
        match (self.connection.read().await?, self.framing) {
            (0, Framing::UntilClose) => Ok(true),
            (0, _) => Err(failure::aborted()),
            _ => Ok(false),
        }
    }
}
