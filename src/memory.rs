//! The store in memory: etcd's v2 store as a pure state machine.
//!
//! A request goes in with the time, an answer and the events for registered waits come out. Knows no I/O, no clock and no tasks:
//! whoever owns a [`Memory`] calls [`Memory::expire`] at [`Memory::next_expiry`].
//!
//! ```text
//! apply ──▶ expire what is due ──▶ write ──▶ store ──change──▶ history, watchers ──▶ Reply::Answer, deliveries
//!                              ├─▶ read  ──▶ store ─────────────────────────────────▶ Reply::Answer
//!                              └─▶ wait  ──▶ history ──an event, or the history is lost──▶ Reply::Answer
//!                                               └──no event yet──▶ watchers ────────▶ Reply::Registered
//! ```
//!
//! Where etcd 3.4 has a defect, the store does the right thing: see [`history`]. `stream=true` counts as a plain wait.

pub mod answer;
pub mod call;
mod dump;
mod event;
mod expiry;
mod failure;
mod history;
mod listing;
pub mod load;
mod node;
mod path;
mod store;
mod tree;
mod watchers;

pub use answer::Answer;
pub use call::{Call, Method, Rejected};
pub use load::Malformed;
pub use path::Path;
pub use watchers::WatcherId;

use crate::api::request::Request;
use event::Event;
use failure::Failure;
use history::History;
use std::sync::Arc;
use std::time::SystemTime;
use store::{Change, Store};
use watchers::{Watch, Watchers};

/// The index of a new store. In the v2 API 0 is no index.
const FIRST_INDEX: u64 = 1;

/// A store in memory.
#[derive(Debug)]
pub struct Memory {
    store: Store,
    history: History,
    watchers: Watchers,
    expired: u64,
}

/// The effects of a call.
#[derive(Debug)]
pub struct Effects {
    /// For its caller.
    pub reply: Reply,
    /// For the registered waits that it has ended.
    pub deliveries: Vec<Delivery>,
}

/// What the caller gets.
#[derive(Debug, PartialEq)]
pub enum Reply {
    /// The answer.
    Answer(Answer),
    /// The wait is registered: a [`Delivery`] will have its answer.
    Registered {
        /// The wait.
        watcher: WatcherId,
        /// The store's index.
        index: u64,
    },
}

/// The answer to a registered wait, which is no longer registered.
#[derive(Debug, PartialEq)]
pub struct Delivery {
    /// The wait.
    pub watcher: WatcherId,
    /// The answer.
    pub answer: Answer,
}

impl Default for Memory {
    fn default() -> Self {
        Memory {
            store: Store::new(FIRST_INDEX),
            history: History::default(),
            watchers: Watchers::default(),
            expired: 0,
        }
    }
}

impl Memory {
    /// Does what a request asks for. A parameter that etcd refuses is an answer too.
    ///
    /// # Errors
    /// If the request is none for a store, or its key cannot be one.
    pub fn apply(&mut self, now: SystemTime, request: &Request) -> Result<Effects, Rejected> {
        match Call::of(request) {
            Ok(call) => Ok(self.call(now, &call)),
            Err(Rejected::Parameter(failure)) => Ok(Effects {
                reply: Reply::Answer(Answer::failed(&failure, 0)),
                deliveries: self.expire(now),
            }),
            Err(rejected) => Err(rejected),
        }
    }

    /// Does a call.
    pub fn call(&mut self, now: SystemTime, call: &Call) -> Effects {
        let mut deliveries = self.expire(now);
        let judged = &call.judged;
        let reply = match call.method {
            Method::Get if judged.wait && !judged.quorum => self.wait(call),
            Method::Get => Reply::Answer(self.get(call, now)),
            _ => Reply::Answer(self.write(call, now, &mut deliveries)),
        };
        Effects { reply, deliveries }
    }

    /// Removes the nodes that have expired.
    pub fn expire(&mut self, now: SystemTime) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        while let Some(change) = self.store.expire(now) {
            self.expired += 1;
            deliveries.extend(self.publish(change).1);
        }
        deliveries
    }

    /// The next moment at which a node expires.
    pub fn next_expiry(&self) -> Option<SystemTime> {
        self.store.expiries.next()
    }

    /// Ends a wait whose caller has stopped. A wait that has its answer is not registered any more.
    pub fn stop(&mut self, watcher: WatcherId) {
        self.watchers.remove(watcher);
    }

    /// Loses the event history, as a server does after many events: a wait from an earlier index ends with the error 401.
    pub fn forget_history(&mut self) {
        self.history = History::starting_at(self.index() + 1);
    }

    /// The store's index.
    pub fn index(&self) -> u64 {
        self.store.index
    }

    /// How many waits are registered.
    pub fn watchers(&self) -> usize {
        self.watchers.len()
    }

    /// How many nodes have expired. A directory counts once with all below it.
    pub fn expired(&self) -> u64 {
        self.expired
    }

    fn get(&self, call: &Call, now: SystemTime) -> Answer {
        match self.store.tree.find(&call.path) {
            Ok(node) => {
                let body = listing::get(call.path.text(), node, call.judged.recursive, now);
                Answer::new(200, self.index(), body)
            }
            Err(failure) => self.failed(&failure),
        }
    }

    fn write(&mut self, call: &Call, now: SystemTime, deliveries: &mut Vec<Delivery>) -> Answer {
        let change = match self.store.write(call, now) {
            Ok(change) => change,
            Err(failure) => return self.failed(&failure),
        };
        let (event, told) = self.publish(change);
        deliveries.extend(told);
        let is_short = call.judged.no_value_on_success && call.method != Method::Delete;
        Answer::written(&event, is_short)
    }

    fn wait(&mut self, call: &Call) -> Reply {
        let index = self.index();
        let since = match call.judged.wait_index {
            0 => index + 1,
            given => given,
        };
        let is_recursive = call.judged.recursive;
        match self.history.find(&call.path, is_recursive, since) {
            Ok(Some(event)) => Reply::Answer(Answer::of_wait(event, event.body().into(), index)),
            Err(failure) => Reply::Answer(self.failed(&failure)),
            Ok(None) => Reply::Registered {
                watcher: self.watchers.add(Watch {
                    path: call.path.clone(),
                    is_recursive,
                    since,
                    registered_at: index,
                }),
                index,
            },
        }
    }

    /// Keeps an event in the history, and tells the waits that it concerns.
    fn publish(&mut self, change: Change) -> (Arc<Event>, Vec<Delivery>) {
        let Change { event, removed } = change;
        let event = Arc::new(event);
        self.history.add(event.clone());
        if event.is_refresh {
            return (event, Vec::new());
        }
        let told = self.watchers.take_concerned(&event, removed.as_ref());
        let mut told = told.into_iter().peekable();
        let body: Arc<str> = match told.peek() {
            Some(_) => event.body().into(),
            None => "".into(),
        };
        let deliveries = told.map(|(watcher, watch)| Delivery {
            watcher,
            answer: Answer::of_wait(&event, body.clone(), watch.registered_at),
        });
        let deliveries = deliveries.collect();
        (event, deliveries)
    }

    fn failed(&self, failure: &Failure) -> Answer {
        Answer::failed(failure, self.index())
    }
}

#[cfg(test)]
mod tests;
