//! The parts of a transaction, and of its answer. Pure.

use super::layout::{ACT, Range};
use super::pb::request_op::Request;
use super::pb::response_op::Response;
use super::pb::{
    Compare, DeleteRangeRequest, KeyValue, PutRequest, RangeRequest, RangeResponse, RequestOp,
    ResponseOp, TxnRequest, TxnResponse,
};
use bytes::Bytes;

pub use super::compare::*;

/// Everything that is not a node of the tree begins with this.
const RECORDS: &[u8] = b"etcdjs/";

impl From<RangeRequest> for RequestOp {
    fn from(range: RangeRequest) -> Self {
        Request::RequestRange(range).into()
    }
}

impl From<PutRequest> for RequestOp {
    fn from(put: PutRequest) -> Self {
        Request::RequestPut(put).into()
    }
}

impl From<DeleteRangeRequest> for RequestOp {
    fn from(delete: DeleteRangeRequest) -> Self {
        Request::RequestDeleteRange(delete).into()
    }
}

impl From<TxnRequest> for RequestOp {
    fn from(txn: TxnRequest) -> Self {
        Request::RequestTxn(txn).into()
    }
}

impl From<Request> for RequestOp {
    fn from(request: Request) -> Self {
        RequestOp {
            request: Some(request),
        }
    }
}

/// Reads one key.
pub fn read(key: Bytes) -> RangeRequest {
    RangeRequest {
        key,
        ..RangeRequest::default()
    }
}

/// Reads whether a key exists.
pub fn count(key: Bytes) -> RangeRequest {
    RangeRequest {
        count_only: true,
        ..read(key)
    }
}

/// Reads the first keys of a range.
pub fn read_range((key, range_end): Range, limit: i64) -> RangeRequest {
    RangeRequest {
        range_end,
        limit,
        ..read(key)
    }
}

/// Removes a key.
pub fn delete(key: Bytes) -> DeleteRangeRequest {
    DeleteRangeRequest {
        key,
        ..DeleteRangeRequest::default()
    }
}

/// Removes a range.
pub fn delete_range((key, range_end): Range) -> DeleteRangeRequest {
    DeleteRangeRequest {
        range_end,
        ..delete(key)
    }
}

/// Stores a value.
pub fn put(key: Bytes, value: impl Into<Bytes>, lease: i64) -> PutRequest {
    PutRequest {
        key,
        value: value.into(),
        lease,
        ..PutRequest::default()
    }
}

/// A transaction in a transaction that does something if its compares hold. etcd evaluates all compares before it writes.
pub fn only_if(compare: Vec<Compare>, success: Vec<RequestOp>) -> RequestOp {
    TxnRequest {
        compare,
        success,
        failure: Vec::new(),
    }
    .into()
}

/// The read that is all that a transaction does: etcd serves it faster alone.
pub fn only_read(txn: &TxnRequest) -> Option<&RangeRequest> {
    match (&txn.compare[..], &txn.success[..]) {
        ([], [operation]) => match &operation.request {
            Some(Request::RequestRange(range)) => Some(range),
            _ => None,
        },
        _ => None,
    }
}

/// The answer of a transaction to its only read.
pub fn of_read(range: RangeResponse) -> TxnResponse {
    TxnResponse {
        header: range.header,
        succeeded: true,
        responses: vec![ResponseOp {
            response: Some(Response::ResponseRange(range)),
        }],
    }
}

/// The answers to the operations of a transaction, in their order. The type of each is that of its operation.
pub struct Responses(std::vec::IntoIter<ResponseOp>);

impl Responses {
    /// The answers of a transaction.
    pub fn of(response: TxnResponse) -> Self {
        Responses(response.responses.into_iter())
    }

    fn next(&mut self) -> Option<Response> {
        self.0.next()?.response
    }

    /// Leaves out the answers to so many operations.
    pub fn skip(&mut self, operations: usize) {
        self.0.by_ref().take(operations).for_each(drop);
    }

    /// The answer to a read.
    pub fn range(&mut self) -> RangeResponse {
        match self.next() {
            Some(Response::ResponseRange(range)) => range,
            _ => RangeResponse::default(),
        }
    }

    /// The answer to a read of one key.
    pub fn key(&mut self) -> Option<KeyValue> {
        self.range().kvs.into_iter().next()
    }

    /// What a put has replaced.
    pub fn replaced(&mut self) -> Option<KeyValue> {
        match self.next() {
            Some(Response::ResponsePut(put)) => put.prev_kv,
            _ => None,
        }
    }

    /// What the removal of one key has removed.
    pub fn removed(&mut self) -> Option<KeyValue> {
        match self.next() {
            Some(Response::ResponseDeleteRange(delete)) => delete.prev_kvs.into_iter().next(),
            _ => None,
        }
    }

    /// The answer to a transaction in the transaction.
    pub fn txn(&mut self) -> TxnResponse {
        match self.next() {
            Some(Response::ResponseTxn(txn)) => txn,
            _ => TxnResponse::default(),
        }
    }
}

/// The revision of the store when it answered.
pub fn revision(response: &TxnResponse) -> i64 {
    response.header.map_or(0, |header| header.revision)
}

/// Calls a function with each key that an answer shows.
pub fn for_each_key(response: &TxnResponse, visit: &mut dyn FnMut(&KeyValue)) {
    for operation in &response.responses {
        match &operation.response {
            Some(Response::ResponseRange(range)) => range.kvs.iter().for_each(&mut *visit),
            Some(Response::ResponsePut(put)) => put.prev_kv.iter().for_each(&mut *visit),
            Some(Response::ResponseDeleteRange(delete)) => {
                delete.prev_kvs.iter().for_each(&mut *visit);
            }
            Some(Response::ResponseTxn(txn)) => for_each_key(txn, visit),
            None => {}
        }
    }
}

fn operations(txn: &TxnRequest) -> impl Iterator<Item = &Request> {
    let both = txn.success.iter().chain(&txn.failure);
    both.filter_map(|operation| operation.request.as_ref())
}

/// Whether a transaction may write.
pub fn writes(txn: &TxnRequest) -> bool {
    any_writes(&txn.success) || any_writes(&txn.failure)
}

/// Whether a transaction has written, by its answer: etcd runs one branch of it, and of each transaction in it.
pub fn has_written(txn: &TxnRequest, reply: &TxnResponse) -> bool {
    let branch = match reply.succeeded {
        true => &txn.success,
        false => &txn.failure,
    };
    let mut pairs = branch.iter().zip(&reply.responses);
    pairs.any(
        |(operation, reply)| match (&operation.request, &reply.response) {
            (Some(Request::RequestTxn(inner)), Some(Response::ResponseTxn(reply))) => {
                has_written(inner, reply)
            }
            (Some(Request::RequestPut(_)), _) => true,
            (_, Some(Response::ResponseDeleteRange(delete))) => delete.deleted > 0,
            _ => false,
        },
    )
}

/// Whether one of these operations may write.
fn any_writes(operations: &[RequestOp]) -> bool {
    operations.iter().any(|operation| match &operation.request {
        Some(Request::RequestPut(_) | Request::RequestDeleteRange(_)) => true,
        Some(Request::RequestTxn(inner)) => writes(inner),
        Some(Request::RequestRange(_)) | None => false,
    })
}

/// Whether a transaction reads or writes records: what is not a node of the tree.
pub fn has_records(txn: &TxnRequest) -> bool {
    let compares = txn.compare.iter().map(|compare| &compare.key);
    let mut keys = compares.chain(operations(txn).filter_map(|operation| match operation {
        Request::RequestRange(range) => Some(&range.key),
        Request::RequestPut(put) => Some(&put.key),
        Request::RequestDeleteRange(delete) => Some(&delete.key),
        Request::RequestTxn(_) => None,
    }));
    keys.any(|key| key.starts_with(RECORDS))
        || operations(txn)
            .any(|operation| matches!(operation, Request::RequestTxn(inner) if has_records(inner)))
}

/// The write of the record of an action.
pub fn put_act(act: &super::act::Act) -> RequestOp {
    put(Bytes::from_static(ACT), act.to_bytes(), 0).into()
}
