//! The v2 HTTP API of etcd: requests and answers, and the failover loop over HTTP.
//!
//! Knows no sockets: [`net`](crate::net) moves the bytes, [`cluster`](crate::cluster) chooses the hosts.

mod answer;
mod encode;
mod encoded;
mod http;
mod redirect;

pub use answer::{Answer, Incoming, is_success};
pub use encoded::Encoded;
pub use http::Http;

/// The hosts of a cluster, reached over HTTP.
pub type Cluster = crate::cluster::Cluster<Http>;
