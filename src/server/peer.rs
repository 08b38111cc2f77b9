//! The client of a connection, as far as its requests need to know it.

use super::socket::Socket;
use std::net::SocketAddr;

/// The client of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address at which it has reached the server.
    pub local: SocketAddr,
    /// Its socket.
    pub socket: Option<Socket>,
}

impl Peer {
    /// Resolves when it has closed the connection.
    pub async fn gone(&self) {
        match &self.socket {
            Some(socket) => socket.closed().await,
            None => std::future::pending().await,
        }
    }
}
