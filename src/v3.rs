//! The store over etcd's v3 gRPC API: the same calls on every supported etcd.

#[cfg(test)]
mod generation;
#[allow(missing_docs)]
#[rustfmt::skip]
pub mod pb;
