//! A new time to live for a directory: its marker is stored again, and what is below it, in batches.
//!
//! The first batch is part of the marker's transaction: an update of a directory of up to 100 keys is one revision, as in the v2
//! API. All batches are not one transaction, because a directory may have any number of keys. A key that is written in between has
//! the time to live of the new marker already. The marker's transaction reads the keys again, and so finds those that were
//! written since they were listed.
//!
//! ```text
//! Keys ──► Marker, up to 100 keys ──► Batches: up to 100 keys each, then the next page of keys ──► the answer of the marker
//! ```

use super::Next;
use super::ancestors::Inherited;
use super::context::{Context, stored};
use super::get::PAGE;
use super::replace::recorded;
use crate::api::action::Action;
use crate::v3::layout::{after, is_marker};
use crate::v3::pb::{KeyValue, PutRequest, RangeResponse, RequestOp, TxnRequest, TxnResponse};
use crate::v3::txn::{self, Responses};
use bytes::Bytes;
use std::collections::VecDeque;

/// The keys of a batch: a transaction may have 128 operations.
const BATCH: usize = 100;

/// A new time to live for a directory.
#[derive(Debug)]
pub struct DirectoryUpdate {
    inherited: Inherited,
    /// The lease that everything below gets; 0 for none.
    lease: i64,
    /// The lease that the directory had.
    before: i64,
    /// The index of the directory if it has no marker: that of its first key.
    first: KeyValue,
    /// Whether the first keys are listed.
    is_listed: bool,
    /// The answer, once the marker is stored.
    body: Option<String>,
    /// The keys that still have to be stored again, with the revisions at which they were last modified.
    pending: VecDeque<(Bytes, i64)>,
    /// The first key of the next page.
    next: Option<Bytes>,
}

impl DirectoryUpdate {
    /// `first`: the first key of the directory, which is its marker if it has one.
    pub fn new(context: &Context, first: KeyValue, inherited: Inherited) -> Self {
        let own = context.lifetime.lease();
        let has_marker = is_marker(&first.key) && first.key == context.path.marker();
        DirectoryUpdate {
            lease: context.lives.earlier(own, inherited.lease),
            is_listed: false,
            before: if has_marker { first.lease } else { 0 },
            inherited,
            first: KeyValue {
                key: context.path.marker(),
                lease: if has_marker { first.lease } else { 0 },
                ..first
            },
            body: None,
            pending: VecDeque::new(),
            next: None,
        }
    }

    pub fn txn(&self, context: &Context) -> TxnRequest {
        if !self.is_listed && self.changes_lease() {
            return TxnRequest {
                success: vec![self.page(context, after(&context.path.marker()))],
                ..TxnRequest::default()
            };
        }
        if self.body.is_none() {
            return self.marker(context);
        }
        let mut success: Vec<RequestOp> = self.batch().collect();
        if success.is_empty() {
            success.extend(self.next.clone().map(|next| self.page(context, next)));
        } else {
            success.extend(context.act(Action::Refresh, &context.path, true));
        }
        TxnRequest {
            success,
            ..TxnRequest::default()
        }
    }

    /// Whether the keys below get another lease.
    fn changes_lease(&self) -> bool {
        self.lease != self.before
    }

    /// Stores the next keys again.
    fn batch(&self) -> impl Iterator<Item = RequestOp> {
        let batch = self.pending.iter().take(BATCH);
        batch.map(|(key, at)| self.again(key, *at))
    }

    fn marker(&self, context: &Context) -> TxnRequest {
        let path = &context.path;
        let ancestors = context.ancestors(path);
        let mut compare = vec![
            txn::is_absent(path.file()),
            txn::any_exists(path.below()),
            txn::has_lease(path.marker(), self.before),
        ];
        compare.extend(ancestors.inherits(&self.inherited));
        let put = PutRequest {
            prev_kv: true,
            ..txn::put(path.marker(), Bytes::new(), self.lease)
        };
        let mut success = vec![put.into()];
        success.extend(context.act(recorded(context), path, true));
        if self.changes_lease() {
            success.extend(self.batch());
            success.push(self.page(context, after(&path.marker())));
        }
        TxnRequest {
            compare,
            success,
            failure: Vec::new(),
        }
    }

    fn page(&self, context: &Context, from: Bytes) -> RequestOp {
        let (_, end) = context.path.below();
        // With their values: without them etcd 3.7 leaves the leases out.
        txn::read_range((from, end), PAGE).into()
    }

    /// Stores a key again unless it has changed.
    fn again(&self, key: &Bytes, modified: i64) -> RequestOp {
        let put = PutRequest {
            ignore_value: true,
            ..txn::put(key.clone(), Bytes::new(), self.lease)
        };
        txn::only_if(
            vec![txn::was_modified_at(key.clone(), modified)],
            vec![put.into()],
        )
    }

    pub fn read(&mut self, context: &Context, response: TxnResponse) -> Next {
        if self.body.is_none() && !response.succeeded {
            return Next::Again;
        }
        let revision = txn::revision(&response);
        let mut responses = Responses::of(response);
        if !self.is_listed && self.changes_lease() {
            self.is_listed = true;
            self.take_page(context, responses.range());
            return Next::Go;
        }
        if self.body.is_none() {
            let prev = responses.replaced();
            self.body = Some(self.answer(context, prev, revision));
            responses.skip(usize::from(context.has_records()) + self.batch().count());
            self.pending.clear();
            self.take_page(context, responses.range());
        } else if self.pending.is_empty() {
            self.take_page(context, responses.range());
        } else {
            self.pending.drain(..BATCH.min(self.pending.len()));
        }
        if self.pending.is_empty() && self.next.is_none() {
            return Next::Done(200, self.body.take().unwrap_or_default());
        }
        Next::Go
    }

    fn take_page(&mut self, context: &Context, page: RangeResponse) {
        let last = page.kvs.last().map(|stored| after(&stored.key));
        self.next = last.filter(|_| page.more);
        let changed = page.kvs.into_iter().filter(|stored| {
            let is_inherited = stored.lease == self.before;
            let lives_longer = context.lives.earlier(self.lease, stored.lease) == self.lease;
            stored.lease != self.lease && (is_inherited || self.lease != 0 && lives_longer)
        });
        self.pending
            .extend(changed.map(|stored| (stored.key, stored.mod_revision)));
    }

    /// v2 shows the new index here and keeps the old one in the store.
    fn answer(&self, context: &Context, prev: Option<KeyValue>, revision: i64) -> String {
        let mut written = stored(context.path.marker(), Bytes::new(), self.lease, revision);
        if let Some(prev) = &prev {
            written.create_revision = prev.create_revision;
        }
        let prev = prev.unwrap_or_else(|| self.first.clone());
        let mut node = context.node(&written, None);
        node.modified = revision;
        context.written(Action::Update, &node, Some(&context.node(&prev, None)))
    }
}
