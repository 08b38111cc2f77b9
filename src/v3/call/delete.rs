//! A removal: of a file, of an empty directory, of a directory with everything below it.
//!
//! The transaction removes the file. Where there is none, its other branch reads what is there, and removes the directory if the
//! call may.

use super::Next;
use super::context::{Context, stored};
use super::target::{Target, compare_failed, mismatch};
use crate::api::action::Action;
use crate::v3::node::{Node, event};
use crate::v3::pb::{KeyValue, RequestOp, TxnRequest, TxnResponse};
use crate::v3::txn::{self, Responses};

/// A removal.
#[derive(Debug)]
pub struct Delete;

impl Delete {
    pub fn txn(&self, context: &Context) -> TxnRequest {
        let ancestors = context.ancestors(&context.path);
        let mut failure = Target::reads(context, &ancestors);
        failure.extend(directory(context));
        TxnRequest {
            compare: context.conditions(),
            success: file(context),
            failure,
        }
    }

    pub fn read(&self, context: &Context, response: TxnResponse) -> Next {
        let revision = txn::revision(&response);
        let has_succeeded = response.succeeded;
        let mut responses = Responses::of(response);
        if has_succeeded {
            return file_removed(context, &mut responses, revision);
        }
        let ancestors = context.ancestors(&context.path);
        let target = Target::read(context, &ancestors, &mut responses);
        if let Some(file) = &target.file {
            let cause = mismatch(context, file).unwrap_or_default();
            return compare_failed(&cause, revision);
        }
        let Some(first) = target.directory else {
            return Next::Failed(target.above.missing(context, revision));
        };
        if context.is_conditional() || !takes_directories(context) {
            return Next::Failed(context.error(102, revision));
        }
        if !context.judged.recursive && !responses.txn().succeeded {
            return Next::Failed(context.error(108, revision));
        }
        directory_removed(context, first, revision)
    }
}

fn takes_directories(context: &Context) -> bool {
    context.judged.dir || context.judged.recursive
}

fn action(context: &Context) -> Action {
    if context.is_conditional() {
        Action::CompareAndDelete
    } else {
        Action::Delete
    }
}

/// The removal of a file. Without a record, the removal of a key with a lease would look like the end of its time to live.
fn file(context: &Context) -> Vec<RequestOp> {
    let path = &context.path;
    let mut removal = txn::delete(path.file());
    removal.prev_kv = true;
    let mut operations = vec![removal.into()];
    if context.is_created_exact() {
        let record = path.created_record();
        operations.push(txn::read(record.clone()).into());
        operations.push(txn::delete(record).into());
    }
    let act = context.act(action(context), path, false);
    operations.extend(act.map(|act| {
        if context.is_conditional() {
            return act;
        }
        txn::only_if(vec![txn::has_any_lease(path.file())], vec![act])
    }));
    operations.extend(context.ancestors(path).keep());
    operations
}

/// The removal of a directory, which runs where there is no file: an empty one, or any one if the call is recursive.
fn directory(context: &Context) -> Option<RequestOp> {
    if context.is_conditional() || !takes_directories(context) {
        return None;
    }
    let path = &context.path;
    let is_recursive = context.judged.recursive;
    let mut compare = vec![txn::is_absent(path.file())];
    if is_recursive {
        compare.push(txn::any_exists(path.below()));
    } else {
        compare.push(txn::none_exists(path.inside()));
        compare.push(txn::exists(path.marker()));
    }
    let mut removal: Vec<RequestOp> = vec![txn::delete_range(path.below()).into()];
    if is_recursive && context.is_created_exact() {
        removal.push(txn::delete_range(path.created_records_below()).into());
    }
    removal.extend(context.act(Action::Delete, path, true));
    removal.extend(context.ancestors(path).keep());
    Some(txn::only_if(compare, removal))
}

fn file_removed(context: &Context, responses: &mut Responses, revision: i64) -> Next {
    let file = responses.removed().unwrap_or_default();
    let is_exact = context.is_created_exact();
    let record = if is_exact { responses.key() } else { None };
    let prev = context.node(&file, record.as_ref());
    Next::Done(200, removed(context, &prev, revision))
}

/// A directory without a marker has the index of its first key.
fn directory_removed(context: &Context, first: KeyValue, revision: i64) -> Next {
    let marker = context.path.marker();
    let lease = if first.key == marker { first.lease } else { 0 };
    let directory = stored(marker, "", lease, first.create_revision);
    let prev = context.node(&directory, None);
    Next::Done(200, removed(context, &prev, revision))
}

fn removed(context: &Context, prev: &Node<'_>, revision: i64) -> String {
    let node = prev.removed(revision);
    event(action(context), &node, Some(prev), context.now)
}
