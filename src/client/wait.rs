//! A wait: one event, through polls that end without one and hosts that fail.
//!
//! etcd sends the head of its answer when it has registered the wait, with the index of the store at
//! that moment: from there on nothing is missed, whatever happens to the connection.

mod beside;
mod progress;

use super::registrations::Entry;
use super::spacing::Target;
use super::{Client, Outcome, ahead, outcome, pace};
use crate::api::error::{Error, Failure};
use crate::api::request::{Request, Wait};
use crate::cluster::Attempts;
use crate::cluster::Host;
use crate::net::within;
use crate::v2::{Answer, Incoming, is_success};
use progress::{Found, index, is_stale, next_index, says_where_to_go_on};
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How a poll ended.
enum Poll {
    Event(Answer),
    Empty,
    Failed(Failure),
    /// The wait had fallen behind the store: the poll that follows, which is registered already.
    Followed(Incoming),
    Overtaken(Overtaken),
}

/// A write that was called after the wait was applied before the wait was registered, at this index.
struct Overtaken(u64);

/// How the opening of a poll ended.
enum Opened {
    Incoming(Incoming),
    /// The event that a poll from the write's index has given, if one has.
    Overtaken(Overtaken, Option<Answer>),
}

impl Client {
    /// Waits for an event. `look_ups`: see [`Client::discover`].
    pub(super) async fn wait(
        self: &Arc<Self>,
        wait: &Wait,
        entry: Entry,
        look_ups: Option<usize>,
    ) -> Result<Outcome, Error> {
        let target = self.target(wait);
        self.spacing.pause(target).await;
        let (start, mut from) = (Instant::now(), None);
        let ended = self.wait_once(wait, &mut from, &entry, look_ups).await;
        let has_event = matches!(ended, Ok((_, Some(_))));
        self.spacing.note(target, start, has_event);
        if !says_where_to_go_on(&ended) {
            self.put_off(wait, entry, index(&from));
        }
        ended.map(|(outcome, _)| outcome)
    }

    pub(super) fn target(&self, wait: &Wait) -> Target {
        self.spacing.target(&wait.key, wait.flags.recursive)
    }

    async fn wait_once(
        self: &Arc<Self>,
        wait: &Wait,
        from: &mut Option<String>,
        entry: &Entry,
        look_ups: Option<usize>,
    ) -> Result<Found, Error> {
        self.discover(look_ups).await?;
        let mut attempts = self.cluster.attempts(&wait.encode(None)?);
        *from = match wait.is_open() {
            true => entry.overtaken().map(|index| index.to_string()),
            false => wait.index.clone(),
        };
        let polled = self.poll(wait, from, entry, &mut attempts).await;
        let gone_back = match &polled {
            // Boxed: it is many times longer than the wait, and seldom needed.
            Err(_) => Box::pin(self.index_gone_back(wait, index(from))).await,
            Ok(_) => None,
        };
        polled.map_err(|error| Error {
            wait_index: gone_back.or_else(|| next_index(wait, from, entry, &error)),
            wait_from: index(from),
            gone_back: gone_back.is_some(),
            ..error
        })
    }

    /// Where a wait goes on if etcd's index has gone back behind where it looked from. One member may be late: a quorum
    /// is not.
    async fn index_gone_back(&self, wait: &Wait, from: Option<u64>) -> Option<u64> {
        let from = from.filter(|from| self.pace.may_have_gone_back(*from))?;
        let now = wait.now().encode().ok()?;
        let answer = self.cluster.send(&now).await.ok()?;
        let next = answer.index?.saturating_add(1);
        (next < from).then_some(next)
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
        attempts: &mut Attempts,
    ) -> Result<Found, Error> {
        let mut silent_since = None;
        let mut next = None;
        loop {
            let incoming = match next.take() {
                Some(incoming) => incoming,
                None => match self.open(wait, from, entry, attempts).await? {
                    Opened::Incoming(incoming) => incoming,
                    Opened::Overtaken(Overtaken(index), answer) => {
                        *from = Some(index.to_string());
                        let answer = answer.map(|answer| answer.after(attempts.take_failed()));
                        let event = answer.and_then(|answer| self.event(wait, answer, from));
                        match event {
                            Some(found) => return Ok(found),
                            None => continue,
                        }
                    }
                },
            };
            if !is_success(incoming.status) {
                return refused(incoming, attempts, wait).await;
            }
            let start = Instant::now();
            if from.is_none() {
                *from = incoming
                    .index
                    .map(|index| index.saturating_add(1).to_string());
            }
            let host = incoming.host.clone();
            let since = silent_since.take().unwrap_or(start);
            let poll = self.listen(wait, incoming, entry, from, since).await;
            self.withholding.ended(host.endpoint(), start);
            match poll {
                Poll::Event(answer) => {
                    if let Some(found) =
                        self.event(wait, answer.after(attempts.take_failed()), from)
                    {
                        return Ok(found);
                    }
                    self.space(wait, start).await;
                }
                Poll::Empty => self.space(wait, start).await,
                Poll::Failed(failure) => self.cluster.retry_after(attempts, &host, failure)?,
                Poll::Followed(incoming) => {
                    silent_since = Some(since);
                    next = Some(incoming);
                }
                Poll::Overtaken(Overtaken(index)) => *from = Some(index.to_string()),
            }
        }
    }

    /// What a wait that looks from an index gives of an answer, unless the answer is stale.
    fn event(&self, wait: &Wait, answer: Answer, from: &Option<String>) -> Option<Found> {
        let (found, from) = (ahead::index_of(&answer.body), index(from));
        if is_stale(found, from) {
            return None;
        }
        let store = answer.index;
        self.ahead.look(&self.cluster, wait, found, from, store);
        Some((super::found(answer), found))
    }

    /// A poll has ended without an event, which is a failure, though not one that ends the wait.
    async fn space(&self, wait: &Wait, start: Instant) {
        let target = self.target(wait);
        self.spacing.note(target, start, false);
        self.spacing.pause(target).await;
    }

    /// Sends a poll, until the header section of its answer comes. If a write overtakes the poll, a poll from the write's
    /// index goes beside it: see beside.rs.
    async fn open(
        &self,
        wait: &Wait,
        from: &Option<String>,
        entry: &Entry,
        attempts: &mut Attempts,
    ) -> Result<Opened, Error> {
        let encoded = wait.encode(from.as_deref())?;
        if let Some(incoming) = self.ahead.take(&encoded.path).await {
            return Ok(Opened::Incoming(incoming));
        }
        let mut head = self.withholding.head();
        let before = Some(index(from).unwrap_or(u64::MAX));
        let on_attempt = |host: &Host| entry.set_awaited(!head.ask(host.endpoint()));
        let mut opening = pin!(self.cluster.open(&encoded, attempts, on_attempt));
        let index = tokio::select! {
            biased;
            incoming = opening.as_mut() => return Ok(Opened::Incoming(incoming?)),
            index = entry.overtaken_before(before), if entry.looks_back(wait) => index,
        };
        // Boxed: it is many times longer than the wait, and seldom needed.
        Box::pin(self.open_beside(wait, entry, opening, index)).await
    }

    /// The rest of a poll whose head has come: the wait is registered and sees all from an index on. It looks from a
    /// later one where the server had nothing for it. Its attempt has been silent since a moment.
    async fn listen(
        &self,
        wait: &Wait,
        incoming: Incoming,
        entry: &Entry,
        from: &mut Option<String>,
        silent_since: Instant,
    ) -> Poll {
        let (start, store, begun) = (Instant::now(), incoming.index, AtomicBool::new(false));
        // Without an index it was not etcd that answered, and nothing is registered.
        if index(from).is_some() {
            entry.settle();
        }
        let left = self.cluster.timeout();
        let left = left.map(|timeout| timeout.saturating_sub(silent_since.elapsed()));
        // Pinned here: what takes a future by value keeps room for it twice, and there may be thousands of waits.
        let reading = pin!(read(incoming, &begun));
        let poll = tokio::select! {
            biased;
            index = entry.overtaken_before(index(from)), if entry.looks_back(wait) => {
                Poll::Overtaken(Overtaken(index))
            }
            poll = within(left, reading) => poll.unwrap_or_else(Poll::Failed),
            incoming = self.follow(wait, index(from), store) => Poll::Followed(incoming),
        };
        if !begun.load(Ordering::Relaxed) && self.was_silent(&poll, start) {
            move_on(from, store, entry);
        }
        poll
    }

    /// Whether the server has been silent for long enough after the head of a poll's answer: it had nothing then.
    fn was_silent(&self, poll: &Poll, start: Instant) -> bool {
        let longest = self.cluster.timeout().unwrap_or(Duration::MAX);
        let is_silent = start.elapsed() >= pace::SILENCE.min(longest);
        matches!(poll, Poll::Failed(_) | Poll::Followed(_)) && is_silent
    }

    /// Polls again when a wait that was registered at an index falls behind the store; resolves when that poll is
    /// registered. If it fails, it was for nothing: the one before it goes on.
    async fn follow(&self, wait: &Wait, from: Option<u64>, store: Option<u64>) -> Incoming {
        if let (Some(from), Some(store)) = (from, store) {
            self.pace.note(store);
            self.pace.falls_behind(store).await;
            // Boxed: it is many times longer than the wait, and seldom needed.
            if let Some(incoming) = Box::pin(self.open_again(wait, from)).await {
                return incoming;
            }
        }
        pending().await
    }
}

async fn refused(incoming: Incoming, attempts: &mut Attempts, wait: &Wait) -> Result<Found, Error> {
    let host = incoming.host.clone();
    match incoming.read().await {
        Ok(answer) => {
            let outcome = outcome(
                answer.after(attempts.take_failed()),
                &Request::Wait(wait.clone()),
            );
            Ok((outcome?, None))
        }
        Err(failure) => Err(attempts.give_up(host.endpoint(), failure)),
    }
}

fn move_on(from: &mut Option<String>, store: Option<u64>, entry: &Entry) {
    let Some((old, store)) = index(from).zip(store) else {
        return;
    };
    let new = pace::moved_on(old, store);
    if new > old {
        entry.moved_on(new);
        *from = Some(new.to_string());
    }
}

async fn read(incoming: Incoming, begun: &AtomicBool) -> Poll {
    match incoming.read_noting(begun).await {
        Ok(answer) if answer.body.trim().is_empty() => Poll::Empty,
        Ok(answer) => Poll::Event(answer),
        Err(failure) => Poll::Failed(failure),
    }
}

#[cfg(test)]
mod properties;
