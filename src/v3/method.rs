//! The methods of etcd's gRPC API that this package calls.

use super::pb;
use super::txn;
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

    /// Whether a message answers this request. A server that confuses requests, or a message of another type that can be decoded
    /// as this one, must not look like an empty store.
    fn is_answered_by(&self, _reply: &Self::Reply) -> bool {
        true
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

    fn is_answered_by(&self, reply: &pb::RangeResponse) -> bool {
        reply.header.is_some()
    }
}

impl Method for pb::TxnRequest {
    type Reply = pb::TxnResponse;
    const PATH: &'static str = "/etcdserverpb.KV/Txn";
    const IS_WRITE: bool = true;

    fn is_write(&self) -> bool {
        txn::writes(self)
    }

    fn is_answered_by(&self, reply: &pb::TxnResponse) -> bool {
        reply.header.is_some() && has_answers(self, reply)
    }
}

/// Whether an answer has one of the same kind for each operation of the branch that was taken.
fn has_answers(txn: &pb::TxnRequest, reply: &pb::TxnResponse) -> bool {
    let branch = match reply.succeeded {
        true => &txn.success,
        false => &txn.failure,
    };
    let mut pairs = branch.iter().zip(&reply.responses);
    branch.len() == reply.responses.len() && pairs.all(|(op, reply)| answers(op, reply))
}

fn answers(op: &pb::RequestOp, reply: &pb::ResponseOp) -> bool {
    use pb::request_op::Request;
    use pb::response_op::Response;
    match (&op.request, &reply.response) {
        (Some(Request::RequestRange(_)), Some(Response::ResponseRange(_)))
        | (Some(Request::RequestPut(_)), Some(Response::ResponsePut(_)))
        | (Some(Request::RequestDeleteRange(_)), Some(Response::ResponseDeleteRange(_))) => true,
        (Some(Request::RequestTxn(txn)), Some(Response::ResponseTxn(reply))) => {
            has_answers(txn, reply)
        }
        _ => false,
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
