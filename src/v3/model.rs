//! etcd's key-value store as far as transactions go, in memory: the tests of calls run on it.
//!
//! It follows `server/etcdserver/apply_v3.go` and `server/storage/mvcc`: all compares are evaluated before the first write, all
//! writes of a transaction have one revision, and what etcd refuses is refused.

pub mod calls;
mod compare;
pub mod driver;
pub mod tree;

use crate::v3::pb::request_op::Request;
use crate::v3::pb::response_op::Response;
use crate::v3::pb::{
    DeleteRangeRequest, DeleteRangeResponse, KeyValue, PutRequest, PutResponse, RangeRequest,
    RangeResponse, RequestOp, ResponseHeader, ResponseOp, TxnRequest, TxnResponse,
};
use bytes::Bytes;
use std::collections::{BTreeMap, HashSet};

/// etcd's default of `--max-txn-ops`.
const MAX_OPERATIONS: usize = 128;

/// Why etcd refuses a transaction.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `requested lease not found`.
    LeaseNotFound,
    /// `too many operations in txn request`.
    TooManyOperations,
    /// `duplicate key given in txn request`.
    DuplicateKey,
    /// `key not found`: there is no value to keep.
    KeyNotFound,
    /// `permission denied`.
    PermissionDenied,
}

/// A store.
#[derive(Debug, Clone)]
pub struct Model {
    pub keys: BTreeMap<Bytes, KeyValue>,
    pub revision: i64,
    pub leases: HashSet<i64>,
    /// Only keys with this prefix may be read and written.
    pub allowed: &'static [u8],
}

impl Default for Model {
    fn default() -> Self {
        Model {
            keys: BTreeMap::new(),
            revision: 1,
            leases: HashSet::new(),
            allowed: b"",
        }
    }
}

impl Model {
    /// A put by another client.
    pub fn put(&mut self, key: &'static str, value: &'static str, lease: i64) {
        self.leases.insert(lease);
        let put = super::txn::put(key.into(), value, lease);
        let txn = TxnRequest {
            success: vec![put.into()],
            ..TxnRequest::default()
        };
        self.txn(&txn).unwrap();
    }

    /// The end of a lease.
    pub fn revoke(&mut self, lease: i64) {
        self.leases.remove(&lease);
        self.keys.retain(|_, stored| stored.lease != lease);
        self.revision += 1;
    }

    pub fn lease_of(&self, key: &'static str) -> i64 {
        self.keys[&Bytes::from(key)].lease
    }

    /// A transaction.
    pub fn txn(&mut self, txn: &TxnRequest) -> Result<TxnResponse, Refusal> {
        check_operations(txn, MAX_OPERATIONS)?;
        self.check_permission(txn)?;
        let mut taken = Vec::new();
        self.branches(txn, &mut taken);
        let mut written = Vec::new();
        self.check(txn, &mut taken.clone().into_iter(), &mut written)?;
        let before = self.keys.clone();
        let mut response = self.run(txn, &mut taken.into_iter());
        if self.keys != before || written.iter().any(|(_, is_put)| *is_put) {
            self.revision += 1;
        }
        response.header = Some(ResponseHeader {
            revision: self.revision,
            ..ResponseHeader::default()
        });
        Ok(response)
    }

    /// Which branch is taken of each transaction, in order.
    fn branches(&self, txn: &TxnRequest, taken: &mut Vec<bool>) {
        let succeeded = txn.compare.iter().all(|compare| self.holds(compare));
        taken.push(succeeded);
        for operation in branch(txn, succeeded) {
            if let Some(Request::RequestTxn(inner)) = &operation.request {
                self.branches(inner, taken);
            }
        }
    }

    fn check(
        &self,
        txn: &TxnRequest,
        taken: &mut std::vec::IntoIter<bool>,
        written: &mut Vec<(Bytes, bool)>,
    ) -> Result<(), Refusal> {
        for operation in branch(txn, taken.next().unwrap()) {
            match operation.request.as_ref().unwrap() {
                Request::RequestTxn(inner) => self.check(inner, taken, written)?,
                Request::RequestPut(put) => self.check_put(put, written)?,
                Request::RequestDeleteRange(delete) => {
                    let keys = self.range(&delete.key, &delete.range_end);
                    let keys: Vec<Bytes> = keys.map(|stored| stored.key.clone()).collect();
                    for key in keys {
                        if written.contains(&(key.clone(), true)) {
                            return Err(Refusal::DuplicateKey);
                        }
                        written.push((key, false));
                    }
                }
                Request::RequestRange(range) => {
                    assert!(range.revision == 0 || range.revision == self.revision);
                }
            }
        }
        Ok(())
    }

    fn check_put(&self, put: &PutRequest, written: &mut Vec<(Bytes, bool)>) -> Result<(), Refusal> {
        if put.lease != 0 && !self.leases.contains(&put.lease) {
            return Err(Refusal::LeaseNotFound);
        }
        if put.ignore_value && !self.keys.contains_key(&put.key) {
            return Err(Refusal::KeyNotFound);
        }
        if written.iter().any(|(key, _)| *key == put.key) {
            return Err(Refusal::DuplicateKey);
        }
        written.push((put.key.clone(), true));
        Ok(())
    }

    fn run(&mut self, txn: &TxnRequest, taken: &mut std::vec::IntoIter<bool>) -> TxnResponse {
        let succeeded = taken.next().unwrap();
        let mut responses = Vec::new();
        for operation in branch(txn, succeeded) {
            let response = match operation.request.as_ref().unwrap() {
                Request::RequestRange(range) => Response::ResponseRange(self.run_range(range)),
                Request::RequestPut(put) => Response::ResponsePut(self.run_put(put)),
                Request::RequestDeleteRange(delete) => {
                    Response::ResponseDeleteRange(self.run_delete(delete))
                }
                Request::RequestTxn(inner) => Response::ResponseTxn(self.run(inner, taken)),
            };
            responses.push(ResponseOp {
                response: Some(response),
            });
        }
        TxnResponse {
            header: None,
            succeeded,
            responses,
        }
    }

    fn range(&self, key: &Bytes, end: &Bytes) -> impl Iterator<Item = &KeyValue> {
        let end = if end.is_empty() {
            super::layout::after(key)
        } else {
            end.clone()
        };
        self.keys.range(key.clone()..end).map(|(_, stored)| stored)
    }

    fn run_range(&self, range: &RangeRequest) -> RangeResponse {
        let all = self.range(&range.key, &range.range_end);
        let mut kvs: Vec<KeyValue> = all.cloned().collect();
        let count = kvs.len();
        let limit = usize::try_from(range.limit).unwrap();
        kvs.truncate(if limit == 0 { count } else { limit });
        if range.keys_only {
            // etcd 3.7 leaves the lease out, too.
            kvs.iter_mut().for_each(|stored| {
                stored.value.clear();
                stored.lease = 0;
            });
        }
        RangeResponse {
            header: None,
            more: kvs.len() < count,
            count: i64::try_from(count).unwrap(),
            kvs: if range.count_only { Vec::new() } else { kvs },
        }
    }

    fn run_put(&mut self, put: &PutRequest) -> PutResponse {
        let revision = self.revision + 1;
        let before = self.keys.get(&put.key).cloned();
        let value = before.as_ref().filter(|_| put.ignore_value);
        let stored = KeyValue {
            key: put.key.clone(),
            value: value.map_or(&put.value, |before| &before.value).clone(),
            create_revision: before.as_ref().map_or(revision, |it| it.create_revision),
            mod_revision: revision,
            version: before.as_ref().map_or(0, |it| it.version) + 1,
            lease: put.lease,
        };
        self.keys.insert(put.key.clone(), stored);
        PutResponse {
            header: None,
            prev_kv: before.filter(|_| put.prev_kv),
        }
    }

    fn run_delete(&mut self, delete: &DeleteRangeRequest) -> DeleteRangeResponse {
        let all = self.range(&delete.key, &delete.range_end);
        let removed: Vec<KeyValue> = all.cloned().collect();
        for stored in &removed {
            self.keys.remove(&stored.key);
        }
        DeleteRangeResponse {
            header: None,
            deleted: i64::try_from(removed.len()).unwrap(),
            prev_kvs: if delete.prev_kv { removed } else { Vec::new() },
        }
    }

    /// etcd checks the compares and the operations of both branches.
    fn check_permission(&self, txn: &TxnRequest) -> Result<(), Refusal> {
        let compares = txn.compare.iter().map(|compare| &compare.key);
        if compares
            .into_iter()
            .any(|key| !key.starts_with(self.allowed))
        {
            return Err(Refusal::PermissionDenied);
        }
        for operation in txn.success.iter().chain(&txn.failure) {
            let key = match operation.request.as_ref().unwrap() {
                Request::RequestRange(range) => &range.key,
                Request::RequestPut(put) => &put.key,
                Request::RequestDeleteRange(delete) => &delete.key,
                Request::RequestTxn(inner) => {
                    self.check_permission(inner)?;
                    continue;
                }
            };
            if !key.starts_with(self.allowed) {
                return Err(Refusal::PermissionDenied);
            }
        }
        Ok(())
    }
}

fn branch(txn: &TxnRequest, succeeded: bool) -> &[RequestOp] {
    if succeeded {
        &txn.success
    } else {
        &txn.failure
    }
}

fn check_operations(txn: &TxnRequest, allowed: usize) -> Result<(), Refusal> {
    let sizes = [txn.compare.len(), txn.success.len(), txn.failure.len()];
    let operations = sizes.into_iter().max().unwrap();
    if operations > allowed {
        return Err(Refusal::TooManyOperations);
    }
    for operation in txn.success.iter().chain(&txn.failure) {
        if let Some(Request::RequestTxn(inner)) = &operation.request {
            check_operations(inner, allowed - operations)?;
        }
    }
    Ok(())
}
