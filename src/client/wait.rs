//! A wait: one event, through polls that end without one and hosts that fail.
//!
//! etcd sends the head of its answer when it has registered the wait, with the index of the store at
//! that moment: from there on nothing is missed, whatever happens to the connection.

use super::registrations::Entry;
use super::{Client, Outcome, ahead, outcome};
use crate::cluster::{Answer, Incoming, Tries, is_success};
use crate::error::{Error, Failure, Kind};
use crate::request::{Request, Wait};
use std::time::Duration;
use tokio::time::Instant;

/// A poll that ends without an event sooner than this is not polled again at once.
const SHORT_POLL: Duration = Duration::from_secs(1);

/// The longest pause between two polls.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What etcd says with its error 401; lib/wait.js looks for it too.
const HISTORY_CLEARED: &str = "The event in requested index is outdated and cleared";

/// How a poll ended.
enum Poll {
    Event(Answer),
    Empty,
    Failed(Failure),
    /// A write that was called after the wait was applied before the wait was registered, at this index.
    Overtaken(u64),
}

impl Client {
    /// Waits for an event.
    pub(super) async fn wait(&self, wait: Wait, entry: Entry) -> Result<Outcome, Error> {
        self.spacing.pause().await;
        let start = Instant::now();
        let mut tries = self.cluster.tries(&wait.encode(None)?);
        let mut from = match wait.is_open() {
            true => entry.overtaken().map(|index| index.to_string()),
            false => wait.index.clone(),
        };
        let polled = self.poll(&wait, &mut from, &entry, &mut tries).await;
        self.spacing.note(start, &polled);
        let ended = polled.map_err(|error| Error {
            wait_index: next_index(&wait, &from, &entry, &error),
            wait_from: index(&from),
            ..error
        });
        if !says_where_to_go_on(&ended) {
            self.put_off(&wait, entry, index(&from));
        }
        ended
    }

    /// Leaves the place of a wait that has no index to go on from to the next one of its chain.
    pub(super) fn put_off(&self, wait: &Wait, entry: Entry, from: Option<u64>) {
        if wait.is_open() {
            self.registrations.leave(entry, wait, from);
        }
    }

    async fn poll(
        &self,
        wait: &Wait,
        from: &mut Option<String>,
        entry: &Entry,
        tries: &mut Tries,
    ) -> Result<Outcome, Error> {
        let mut pause = Pause::default();
        loop {
            let encoded = wait.encode(from.as_deref())?;
            let incoming = match self.ahead.take(&encoded.path).await {
                Some(incoming) => incoming,
                None => self.cluster.open(&encoded, tries).await?,
            };
            if !is_success(incoming.status) {
                return refused(incoming, tries, wait).await;
            }
            let start = Instant::now();
            if from.is_none() {
                *from = incoming
                    .index
                    .map(|index| index.saturating_add(1).to_string());
            }
            let endpoint = incoming.endpoint.clone();
            let store = incoming.index;
            match rest(incoming, entry, index(from)).await {
                Poll::Event(event) => {
                    let from = index(from);
                    self.ahead
                        .look(&self.cluster, wait, &event.body, from, store);
                    return Ok(Outcome::found(tries.followed_by(event)));
                }
                Poll::Empty => pause.after(start).await,
                Poll::Failed(failure) => self.cluster.failed(tries, endpoint, failure)?,
                Poll::Overtaken(index) => *from = Some(index.to_string()),
            }
        }
    }
}

/// Whether a wait ended so that the next one of its chain has an index. A page that something else than etcd gave has none.
fn says_where_to_go_on(ended: &Result<Outcome, Error>) -> bool {
    match ended {
        Ok(Outcome { body, .. }) => body.as_deref().and_then(ahead::index_of).is_some(),
        Err(error) => error.wait_index.is_some(),
    }
}

fn index(from: &Option<String>) -> Option<u64> {
    from.as_deref().and_then(|index| index.parse().ok())
}

/// Where a wait that has failed goes on. A write that has overtaken it counts where the wait had no index
/// yet, or none that etcd's history still has.
fn next_index(wait: &Wait, from: &Option<String>, entry: &Entry, error: &Error) -> Option<u64> {
    let cleared = cleared_at(error);
    let from = match cleared {
        Some(index) => Some(index.saturating_add(1)),
        None => index(from),
    };
    let overtaken = entry
        .overtaken()
        .filter(|_| wait.is_open() || cleared.is_some());
    from.into_iter().chain(overtaken).min()
}

/// The index of a store whose history no longer has the one that was asked for.
fn cleared_at(error: &Error) -> Option<u64> {
    let Kind::Api(body) = &error.kind else {
        return None;
    };
    let is_cleared = body["errorCode"] == 401 && body["message"] == HISTORY_CLEARED;
    let index = body["index"].as_u64();
    index.filter(|index| is_cleared && *index > 0)
}

async fn refused(incoming: Incoming, tries: &mut Tries, wait: &Wait) -> Result<Outcome, Error> {
    let endpoint = incoming.endpoint.clone();
    match incoming.read().await {
        Ok(answer) => outcome(tries.followed_by(answer), &Request::Wait(wait.clone())),
        Err(failure) => Err(tries.give_up(endpoint, failure)),
    }
}

/// The rest of a poll whose head has come: the wait is registered and sees all from an index on.
async fn rest(incoming: Incoming, entry: &Entry, from: Option<u64>) -> Poll {
    // Without an index it was not etcd that answered, and nothing is registered.
    if from.is_some() {
        entry.settle();
    }
    tokio::select! {
        biased;
        index = entry.overtaken_before(from) => Poll::Overtaken(index),
        poll = read(incoming) => poll,
    }
}

async fn read(incoming: Incoming) -> Poll {
    match incoming.read().await {
        Ok(answer) if answer.body.trim().is_empty() => Poll::Empty,
        Ok(answer) => Poll::Event(answer),
        Err(failure) => Poll::Failed(failure),
    }
}

/// The pauses between polls that end at once without an event, as a proxy's may.
#[derive(Default)]
struct Pause(Duration);

impl Pause {
    async fn after(&mut self, start: Instant) {
        if start.elapsed() >= SHORT_POLL {
            self.0 = Duration::ZERO;
            return;
        }
        self.0 = (self.0 * 2).clamp(Duration::from_millis(10), LONGEST_PAUSE);
        tokio::time::sleep(self.0).await;
    }
}

#[cfg(test)]
mod properties;
