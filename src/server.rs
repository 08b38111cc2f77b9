//! An HTTP/1.1 server that speaks etcd's v2 API in front of a client's store: one in memory, or a cluster.
//!
//! Answers as etcd 3.4 does: its routes, statuses, header fields, bodies and limits. Knows no protocol of the store behind it, and no
//! JavaScript.
//!
//! ```text
//! listener ─▶ connection ─▶ route ─┬─▶ keys ─▶ front ─▶ the store in memory, or cluster ─▶ a client of a cluster
//!     │           │                └─▶ members, statistics, version
//!     │           └─ time limits: header section, body, an answer that is not read
//!     └─ at most so many connections; after `close`: answers in flight are finished, waits end
//! ```

mod access;
mod activity;
mod body;
mod budget;
mod chains;
mod cluster;
mod connection;
mod counters;
mod cut_targets;
mod form;
mod framing;
mod front;
mod guarded;
mod keys;
mod limits;
mod listener;
mod media_type;
mod members;
mod new_connections;
mod origin;
mod path;
mod peer;
mod received;
mod reply;
mod route;
mod socket;
mod state;
mod statistics;

pub use limits::Limits;
pub use listener::Server;
pub use state::Setup;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
