//! A write that replaces what is there, or that needs nothing to be there: set, create, and both for a directory.
//!
//! ```text
//! Fast: the directory of the key has a marker ── else ──► Full: every directory above is looked at, and made
//!                                                         └── a directory has a time to live ──► Full, bounded by it
//! ```

use super::Next;
use super::ancestors::{Ancestors, Inherited};
use super::context::{Context, stored};
use super::target::Target;
use crate::api::action::Action;
use crate::v3::pb::{Compare, KeyValue, PutRequest, RequestOp, TxnRequest, TxnResponse};
use crate::v3::txn::{self, Responses};
use bytes::Bytes;

/// A set or create.
#[derive(Debug)]
pub struct Store {
    action: Action,
    /// A refresh that makes a directory of a file.
    needs_file: bool,
    attempt: Attempt,
}

#[derive(Debug, Default)]
enum Attempt {
    #[default]
    Fast,
    Full(Inherited),
}

/// The write of these parameters; `None` if it needs a key that exists.
pub fn kind(context: &Context) -> Option<Store> {
    let judged = &context.judged;
    let action = match judged.prev_exist {
        Some(false) => Action::Create,
        None if !context.is_conditional() && (judged.dir || !judged.refresh) => Action::Set,
        _ => return None,
    };
    Some(Store {
        action,
        needs_file: judged.refresh && action == Action::Set,
        attempt: Attempt::Fast,
    })
}

impl Store {
    pub fn restart(&mut self) {
        self.attempt = Attempt::Fast;
    }

    pub fn txn(&self, context: &Context) -> TxnRequest {
        let ancestors = context.ancestors(&context.path);
        let mut compare = self.compares(context);
        match &self.attempt {
            Attempt::Fast => {
                compare.extend(ancestors.has_parent(&Inherited::default()));
                TxnRequest {
                    compare,
                    success: self.body(context, context.lifetime.lease()),
                    failure: Vec::new(),
                }
            }
            Attempt::Full(inherited) => {
                compare.extend(ancestors.can_be_made(inherited));
                let mut success = ancestors.make(inherited);
                success.extend(self.body(context, self.lease(context)));
                TxnRequest {
                    compare,
                    success,
                    failure: Target::reads(context, &ancestors),
                }
            }
        }
    }

    fn compares(&self, context: &Context) -> Vec<Compare> {
        let path = &context.path;
        let mut compare = vec![txn::none_exists(path.below())];
        if self.action == Action::Create {
            compare.push(txn::is_absent(path.file()));
        }
        if self.needs_file {
            compare.push(txn::exists(path.file()));
        }
        compare
    }

    /// The lease of the key: its own, or that of a directory above it that expires earlier.
    fn lease(&self, context: &Context) -> i64 {
        let own = context.lifetime.lease();
        match &self.attempt {
            Attempt::Fast => own,
            Attempt::Full(inherited) => context.lives.earlier(own, inherited.lease),
        }
    }

    fn body(&self, context: &Context, lease: i64) -> Vec<RequestOp> {
        let mut body = if context.judged.dir {
            directory(context, lease)
        } else {
            self.file(context, lease)
        };
        if self.action != Action::Set || context.judged.dir {
            let action = if self.needs_file {
                Action::Refresh
            } else {
                self.action
            };
            body.extend(context.act(action, &context.path, context.judged.dir));
        }
        body
    }

    /// The previous value is read for the answer, or only whether there is one.
    fn file(&self, context: &Context, lease: i64) -> Vec<RequestOp> {
        let file = context.path.file();
        let is_shown = !context.judged.no_value_on_success;
        let put = PutRequest {
            prev_kv: is_shown,
            ..txn::put(file.clone(), context.judged.value.clone(), lease)
        };
        let count = (!is_shown).then(|| txn::count(file.clone()).into());
        let mut body: Vec<RequestOp> = count.into_iter().chain([put.into()]).collect();
        if context.is_created_exact() && self.action == Action::Set {
            let record = context.path.created_record();
            body.push(txn::read(record.clone()).into());
            let again = txn::put(record, Bytes::new(), lease);
            body.push(txn::only_if(vec![txn::exists(file)], vec![again.into()]));
        }
        body
    }

    pub fn read(&mut self, context: &Context, response: TxnResponse) -> Next {
        let revision = txn::revision(&response);
        let ancestors = context.ancestors(&context.path);
        let has_succeeded = response.succeeded;
        let mut responses = Responses::of(response);
        match &self.attempt {
            _ if has_succeeded => self.succeeded(context, &ancestors, responses, revision),
            Attempt::Fast => {
                self.attempt = Attempt::Full(Inherited::default());
                Next::Again
            }
            Attempt::Full(_) => {
                let target = Target::read(context, &ancestors, &mut responses);
                self.failed(context, target, revision)
            }
        }
    }

    fn failed(&mut self, context: &Context, target: Target, revision: i64) -> Next {
        if let Some(error) = target.above.not_a_directory(revision) {
            return Next::Failed(error);
        }
        let is_create = self.action == Action::Create;
        if target.directory.is_some() || is_create && target.file.is_some() {
            let code = if is_create { 105 } else { 102 };
            return Next::Failed(context.error(code, revision));
        }
        if self.needs_file && target.file.is_none() {
            return Next::Failed(target.above.missing(context, revision));
        }
        self.attempt = Attempt::Full(target.above.inherited);
        Next::Again
    }

    fn succeeded(
        &self,
        context: &Context,
        ancestors: &Ancestors,
        mut responses: Responses,
        revision: i64,
    ) -> Next {
        if matches!(self.attempt, Attempt::Full(_)) {
            responses.skip(ancestors.len());
        }
        let is_exact = context.is_created_exact();
        let is_dir = context.judged.dir;
        let (existed, prev, record) = if is_dir {
            removed_file(&mut responses, is_exact)
        } else {
            let counted = context.judged.no_value_on_success && responses.range().count > 0;
            let prev = responses.replaced();
            let record = responses.key().filter(|_| is_exact);
            (counted || prev.is_some(), prev, record)
        };
        let is_new = self.action == Action::Create || !existed;
        let body = self.answer(context, prev.as_ref(), record.as_ref(), revision);
        Next::Done(if is_new { 201 } else { 200 }, body)
    }

    fn answer(
        &self,
        context: &Context,
        prev: Option<&KeyValue>,
        record: Option<&KeyValue>,
        revision: i64,
    ) -> String {
        let is_dir = context.judged.dir;
        let key = if is_dir {
            context.path.marker()
        } else {
            context.path.file()
        };
        let value = context.judged.value.clone();
        let mut node = stored(key, value, self.lease(context), revision);
        if let Some(prev) = prev.filter(|_| !is_dir && !context.is_created_exact()) {
            node.create_revision = prev.create_revision;
        }
        let prev = prev.map(|prev| context.node(prev, record));
        context.written(self.action, &context.node(&node, None), prev.as_ref())
    }
}

/// Replaces a file by a directory: etcd refuses to write and remove one key in one transaction, and the two are not one key.
fn directory(context: &Context, lease: i64) -> Vec<RequestOp> {
    let path = &context.path;
    let mut removal: Vec<RequestOp> = Vec::new();
    if context.is_created_exact() {
        let record = path.created_record();
        removal.push(txn::read(record.clone()).into());
        removal.push(txn::delete(record).into());
    }
    let mut file = txn::delete(path.file());
    file.prev_kv = true;
    removal.push(file.into());
    vec![
        txn::only_if(vec![txn::exists(path.file())], removal),
        txn::put(path.marker(), Bytes::new(), lease).into(),
    ]
}

fn removed_file(
    responses: &mut Responses,
    is_exact: bool,
) -> (bool, Option<KeyValue>, Option<KeyValue>) {
    let mut removal = Responses::of(responses.txn());
    let record = if is_exact { removal.key() } else { None };
    removal.skip(usize::from(is_exact));
    let file = removal.removed();
    (file.is_some(), file, record)
}
