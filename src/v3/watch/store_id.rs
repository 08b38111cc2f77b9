//! Tells one store from another by what each answer of etcd says of it. Pure.

use crate::v3::pb;

/// The store that a server has spoken of, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreId {
    cluster: u64,
    /// The term of the raft: it never falls, unless the store begins anew.
    term: u64,
}

impl StoreId {
    /// The store of an answer.
    pub fn of(header: Option<&pb::ResponseHeader>) -> Option<Self> {
        header.map(|header| StoreId {
            cluster: header.cluster_id,
            term: header.raft_term,
        })
    }

    /// Whether this may be the same store as an earlier one. A member that lags behind the others may say no.
    pub fn may_follow(self, earlier: StoreId) -> bool {
        self.cluster == earlier.cluster && self.term >= earlier.term
    }
}
