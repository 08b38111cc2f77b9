//! A read: of a file, or else of everything below a directory.
//!
//! ```text
//! the key was a file ──► that key alone ──┬──► the file
//! else ──► a transaction ◄──it is none────┘
//!          ├──► the file
//!          └──► a page of the directory ──► the next page …
//! ```

use super::Next;
use super::context::Context;
use super::listing;
use crate::api::action::Action;
use crate::v3::layout::{Range, after};
use crate::v3::node::open_answer;
use crate::v3::pb::{KeyValue, RangeRequest, RangeResponse, RequestOp, TxnRequest, TxnResponse};
use crate::v3::txn::{self, Responses};
use bytes::Bytes;

/// The keys of one answer. A larger directory is read in pages of one revision.
pub const PAGE: i64 = 10_000;

/// A read, and the pages that it has.
#[derive(Debug, Default)]
pub struct Get {
    /// The key was a file when it was last read, so only that is read.
    expects_file: bool,
    /// The revision of the first page; 0 before it.
    revision: i64,
    nodes: Pages,
    /// The records of createdIndexes.
    records: Pages,
}

/// The pages of a range.
#[derive(Debug, Default)]
struct Pages {
    kvs: Vec<KeyValue>,
    /// The first key of the next page.
    next: Option<Bytes>,
}

impl Pages {
    fn add(&mut self, page: RangeResponse) {
        let last = page.kvs.last().map(|stored| after(&stored.key));
        self.next = last.filter(|_| page.more);
        self.kvs.extend(page.kvs);
    }

    fn next(&self, (_, end): Range) -> Option<Range> {
        Some((self.next.clone()?, end))
    }
}

impl Get {
    pub fn new(context: &Context) -> Self {
        let path = &context.path;
        let is_possible = !path.is_root() && !context.is_created_exact();
        Get {
            expects_file: is_possible && context.memory.files().has(&path.file()),
            ..Get::default()
        }
    }

    pub fn txn(&self, context: &Context) -> TxnRequest {
        let path = &context.path;
        if self.expects_file {
            return success(vec![serializable(context, txn::read(path.file()))]);
        }
        let records = path.created_records_below();
        if self.revision > 0 {
            let pages = self.nodes.next(path.below()).into_iter();
            let pages = pages.chain(self.records.next(records));
            return success(pages.map(|range| self.page(context, range)).collect());
        }
        let is_exact = context.is_created_exact();
        let mut below = vec![self.page(context, path.below())];
        below.extend(is_exact.then(|| self.page(context, records)));
        if path.is_root() {
            return success(below);
        }
        below.extend(context.ancestors(path).reads(!context.judged.quorum));
        let mut file = vec![serializable(context, txn::read(path.file()))];
        file.extend(is_exact.then(|| serializable(context, txn::read(path.created_record()))));
        TxnRequest {
            compare: vec![txn::exists(path.file())],
            success: file,
            failure: below,
        }
    }

    fn page(&self, context: &Context, range: Range) -> RequestOp {
        let page = RangeRequest {
            revision: self.revision,
            ..txn::read_range(range, PAGE)
        };
        // A member that lags does not know the revision of the first page yet: the further ones go through the quorum.
        match self.revision {
            0 => serializable(context, page),
            _ => page.into(),
        }
    }

    pub fn read(&mut self, context: &Context, response: TxnResponse) -> Next {
        let is_file = response.succeeded && self.revision == 0 && !context.path.is_root();
        let revision = txn::revision(&response);
        let mut responses = Responses::of(response);
        if is_file {
            return self.file(context, &mut responses, revision);
        }
        let is_first = self.revision == 0;
        let is_exact = context.is_created_exact();
        if is_first || self.nodes.next.is_some() {
            self.nodes.add(responses.range());
        }
        if is_exact && is_first || self.records.next.is_some() {
            self.records.add(responses.range());
        }
        if is_first && self.nodes.kvs.is_empty() && !context.path.is_root() {
            let ancestors = context.ancestors(&context.path);
            let above = ancestors.find(&mut responses, &context.lives);
            return Next::Failed(above.missing(context, revision));
        }
        if is_first {
            self.revision = revision;
        }
        if self.nodes.next.is_some() || self.records.next.is_some() {
            return Next::Go;
        }
        let body = listing::answer(context, &mut self.nodes.kvs, &self.records.kvs);
        Next::Done(200, body)
    }

    fn file(&mut self, context: &Context, responses: &mut Responses, revision: i64) -> Next {
        let (file, record) = (responses.key(), responses.key());
        let files = context.memory.files();
        match (file, std::mem::take(&mut self.expects_file)) {
            (Some(file), was_known) => {
                if !was_known {
                    files.enter(&file.key);
                }
                Next::Done(200, answer(context, &file, record.as_ref()))
            }
            (None, true) => {
                files.leave(&context.path.file());
                Next::Again
            }
            (None, false) => Next::Failed(context.error(100, revision)),
        }
    }
}

/// Without a quorum, any member answers from its own copy.
fn serializable(context: &Context, range: RangeRequest) -> RequestOp {
    RangeRequest {
        serializable: !context.judged.quorum,
        ..range
    }
    .into()
}

fn success(success: Vec<RequestOp>) -> TxnRequest {
    TxnRequest {
        success,
        ..TxnRequest::default()
    }
}

fn answer(context: &Context, file: &KeyValue, record: Option<&KeyValue>) -> String {
    let mut out = String::with_capacity(file.key.len() + file.value.len() + 160);
    open_answer(&mut out, Action::Get);
    context.node(file, record).write(&mut out, context.now);
    out.push('}');
    out
}
