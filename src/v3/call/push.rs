//! A new child whose name is the next in order.
//!
//! v2 names the child by the index of the write, which v3 does not tell beforehand. The name is a number that is above the last one
//! given in the directory, which a record holds. A client takes the revision it has seen last, plus 1: without other writes, that
//! is the revision of the child. Names are never given twice and rise in the order of the writes.

use super::Next;
use super::ancestors::{Ancestors, Found, Inherited};
use super::context::{Context, stored};
use crate::api::action::Action;
use crate::v3::layout::Path;
use crate::v3::pb::{Compare, RequestOp, TxnRequest, TxnResponse};
use crate::v3::txn::{self, Responses};
use bytes::Bytes;

/// After another client took a name, the next one is above it by this much at most.
const MAX_MARGIN: u64 = 64;

/// A push.
#[derive(Debug)]
pub struct Push {
    /// The name of the child, without the zeros before it.
    number: u64,
    attempt: Attempt,
    /// The attempts at which another client took the name.
    conflicts: u32,
}

#[derive(Debug)]
enum Attempt {
    /// The directory has a marker and a record.
    Fast,
    /// The record was looked at: whether it exists. Directories are made.
    Full(bool, Inherited),
}

impl Push {
    pub fn new(context: &Context) -> Self {
        Push {
            number: next(context.memory.revision()),
            attempt: Attempt::Fast,
            conflicts: 0,
        }
    }

    pub fn restart(&mut self) {
        self.attempt = Attempt::Fast;
    }

    fn name(&self) -> String {
        format!("{:020}", self.number)
    }

    fn child(&self, context: &Context) -> Path {
        context.path.child(&self.name())
    }

    fn lease(&self, context: &Context) -> i64 {
        let own = context.lifetime.lease();
        match &self.attempt {
            Attempt::Fast => own,
            Attempt::Full(_, inherited) => context.lives.earlier(own, inherited.lease),
        }
    }

    pub fn txn(&self, context: &Context) -> TxnRequest {
        let child = self.child(context);
        let ancestors = context.ancestors(&child);
        let mut compare = self.is_free(context, &child);
        let mut success = Vec::new();
        match &self.attempt {
            Attempt::Fast => compare.extend(ancestors.has_parent(&Inherited::default())),
            Attempt::Full(_, inherited) => {
                compare.extend(ancestors.can_be_made(inherited));
                success.extend(ancestors.make(inherited));
            }
        }
        success.extend(self.body(context, &child));
        TxnRequest {
            compare,
            success,
            failure: self.reads(context, &ancestors),
        }
    }

    /// The name is above all that were given. Without records, all keys in the directory are older than the number.
    fn is_free(&self, context: &Context, child: &Path) -> Vec<Compare> {
        let record = context.path.seq_record();
        let order = match &self.attempt {
            _ if !context.has_records() => {
                let number = i64::try_from(self.number).unwrap_or(i64::MAX);
                txn::were_modified_before(context.path.below(), number)
            }
            Attempt::Full(false, _) => txn::is_absent(record),
            _ => txn::has_value_below(record, self.name()),
        };
        vec![
            order,
            txn::none_exists(child.below()),
            txn::is_absent(child.file()),
        ]
    }

    fn body(&self, context: &Context, child: &Path) -> Vec<RequestOp> {
        let lease = self.lease(context);
        let is_dir = context.judged.dir;
        let node = if is_dir {
            txn::put(child.marker(), Bytes::new(), lease)
        } else {
            txn::put(child.file(), context.judged.value.clone(), lease)
        };
        let mut body = vec![node.into()];
        if context.has_records() {
            body.push(txn::put(context.path.seq_record(), self.name(), 0).into());
        }
        body.extend(context.act(Action::Create, child, is_dir));
        body
    }

    fn reads(&self, context: &Context, ancestors: &Ancestors) -> Vec<RequestOp> {
        let record = context
            .has_records()
            .then(|| txn::read(context.path.seq_record()).into());
        record.into_iter().chain(ancestors.reads(false)).collect()
    }

    pub fn read(&mut self, context: &Context, response: TxnResponse) -> Next {
        let revision = txn::revision(&response);
        if response.succeeded {
            return Next::Done(201, self.answer(context, revision));
        }
        let mut responses = Responses::of(response);
        let record = context.has_records().then(|| responses.key()).flatten();
        let ancestors = context.ancestors(&self.child(context));
        let found = ancestors.find(&mut responses, &context.lives);
        if let Some(error) = found.not_a_directory(revision) {
            return Next::Failed(error);
        }
        let last = record.map(|record| parse(&record.value));
        self.choose(last, found, revision);
        Next::Again
    }

    /// The next attempt, with a name above the last one given.
    fn choose(&mut self, last: Option<u64>, found: Found, revision: i64) {
        let attempt = Attempt::Full(last.is_some(), found.inherited);
        let mut floor = next(revision).max(last.unwrap_or_default().saturating_add(1));
        if matches!(self.attempt, Attempt::Full(..)) || last >= Some(self.number) {
            // Another client has pushed, or has made a node of this name.
            floor = floor.max(self.number.saturating_add(1));
            let margin = MAX_MARGIN.min(2 << self.conflicts.min(6));
            floor = floor.saturating_add(fastrand::u64(..margin));
            self.conflicts += 1;
        }
        self.number = floor;
        self.attempt = attempt;
    }

    fn answer(&self, context: &Context, revision: i64) -> String {
        let child = self.child(context);
        let key = if context.judged.dir {
            child.marker()
        } else {
            child.file()
        };
        let value = context.judged.value.clone();
        let node = stored(key, value, self.lease(context), revision);
        context.written(Action::Create, &context.node(&node, None), None)
    }
}

/// The number after a revision.
fn next(revision: i64) -> u64 {
    u64::try_from(revision).unwrap_or_default() + 1
}

/// The last name in a record.
fn parse(record: &[u8]) -> u64 {
    let text = std::str::from_utf8(record).unwrap_or_default();
    text.parse().unwrap_or_default()
}
