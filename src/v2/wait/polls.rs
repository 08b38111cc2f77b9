//! The long polls of one wait, up to its event: polls that end without an event, and hosts that fail.
//!
//! etcd sends the header section of its answer when it has registered the wait, with the store's index at that moment. From
//! there on the wait misses no event, whatever happens to the connection.
//!
//! ```text
//! Open ──header section──▶ Listening ──event──▶ Ended
//!  ▲  │                        ├──no event, or one below the position: backoff──▶ Open
//!  │  │                        ├──failure: another host──▶ Open; no host is left──▶ error
//!  │  │                        ├──far behind the store: the follow-up poll is registered──▶ Listening
//!  │  ├──overtaken by a write──┴──▶ Open, from the index of the write
//!  │  └──a status that is no success──▶ Ended
//!  └── every wait begins here
//! ```

use crate::api::error::{Error, Failure};
use crate::api::outcome::Outcome;
use crate::api::query;
use crate::api::request::{Request, Wait};
use crate::cluster::{Attempts, Host};
use crate::net::unless_silent;
use crate::v2::poll_interval::{self, SILENCE};
use crate::v2::{Answer, Incoming, V2, decode, is_success, look_ahead};
use crate::waits::continuation::is_stale;
use crate::waits::{Entry, Position};
use std::future::pending;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// The polls of one wait.
pub struct Polls<'a> {
    store: &'a V2,
    wait: &'a Wait,
    entry: &'a Entry,
    position: Position,
    attempts: Attempts,
    /// etcd answers the wait as a read: with the node, whose index is below that of the store.
    is_read: bool,
}

/// The state of a wait.
enum State {
    /// A poll must be sent.
    Open,
    /// The server has registered this poll. Its host has been silent since a moment, if that was before the poll.
    Listening(Incoming, Option<Instant>),
    /// The answer, and the index of its event. An answer without an event is a page, or a key that does not exist.
    Ended(Outcome, Option<u64>),
}

/// How the sending of a poll ended.
pub(super) enum Opened {
    Registered(Incoming),
    /// A write that was called after the wait was applied before the registration, at this index. The event is that of a poll
    /// from this index, if such a poll has given one.
    Overtaken(u64, Option<Answer>),
}

/// How a poll ended after its header section.
pub(super) enum PollEnd {
    Event(Answer),
    Empty,
    Failed(Failure),
    /// The poll that follows one which was far behind the store. It is registered.
    Followed(Incoming),
    /// A write with this index has overtaken the wait.
    Overtaken(u64),
}

impl<'a> Polls<'a> {
    /// No poll has been sent yet.
    pub fn new(store: &'a V2, wait: &'a Wait, entry: &'a Entry, attempts: Attempts) -> Self {
        Polls {
            store,
            wait,
            entry,
            position: Position::of(wait, entry),
            attempts,
            is_read: query::is_read(wait),
        }
    }

    /// The index from which the wait looks, if it has one.
    pub fn position(&self) -> Option<u64> {
        self.position.index()
    }

    /// Polls until the wait ends: with an answer, and the index of its event if it has one.
    pub async fn run(&mut self) -> Result<(Outcome, Option<u64>), Error> {
        let mut state = State::Open;
        loop {
            state = match state {
                State::Open => self.open().await?,
                State::Listening(incoming, silent_since) => {
                    self.listen(incoming, silent_since).await?
                }
                State::Ended(outcome, event) => return Ok((outcome, event)),
            };
        }
    }

    async fn open(&mut self) -> Result<State, Error> {
        match self.send().await? {
            Opened::Registered(incoming) if !is_success(incoming.status) => {
                self.refused(incoming).await
            }
            Opened::Registered(incoming) => {
                if let (Position::Next, Some(store), false) =
                    (&self.position, incoming.index, self.is_read)
                {
                    self.position = Position::From(store.saturating_add(1));
                }
                Ok(State::Listening(incoming, None))
            }
            Opened::Overtaken(index, event) => {
                self.position = Position::From(index);
                let event = event.map(|answer| answer.after(self.attempts.take_failed()));
                let ended = event.and_then(|answer| self.event(answer));
                Ok(ended.unwrap_or(State::Open))
            }
        }
    }

    /// Sends a poll, up to the header section of its answer. If a write overtakes the poll, a poll from the write's index is
    /// sent beside it: see beside.rs.
    async fn send(&mut self) -> Result<Opened, Error> {
        let parameter = self.position.parameter();
        let encoded = self.wait.encode(parameter.as_deref())?;
        let (store, wait, entry) = (self.store, self.wait, self.entry);
        if let Some(incoming) = store.look_ahead.take(&encoded.path).await {
            return Ok(Opened::Registered(incoming));
        }
        let mut timer = store.withholding.timer();
        let before = Some(self.position.index().unwrap_or(u64::MAX));
        let on_attempt = |host: &Host| entry.set_awaited(!timer.start(host.endpoint()));
        let attempts = &mut self.attempts;
        let mut opening = pin!(store.cluster.open(&encoded, attempts, on_attempt));
        let index = tokio::select! {
            biased;
            incoming = opening.as_mut() => return Ok(Opened::Registered(incoming?)),
            index = entry.overtaken_before(before), if entry.follows_writes(wait) => index,
        };
        // Boxed: this future is much larger than the others, and rarely needed.
        Box::pin(store.open_beside(wait, entry, opening, index)).await
    }

    async fn listen(
        &mut self,
        incoming: Incoming,
        silent_since: Option<Instant>,
    ) -> Result<State, Error> {
        let (start, host) = (Instant::now(), incoming.host.clone());
        let silent_since = silent_since.unwrap_or(start);
        let end = self.poll_end(incoming, silent_since).await;
        self.store.withholding.note_body(host.endpoint(), start);
        match end {
            PollEnd::Event(answer) => {
                let answer = answer.after(self.attempts.take_failed());
                if let Some(ended) = self.event(answer) {
                    return Ok(ended);
                }
                self.store.back_off(self.wait, start).await;
            }
            PollEnd::Empty => self.store.back_off(self.wait, start).await,
            PollEnd::Failed(failure) => {
                let cluster = &self.store.cluster;
                cluster.retry(&mut self.attempts, &host, failure)?;
            }
            PollEnd::Followed(incoming) => {
                return Ok(State::Listening(incoming, Some(silent_since)));
            }
            PollEnd::Overtaken(index) => self.position = Position::From(index),
        }
        Ok(State::Open)
    }

    /// The end of a registered poll. If the server had no event in its history, the position moves behind the history.
    async fn poll_end(&mut self, incoming: Incoming, silent_since: Instant) -> PollEnd {
        let (start, registered) = (Instant::now(), incoming.index);
        let (store, wait, entry) = (self.store, self.wait, self.entry);
        let position = self.position.index();
        // An answer without an index is not etcd's, and registers nothing.
        if position.is_some() {
            entry.settle();
        }
        let timeout = store.cluster.timeout();
        let left = timeout.map(|timeout| timeout.saturating_sub(silent_since.elapsed()));
        let has_begun = AtomicBool::new(false);
        // Pinned here: a function that takes a future by value keeps room for it twice, and there may be thousands of waits.
        let reading = pin!(read(incoming, &has_begun));
        let end = tokio::select! {
            biased;
            index = entry.overtaken_before(position), if entry.follows_writes(wait) => {
                PollEnd::Overtaken(index)
            }
            end = unless_silent(left, reading) => end.unwrap_or_else(PollEnd::Failed),
            incoming = store.follow_up(wait, position, registered) => PollEnd::Followed(incoming),
        };
        if !has_begun.load(Ordering::Relaxed) && store.was_silent(&end, start) {
            self.move_behind_history(registered);
        }
        end
    }

    /// The server had no event for the wait up to its index at the registration.
    fn move_behind_history(&mut self, registered: Option<u64>) {
        let Some((position, registered)) = self.position.index().zip(registered) else {
            return;
        };
        let next = poll_interval::next_index(position, registered);
        if next > position {
            self.entry.forget_before(next);
            self.position = Position::From(next);
        }
    }

    /// The end of a wait with this answer, unless its event lies below the position.
    fn event(&self, answer: Answer) -> Option<State> {
        let (event, position) = (look_ahead::index_of(&answer.body), self.position.index());
        if is_stale(event, position) {
            return None;
        }
        let store = self.store;
        let registered = answer.index;
        store
            .look_ahead
            .send_next(&store.cluster, self.wait, event, position, registered);
        Some(State::Ended(decode::found(answer), event))
    }

    /// The end of a wait that is answered by a status which is no success.
    async fn refused(&mut self, incoming: Incoming) -> Result<State, Error> {
        let host = incoming.host.clone();
        let answer = match incoming.read().await {
            Ok(answer) => answer,
            Err(failure) => return Err(self.attempts.give_up(host.endpoint(), failure)),
        };
        let cluster = &self.store.cluster;
        if cluster.leaves(&mut self.attempts, &host, &answer).await {
            return Ok(State::Open);
        }
        let answer = answer.after(self.attempts.take_failed());
        let request = Request::Wait(self.wait.clone());
        Ok(State::Ended(decode::outcome(answer, &request)?, None))
    }
}

impl V2 {
    /// A poll has ended without an event, but the wait goes on.
    async fn back_off(&self, wait: &Wait, start: Instant) {
        let (key, recursive) = (&wait.key, wait.flags.recursive);
        self.backoff
            .note_failure(self.backoff.timed(key, recursive, start));
        self.backoff.begin(key, recursive).await;
    }

    /// Whether the server was silent for long enough after the header section: it has no event in its history.
    fn was_silent(&self, end: &PollEnd, start: Instant) -> bool {
        let longest = self.cluster.timeout().unwrap_or(Duration::MAX);
        let is_silent = start.elapsed() >= SILENCE.min(longest);
        matches!(end, PollEnd::Failed(_) | PollEnd::Followed(_)) && is_silent
    }

    /// Re-polls when a wait that is registered at an index falls far behind the store. Resolves when the follow-up poll is
    /// registered. A follow-up poll that fails has no effect: the first poll goes on.
    async fn follow_up(
        &self,
        wait: &Wait,
        position: Option<u64>,
        registered: Option<u64>,
    ) -> Incoming {
        if let (Some(from), Some(registered)) = (position, registered) {
            self.poll_interval.note(registered);
            self.poll_interval.is_due(registered).await;
            // Boxed: this future is much larger than the others, and rarely needed.
            if let Some(incoming) = Box::pin(self.open_from(wait, from)).await {
                return incoming;
            }
        }
        pending().await
    }
}

pub(super) async fn read(incoming: Incoming, has_begun: &AtomicBool) -> PollEnd {
    match incoming.read_noting(has_begun).await {
        Ok(answer) if answer.body.trim().is_empty() => PollEnd::Empty,
        Ok(answer) => PollEnd::Event(answer),
        Err(failure) => PollEnd::Failed(failure),
    }
}
