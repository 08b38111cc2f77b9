//! A write of a key that exists: update, compare and swap, refresh.
//!
//! ```text
//! File ──► a directory above has a time to live ──► File, bounded by it
//!   └────► the key is a directory: only its time to live can be written ──► Directory
//! ```

use super::Next;
use super::ancestors::Inherited;
use super::context::{Context, stored};
use super::directory::DirectoryUpdate;
use super::target::{Target, compare_failed, mismatch};
use crate::api::action::Action;
use crate::v3::pb::{KeyValue, PutRequest, RequestOp, TxnRequest, TxnResponse};
use crate::v3::txn::{self, Responses};
use bytes::Bytes;

/// A write of a key that exists.
#[derive(Debug, Default)]
pub struct Replace {
    inherited: Inherited,
    directory: Option<DirectoryUpdate>,
}

impl Replace {
    pub fn txn(&self, context: &Context) -> TxnRequest {
        if let Some(directory) = &self.directory {
            return directory.txn(context);
        }
        let ancestors = context.ancestors(&context.path);
        let mut compare = context.conditions();
        compare.extend(ancestors.inherits(&self.inherited));
        TxnRequest {
            compare,
            success: self.body(context),
            failure: Target::reads(context, &ancestors),
        }
    }

    fn lease(&self, context: &Context) -> i64 {
        let own = context.lifetime.lease();
        context.lives.earlier(own, self.inherited.lease)
    }

    fn body(&self, context: &Context) -> Vec<RequestOp> {
        let judged = &context.judged;
        let path = &context.path;
        let put = PutRequest {
            prev_kv: !judged.no_value_on_success,
            ignore_value: judged.refresh,
            ..txn::put(path.file(), judged.value.clone(), self.lease(context))
        };
        let mut body: Vec<RequestOp> = vec![put.into()];
        if context.is_created_exact() {
            let record = path.created_record();
            body.push(txn::read(record.clone()).into());
            let again = (action(context) == Action::Set)
                .then(|| txn::put(record, Bytes::new(), self.lease(context)).into());
            body.extend(again);
        }
        body.extend(context.act(recorded(context), path, false));
        body
    }

    pub fn read(&mut self, context: &Context, response: TxnResponse) -> Next {
        if let Some(directory) = &mut self.directory {
            let next = directory.read(context, response);
            if matches!(next, Next::Again) {
                self.directory = None;
            }
            return next;
        }
        let revision = txn::revision(&response);
        let has_succeeded = response.succeeded;
        let mut responses = Responses::of(response);
        if has_succeeded {
            return self.succeeded(context, &mut responses, revision);
        }
        let ancestors = context.ancestors(&context.path);
        let target = Target::read(context, &ancestors, &mut responses);
        self.failed(context, target, revision)
    }

    fn succeeded(&self, context: &Context, responses: &mut Responses, revision: i64) -> Next {
        let prev = responses.replaced().unwrap_or_default();
        let is_exact = context.is_created_exact();
        let record = if is_exact { responses.key() } else { None };
        let value = if context.judged.refresh {
            prev.value.clone()
        } else {
            context.judged.value.clone().into()
        };
        let written = KeyValue {
            create_revision: prev.create_revision,
            ..stored(context.path.file(), value, self.lease(context), revision)
        };
        let mut node = context.node(&written, record.as_ref());
        if is_exact && action(context) == Action::Set {
            node.created = revision;
        }
        let prev = context.node(&prev, record.as_ref());
        Next::Done(200, context.written(action(context), &node, Some(&prev)))
    }

    fn failed(&mut self, context: &Context, target: Target, revision: i64) -> Next {
        if let Some(file) = &target.file {
            if let Some(cause) = mismatch(context, file) {
                return compare_failed(&cause, revision);
            }
            self.inherited = target.above.inherited;
            return Next::Again;
        }
        let Some(first) = target.directory else {
            return Next::Failed(target.above.missing(context, revision));
        };
        if action(context) != Action::Update || !context.judged.value.is_empty() {
            return Next::Failed(context.error(102, revision));
        }
        self.directory = Some(DirectoryUpdate::new(context, first, target.above.inherited));
        Next::Again
    }
}

/// The action that the answer tells.
fn action(context: &Context) -> Action {
    match context.judged.prev_exist {
        _ if context.is_conditional() => Action::CompareAndSwap,
        Some(true) => Action::Update,
        _ => Action::Set,
    }
}

/// The action that the record tells: v2's waits do not see a refresh.
pub fn recorded(context: &Context) -> Action {
    if context.judged.refresh {
        Action::Refresh
    } else {
        action(context)
    }
}
