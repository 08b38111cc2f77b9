//! Waits and watches over etcd's watch streams: all waits of a client share one stream.
//!
//! Knows no sockets: a [`WatchChannel`] opens streams and reads keys.
//!
//! ```text
//! wait ──enters a watch──▶ Watches (pure) ◀──responses── driver: one task for the stream
//!   ▲                        │   └──requests──▶ driver ──▶ WatchSender
//!   └──revisions, in order───┘
//! ```
//!
//! A fault of the stream loses no event: the driver opens the next stream, and each watch is created again from the revision
//! after its last one.

mod driver;
#[cfg(test)]
mod fake;
mod faults;
mod following;
mod hold;
mod hub;
mod outcomes;
mod parked;
mod parts;
mod reads;
mod recorded;
mod shared;
mod store_id;
#[cfg(test)]
mod tests;
mod watch_state;
mod watches;

use super::pb;
use crate::api::error::{Error, Failure};
pub use hub::Hub;
use std::future::Future;

/// Opens a watch stream at a host (with `hasleader`, on a connection of its own). Failover, token and quarantine are the
/// channel's.
pub trait WatchChannel: Send + Sync + 'static {
    /// The half of a stream that sends.
    type Sender: WatchSender;
    /// The half of a stream that receives.
    type Receiver: WatchReceiver;

    /// Opens a stream. The error has the attempts.
    fn open(&self) -> impl Future<Output = Result<(Self::Sender, Self::Receiver), Error>> + Send;

    /// Reads keys, linearizable or at a revision. A revision that is compacted, and a key that may not be read, are errors
    /// of etcd ([`Kind::Api`](crate::api::error::Kind::Api)) with the codes 401 and 110.
    fn range(
        &self,
        request: pb::RangeRequest,
    ) -> impl Future<Output = Result<pb::RangeResponse, Error>> + Send;

    /// Asks the host of the last stream for its state, by a call of its own: a server may leave a request of a stream unanswered
    /// although it is alive (a request for progress, while a watch of the stream waits for a revision of the future).
    fn check_host(&self) -> impl Future<Output = HostCheck> + Send;

    /// The token was refused on a watch: the next `open` gets a fresh one.
    fn token_refused(&self);

    /// The server of the last stream answers nothing: the next `open` goes to another one.
    fn fell_silent(&self);
}

/// What a stream brings.
#[derive(Debug)]
pub enum Received {
    /// A response.
    Response(pb::WatchResponse),
    /// A response for the watch with this id was larger than the client takes. It is dropped.
    TooLarge(i64),
}

/// The state of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostCheck {
    /// It gives no answer.
    Silent,
    /// It answers.
    Alive {
        /// Whether the progress that it tells is right for each watch: older servers tell of events that they have not sent yet.
        tells_exact_progress: bool,
    },
}

/// The half of a watch stream that sends.
pub trait WatchSender: Send {
    /// Sends a request.
    fn send(
        &mut self,
        request: pb::WatchRequest,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The half of a watch stream that receives.
pub trait WatchReceiver: Send {
    /// The next response. The end of the stream is a failure.
    fn next(&mut self) -> impl Future<Output = Result<Received, Failure>> + Send;

    /// The host's URL, without credentials.
    fn endpoint(&self) -> &str;
}
