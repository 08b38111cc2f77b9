//! A v2 call as transactions of v3. Pure: the caller sends what a [`Step`] asks for, and hands back the answers.
//!
//! ```text
//! new ── first ──► Send ── answered ──► Send … (the next attempt, page or batch)
//!                   ▲  │       └──────► AskLives ── lives ──► Send, Done or Failed
//!                   │  │       └──────► Done, Failed
//!                   └──┴─ lease_refused, denied: the attempt again, with another lease or with less
//! ```

mod ancestors;
mod context;
mod delete;
mod denials;
mod directory;
mod failure;
mod get;
mod kind;
mod known_files;
mod lifetime;
mod limits;
mod listing;
mod memory;
mod push;
mod replace;
mod store;
mod target;

pub use failure::ApiError;
pub use lifetime::Grant;
pub use memory::Memory;

use super::layout::Path;
use super::pb::{TxnRequest, TxnResponse};
use super::txn;
use super::v2_error;
use crate::api::error::{Error, Invalid, Kind as ErrorKind};
use crate::api::parameters::judge;
use crate::api::request::Request;
use context::Context;
use kind::Kind;
use std::collections::HashMap;
use std::time::SystemTime;

/// A write gives up when the key has changed in so many attempts.
const MAX_ATTEMPTS: u32 = 100;

/// A call on its way.
#[derive(Debug)]
pub struct Call {
    context: Context,
    kind: Kind,
    /// The answer that waits for the times to live of leases in it.
    held: Option<TxnResponse>,
    attempts: u32,
    /// Since the last grant, etcd did not find a lease of the transaction.
    was_lease_missing: bool,
}

/// What is to be done next.
#[derive(Debug)]
pub enum Step {
    /// Send these together, and hand the answer of the transaction to [`Call::answered`].
    Send(Exchange),
    /// Read the times to live of these leases of other clients, and hand them to [`Call::lives`].
    AskLives(Vec<i64>),
    /// The call has its answer.
    Done(Answer),
    /// etcd's v2 API would refuse the call.
    Failed(ApiError),
}

/// What is sent together.
#[derive(Debug)]
pub struct Exchange {
    /// The transaction.
    pub txn: TxnRequest,
    /// The lease that it uses. It is granted once, with the first exchange.
    pub grant: Option<Grant>,
    /// Whether the transaction may write: any host may be asked again for what only reads.
    pub is_write: bool,
}

/// The answer to a call.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status of the v2 API: 201 for a new key.
    pub status: u16,
    /// The JSON of the v2 API.
    pub body: String,
    /// The revision of the store: v2's index.
    pub revision: i64,
}

/// What an answer leads to.
enum Next {
    /// Another attempt at the same thing.
    Again,
    /// The next page or batch.
    Go,
    /// The status and the body of the answer.
    Done(u16, String),
    Failed(ApiError),
}

impl Call {
    /// Prepares a get, set, delete or push.
    ///
    /// # Errors
    /// If etcd's v2 API would refuse a parameter, or if the request cannot be sent: its key is none or too deep, or it is too
    /// large.
    pub fn new(request: &Request, memory: &Memory, now: SystemTime) -> Result<Self, Error> {
        let key = match request {
            Request::Get(get) => &get.key,
            Request::Set(set) => &set.key,
            Request::Delete(delete) => &delete.key,
            Request::Push(push) => &push.key,
            _ => return Err(Error::new(ErrorKind::Internal)),
        };
        key.parts()?;
        // The v2 API redirects reads to the key without empty segments, and refuses writes.
        if key.has_empty_segment() && !matches!(request, Request::Get(_)) {
            return Err(Invalid::EmptySegment.into());
        }
        let judged = judge(request).map_err(|refused| v2_error::refused(&refused))?;
        let context = Context::new(Path::of(key), judged, memory, now);
        limits::check(&context, matches!(request, Request::Push(_)))?;
        Ok(Call {
            kind: Kind::of(request, &context),
            context,
            held: None,
            attempts: 0,
            was_lease_missing: false,
        })
    }

    /// What is sent first.
    pub fn first(&mut self) -> Step {
        self.send()
    }

    /// Takes the answer to the transaction.
    pub fn answered(&mut self, response: TxnResponse, now: SystemTime) -> Step {
        self.context.now = now;
        self.context.memory.saw_revision(txn::revision(&response));
        let unknown = self.unknown_leases(&response);
        if !unknown.is_empty() {
            self.held = Some(response);
            return Step::AskLives(unknown);
        }
        self.take(response)
    }

    /// Takes the seconds that these leases have left.
    pub fn lives(&mut self, lives: &HashMap<i64, i64>, now: SystemTime) -> Step {
        self.context.now = now;
        self.context.lives.add(lives, now);
        match self.held.take() {
            Some(response) => self.take(response),
            None => self.send(),
        }
    }

    /// Another attempt: the lease of the exchange existed already, or etcd did not find a lease of the transaction.
    ///
    /// A transaction can overtake the grant that was sent with it. So the same transaction is sent again first.
    pub fn lease_refused(&mut self, exists: bool, now: SystemTime) -> Step {
        self.context.now = now;
        if exists || self.was_lease_missing {
            self.context.lifetime.renew(now);
            self.kind.restart();
        }
        self.was_lease_missing = !exists && !self.was_lease_missing;
        self.send()
    }

    /// Another attempt with less, because the user may not read or write all keys of the transaction: without the directories
    /// above the key, from the topmost one down, then without records. What succeeds is remembered. `None`: the key itself is
    /// denied.
    pub fn denied(&mut self, memory: &Memory) -> Option<Step> {
        let has_records = txn::has_records(&self.kind.txn(&self.context));
        self.context.leave_out_more(has_records, memory)?;
        self.kind.restart();
        Some(self.send())
    }

    fn send(&mut self) -> Step {
        let granted = self.context.lifetime.granted(self.context.now);
        granted
            .into_iter()
            .for_each(|(lease, expiry)| self.context.lives.know(lease, expiry));
        let txn = self.kind.txn(&self.context);
        Step::Send(Exchange {
            is_write: txn::writes(&txn),
            grant: self.context.lifetime.grant(),
            txn,
        })
    }

    fn take(&mut self, response: TxnResponse) -> Step {
        self.context.remember();
        let revision = txn::revision(&response);
        match self.kind.read(&self.context, response) {
            Next::Again if self.attempts >= MAX_ATTEMPTS => Step::Failed(ApiError::new(
                300,
                "the key changed in each attempt",
                revision,
            )),
            Next::Again => {
                self.attempts += 1;
                self.send()
            }
            Next::Go => self.send(),
            Next::Done(status, body) => Step::Done(Answer {
                status,
                body,
                revision,
            }),
            Next::Failed(error) => Step::Failed(error),
        }
    }

    fn unknown_leases(&self, response: &TxnResponse) -> Vec<i64> {
        let mut unknown = Vec::new();
        txn::for_each_key(response, &mut |stored| {
            if self.context.lives.lacks(stored.lease) && self.kind.shows(&self.context, &stored.key)
            {
                unknown.push(stored.lease);
            }
        });
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }
}

#[cfg(test)]
mod tests;
