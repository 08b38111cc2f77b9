//! A client for etcd, over its v2 HTTP API or its v3 gRPC API, and its binding for Node.js.
//!
//! | module | its job | what it must not know |
//! |---|---|---|
//! | [`api`] | what a call is and what it brings | I/O, protocols |
//! | [`client`] | a client of one store: discovery, refresh, waits beside writes | protocols, sockets |
//! | [`waits`] | what the waits of every store share: registration, position, backoff | protocols, hosts |
//! | [`v2`] | the store over the v2 HTTP API: encode, decode, long polls | sockets, the order of hosts |
//! | [`v3`] | the store over the v3 gRPC API: transactions, leases, watches | sockets, the order of hosts |
//! | [`memory`] | the store in memory: the v2 semantics as a state machine | I/O, clocks, protocols |
//! | [`cluster`] | chooses hosts: failover, quarantine, probes, slots | what a request means |
//! | [`net`] | moves bytes: DNS, TLS, proxies, HTTP | etcd |
//! | [`server`] | the v2 HTTP API in front of a client's store | the protocol of that store |
//! | `binding` | how JavaScript sees a client (feature `node`) | what a call means |
//!
//! A call goes down from `index.js` through `binding` to [`client::Client::execute`], is encoded by [`v2`] or [`v3`] and sent by
//! [`cluster::Cluster::open`].

pub mod api;
#[cfg(test)]
mod arbitrary;
mod backoff;
#[cfg(feature = "node")]
mod binding;
pub mod client;
pub mod cluster;
pub mod memory;
pub mod net;
pub mod server;
mod single_flight;
mod task;
pub mod v2;
pub mod v3;
pub mod waits;
