//! What the connections of a server share.

use super::activity::IdleConnections;
use super::budget::Budget;
use super::counters::Counters;
use super::front::Front;
use super::limits::Limits;
use super::new_connections::NewConnections;
use super::reply::{self, Reply};
use http::HeaderValue;
use rustls::ServerConfig;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::{Semaphore, watch};

/// What a server is set up with.
#[derive(Clone)]
pub struct Setup {
    /// Its name among the members.
    pub name: String,
    /// The host name that it was told to listen on, if it was no address.
    pub host_name: Option<String>,
    /// The URLs under which clients reach it, if it was told.
    pub advertised: Vec<String>,
    /// Its limits.
    pub limits: Limits,
    /// TLS, with the server's certificate.
    pub tls: Option<Arc<ServerConfig>>,
    /// The value of `Authorization` that requests must have.
    pub credentials: Option<HeaderValue>,
}

/// What the connections of a server share.
pub struct State {
    pub setup: Setup,
    pub front: Front,
    /// Whether it listens on a loopback address, in cleartext and for anybody: it answers to names of this machine alone.
    pub is_local: bool,
    /// Identifies the store in memory, or a cluster that does not tell its id.
    pub own_cluster_id: String,
    pub member_id: String,
    pub counters: Counters,
    pub started: SystemTime,
    /// A permit for each wait.
    pub waits: Arc<Semaphore>,
    /// The connections that have not sent their first request yet.
    pub new_connections: NewConnections,
    /// The idle connections.
    pub idle: Arc<IdleConnections>,
    /// The memory for large forms.
    pub forms: Budget,
    /// The memory for large answers that are not read yet.
    pub answers: Budget,
    /// Whether the server is to end.
    pub ending: watch::Receiver<bool>,
}

impl State {
    /// Resolves when the server is to end.
    pub async fn end(&self) {
        let mut ending = self.ending.clone();
        // The sender is dropped at the end, too.
        let _ = ending.wait_for(|is_ending| *is_ending).await;
    }

    /// The id of the cluster, if it is known.
    pub fn cluster_id(&self) -> Option<&str> {
        self.front.cluster_id(&self.own_cluster_id)
    }

    /// A reply with the id of the cluster. The cluster is asked for its id, unless it did not answer the request.
    pub async fn of_cluster(&self, reply: Reply) -> Reply {
        if !reply.status().is_server_error() {
            self.front.learn_cluster_id().await;
        }
        reply::of_cluster(reply, self.cluster_id())
    }

    /// The scheme of the server's URLs.
    pub fn scheme(&self) -> &'static str {
        match self.setup.tls {
            Some(_) => "https",
            None => "http",
        }
    }
}
