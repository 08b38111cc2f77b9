//! A client for the etcd v2 HTTP API, and its binding for Node.js.
//!
//! | module | its job | what it must not know |
//! |---|---|---|
//! | [`request`] | what an operation is, and how it looks on the wire | I/O |
//! | [`error`] | what can go wrong, and what Node calls it | I/O |
//! | [`hosts`] | parses hosts, takes them in turn, replaces them | I/O |
//! | [`cluster`] | moves requests between hosts: attempts, retries, redirects, time limits, TLS | what a request means |
//! | [`client`] | what an answer means; waits, refresh, discovery | sockets |
//! | `binding` | how JavaScript sees a client (feature `node`) | what a call means |
//!
//! A call comes down from `index.js` through `binding` to [`client::Client::execute`], which encodes it
//! ([`request::Request::encode`]), sends it ([`cluster::Cluster::send`]) and reads the answer.

#[cfg(test)]
mod arbitrary;
mod backoff;
#[cfg(feature = "node")]
mod binding;
pub mod client;
pub mod cluster;
pub mod error;
pub mod hosts;
pub mod request;
