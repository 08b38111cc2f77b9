//! What the failover loop asks of a protocol.

use super::{Cluster, Host, Slot};
use crate::api::error::{Error, Failure};
use std::fmt;
use std::future::Future;

/// One way to send requests to hosts, such as the v2 HTTP API.
pub trait Protocol: fmt::Debug + Send + Sync + Sized + 'static {
    /// A request, encoded.
    type Request: Sync;
    /// An answer that has begun.
    type Answer: Send;

    /// How the failover loop treats a request.
    fn policy(request: &Self::Request) -> Policy;

    /// Makes one attempt at one host. The answer holds the slot until it has ended.
    fn attempt(
        &self,
        cluster: &Cluster<Self>,
        host: &Host,
        request: &Self::Request,
        slot: Option<Slot>,
    ) -> impl Future<Output = Result<Self::Answer, Refusal>> + Send;

    /// Whether a host in quarantine answers a request that changes nothing.
    fn probe(&self, cluster: &Cluster<Self>, host: &Host) -> impl Future<Output = bool> + Send;
}

/// How the failover loop treats a request.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Whether the request may be repeated though a server may have processed it.
    pub repeatable: bool,
    /// Whether the request changes something: its error is ambiguous if an attempt is in doubt.
    pub is_write: bool,
    /// Whether the request takes one of the host's slots, which limit the requests in flight.
    pub takes_slot: bool,
}

/// Why an attempt gave no answer.
#[derive(Debug)]
pub enum Refusal {
    /// This host gave none; another host may.
    Failed(Failure),
    /// The request itself cannot be sent to any host.
    Invalid(Error),
}

impl Refusal {
    /// The failure of this host.
    ///
    /// # Errors
    /// If no host can be sent the request.
    pub fn failure(self) -> Result<Failure, Error> {
        match self {
            Refusal::Failed(failure) => Ok(failure),
            Refusal::Invalid(error) => Err(error),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Refusal::Failed(failure)
    }
}
