//! The methods of etcd's gRPC API that this package calls.

use super::pb;
use http::uri::PathAndQuery;
use prost::Message;

/// The request of a method.
pub trait Method: Message {
    /// What the method answers with.
    type Reply: Message + Default;
    /// The path that names the method.
    const PATH: &'static str;
    /// Whether it changes something.
    const IS_WRITE: bool;

    /// Whether it changes something. Some methods do only for some requests.
    fn is_write(&self) -> bool {
        Self::IS_WRITE
    }

    /// The path that names the method.
    fn path() -> PathAndQuery {
        PathAndQuery::from_static(Self::PATH)
    }
}

impl Method for pb::RangeRequest {
    type Reply = pb::RangeResponse;
    const PATH: &'static str = "/etcdserverpb.KV/Range";
    const IS_WRITE: bool = false;
}

impl Method for pb::TxnRequest {
    type Reply = pb::TxnResponse;
    const PATH: &'static str = "/etcdserverpb.KV/Txn";
    const IS_WRITE: bool = true;

    fn is_write(&self) -> bool {
        self.success.iter().chain(&self.failure).any(writes)
    }
}

fn writes(op: &pb::RequestOp) -> bool {
    use pb::request_op::Request;
    match &op.request {
        Some(Request::RequestPut(_) | Request::RequestDeleteRange(_)) => true,
        Some(Request::RequestTxn(txn)) => txn.is_write(),
        Some(Request::RequestRange(_)) | None => false,
    }
}

/// Repeating it does no harm: a second grant of the same lease is refused.
impl Method for pb::LeaseGrantRequest {
    type Reply = pb::LeaseGrantResponse;
    const PATH: &'static str = "/etcdserverpb.Lease/LeaseGrant";
    const IS_WRITE: bool = false;
}

/// Repeating it does no harm: a lease that is gone is none.
impl Method for pb::LeaseRevokeRequest {
    type Reply = pb::LeaseRevokeResponse;
    const PATH: &'static str = "/etcdserverpb.Lease/LeaseRevoke";
    const IS_WRITE: bool = false;
}

impl Method for pb::LeaseTimeToLiveRequest {
    type Reply = pb::LeaseTimeToLiveResponse;
    const PATH: &'static str = "/etcdserverpb.Lease/LeaseTimeToLive";
    const IS_WRITE: bool = false;
}

impl Method for pb::AuthenticateRequest {
    type Reply = pb::AuthenticateResponse;
    const PATH: &'static str = "/etcdserverpb.Auth/Authenticate";
    const IS_WRITE: bool = false;
}

impl Method for pb::MemberListRequest {
    type Reply = pb::MemberListResponse;
    const PATH: &'static str = "/etcdserverpb.Cluster/MemberList";
    const IS_WRITE: bool = false;
}

impl Method for pb::StatusRequest {
    type Reply = pb::StatusResponse;
    const PATH: &'static str = "/etcdserverpb.Maintenance/Status";
    const IS_WRITE: bool = false;
}

/// The path of the stream of watches.
pub const WATCH: &str = "/etcdserverpb.Watch/Watch";
