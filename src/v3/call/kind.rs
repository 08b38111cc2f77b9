//! The kinds of calls, each with its transactions.

use super::context::Context;
use super::failure::ApiError;
use super::{Next, delete, get, listing, push, replace, store};
use crate::api::request::Request;
use crate::v3::pb::{TxnRequest, TxnResponse};
use crate::v3::txn;

/// The kinds of calls.
#[derive(Debug)]
pub enum Kind {
    Get(get::Get),
    Store(store::Store),
    Replace(replace::Replace),
    Delete(delete::Delete),
    Push(push::Push),
    /// The root cannot be written. A transaction tells the revision for this error.
    Refused(u16, &'static str),
}

impl Kind {
    pub fn of(request: &Request, context: &Context) -> Self {
        let is_root = context.path.is_root();
        match request {
            Request::Get(_) => Kind::Get(get::Get::new(context)),
            Request::Push(_) => Kind::Push(push::Push::new(context)),
            Request::Delete(_) if is_root && context.is_conditional() => Kind::Refused(102, ""),
            _ if is_root => Kind::Refused(107, "/"),
            Request::Delete(_) => Kind::Delete(delete::Delete),
            _ => store::kind(context)
                .map_or_else(|| Kind::Replace(replace::Replace::default()), Kind::Store),
        }
    }

    pub fn txn(&self, context: &Context) -> TxnRequest {
        match self {
            Kind::Get(get) => get.txn(context),
            Kind::Store(store) => store.txn(context),
            Kind::Replace(replace) => replace.txn(context),
            Kind::Delete(delete) => delete.txn(context),
            Kind::Push(push) => push.txn(context),
            Kind::Refused(..) => TxnRequest::default(),
        }
    }

    pub fn read(&mut self, context: &Context, response: TxnResponse) -> Next {
        match self {
            Kind::Get(get) => get.read(context, response),
            Kind::Store(store) => store.read(context, response),
            Kind::Replace(replace) => replace.read(context, response),
            Kind::Delete(delete) => delete.read(context, response),
            Kind::Push(push) => push.read(context, response),
            Kind::Refused(code, cause) => {
                Next::Failed(ApiError::new(*code, cause, txn::revision(&response)))
            }
        }
    }

    /// Forgets what earlier attempts have found.
    pub fn restart(&mut self) {
        match self {
            Kind::Get(get) => *get = get::Get::default(),
            Kind::Store(store) => store.restart(),
            Kind::Replace(replace) => *replace = replace::Replace::default(),
            Kind::Push(push) => push.restart(),
            Kind::Delete(_) | Kind::Refused(..) => {}
        }
    }

    /// Whether the answer shows the time to live of a key that a transaction has read.
    pub fn shows(&self, context: &Context, key: &[u8]) -> bool {
        !matches!(self, Kind::Get(_)) || listing::shows(context, key)
    }
}
