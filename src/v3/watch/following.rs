//! One wait: follows its watch up to an event.
//!
//! ```text
//! entered ──registered──▶ listening ──events of a revision──▶ look-up ──an event──▶ ended
//!    ▲                        │  ▲                               └──none──┐
//!    │                        │  └────────────────────────────────────────┘
//!    └──overtaken by a write──┤
//!                             └──compacted, gone back, refused, idle──▶ ended without an event
//! ```

use super::WatchChannel;
use super::hold::Hold;
use super::outcomes::{Found, Start, Stop, cleared, found, idle, silent_attempt, too_large};
use super::shared::Shared;
use super::store_id::StoreId;
use super::watch_state::News;
use crate::api::error::{Attempt, Error};
use crate::api::request::Wait;
use crate::net::unless_silent;
use crate::v3::events::{Revision, Target, Told};
use crate::v3::pb;
use crate::v3::v2_error::unauthorized;
use crate::waits::{Chain, Entry};
use bytes::Bytes;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::time::Instant;

/// One wait, and its watch.
pub struct Following<'a, C: WatchChannel> {
    shared: &'a Arc<Shared<C>>,
    wait: &'a Wait,
    entry: &'a Entry,
    chain: Option<Chain>,
    target: Target,
    hold: Option<Hold<C>>,
    /// Every event from this revision on counts. Unknown before the registration of a wait for the next event.
    from: Option<i64>,
    /// The server's revision at the registration.
    registered: Option<i64>,
    /// The revision whose look-up is not done.
    taken: Option<i64>,
    /// The further events of the revision before.
    rest: VecDeque<String>,
    attempts: usize,
    silent: Vec<Attempt>,
}

/// What happens to a wait.
enum Signal {
    News(News),
    /// A write that was called after the wait was applied at this index, before the position.
    Overtaken(u64),
    /// A timeout has run out.
    Silence,
}

impl<'a, C: WatchChannel> Following<'a, C> {
    /// Enters a watch, or takes over that of the wait before in the chain.
    pub fn begin(
        shared: &'a Arc<Shared<C>>,
        wait: &'a Wait,
        entry: &'a Entry,
        chain: Option<Chain>,
        start: Start,
        attempts: usize,
    ) -> Self {
        let Start { target, from } = start;
        let resumed = chain.and_then(|chain| Hold::resume(shared, chain, &target, from));
        let (hold, rest) =
            resumed.unwrap_or_else(|| (Hold::enter(shared, &target, from), VecDeque::new()));
        let mut following = Following {
            shared,
            wait,
            entry,
            chain,
            target,
            from,
            registered: None,
            taken: None,
            rest,
            attempts,
            silent: Vec::new(),
            hold: Some(hold),
        };
        let registered = following.hold.as_ref().and_then(Hold::registered);
        registered
            .into_iter()
            .for_each(|revision| following.register(revision));
        following
    }

    /// The index from which the wait looks, if it has one.
    pub fn position(&self) -> Option<u64> {
        let held = || self.hold.as_ref().and_then(Hold::position);
        let position = self.taken.or_else(held).or(self.from);
        position.map(|revision| u64::try_from(revision).unwrap_or_default())
    }

    /// Leaves the watch for the next wait of the chain, which looks from this index.
    pub fn park(mut self, next: Option<u64>) {
        let next = next.and_then(|index| i64::try_from(index).ok());
        if let (Some(chain), Some(next), Some(hold)) = (self.chain, next, self.hold.take()) {
            hold.park(chain, self.target, next, self.rest);
        }
    }

    /// Follows the watch up to an event.
    pub async fn run(&mut self) -> Result<Found, Box<Stop>> {
        if let Some(body) = self.rest.pop_front() {
            let last = self.from.map_or(0, |from| from.saturating_sub(1));
            return Ok(self.found(body, last));
        }
        let mut since = Instant::now();
        loop {
            let signal = self.signal(since).await;
            match signal {
                Signal::Overtaken(index) => self.restart(index),
                Signal::Silence => {
                    self.note_silence()?;
                    since = Instant::now();
                }
                // Boxed: the look-up's future is much larger than this one, and rarely needed.
                Signal::News(News::Revision(revision, events)) => {
                    if let Some(found) = Box::pin(self.look_up(revision, events)).await? {
                        return Ok(found);
                    }
                }
                Signal::News(News::Behind(other)) => Box::pin(self.check_store(other)).await?,
                Signal::News(news) => self.take(news)?,
            }
        }
    }

    async fn signal(&self, since: Instant) -> Signal {
        let (entry, from) = (self.entry, self.from);
        // Before the registration, a write that overtakes the wait does not matter: the watch may be registered before it.
        let follows = self.registered.is_some() && entry.follows_writes(self.wait);
        let bound = from.and_then(|from| u64::try_from(from).ok());
        let next = async {
            let Some(hold) = &self.hold else {
                return std::future::pending().await;
            };
            tokio::select! {
                biased;
                index = entry.overtaken_before(bound), if follows => Signal::Overtaken(index),
                news = hold.news() => Signal::News(news),
            }
        };
        let next = pin!(next);
        let timeout = self.shared.timeout;
        let left = timeout.map(|timeout| timeout.saturating_sub(since.elapsed()));
        unless_silent(left, next).await.unwrap_or(Signal::Silence)
    }

    fn register(&mut self, revision: i64) {
        self.registered = Some(revision);
        self.from.get_or_insert(revision.saturating_add(1));
        self.entry.settle();
    }

    fn restart(&mut self, index: u64) {
        let from = i64::try_from(index).unwrap_or(i64::MAX);
        (self.from, self.registered) = (Some(from), None);
        self.hold.iter().for_each(|hold| hold.restart(from));
    }

    /// News that needs no look-up.
    fn take(&mut self, news: News) -> Result<(), Box<Stop>> {
        match news {
            News::Registered(revision) => self.register(revision),
            News::Compacted(first, index) => {
                let from = self.hold.as_ref().and_then(Hold::position).or(self.from);
                let error = cleared(first, from, index);
                return Err(Box::new(Stop::Compacted(first, error)));
            }
            News::Refused => return Err(unauthorized().into()),
            News::TooLarge => {
                return Err(too_large(&self.shared.endpoint(), self.shared.limit).into());
            }
            News::Failed(error) => return Err((*error).into()),
            News::Revision(..) | News::Behind(_) => {}
        }
        Ok(())
    }

    /// A timeout has run out. A server that leaves the watch unanswered gives way to the next one.
    fn note_silence(&mut self) -> Result<(), Box<Stop>> {
        let endpoint = self.shared.endpoint();
        self.silent.push(silent_attempt(&endpoint));
        let is_unanswered = self.hold.as_ref().is_some_and(Hold::is_unanswered);
        match is_unanswered {
            true => self.shared.stalled.notify_waiters(),
            false => self.shared.doubted.notify_one(),
        }
        if self.silent.len() < self.attempts {
            return Ok(());
        }
        let attempts = std::mem::take(&mut self.silent);
        Err(Box::new(Stop::Idle(idle(&endpoint, attempts))))
    }

    /// One member may lag, so the quorum tells whether the store has gone back, or is another one than `earlier`.
    async fn check_store(&self, earlier: Option<StoreId>) -> Result<(), Box<Stop>> {
        let request = pb::RangeRequest {
            key: self.target.key(),
            count_only: true,
            ..pb::RangeRequest::default()
        };
        let Ok(response) = self.shared.channel.range(request).await else {
            return Ok(());
        };
        let revision = response.header.map_or(i64::MAX, |header| header.revision);
        let position = self.hold.as_ref().and_then(Hold::position);
        let has_gone_back = position.is_some_and(|from| revision.saturating_add(1) < from);
        let now = StoreId::of(response.header.as_ref());
        let is_other = earlier
            .zip(now)
            .is_some_and(|(earlier, now)| !now.may_follow(earlier));
        match has_gone_back || is_other {
            true => Err(Box::new(Stop::GoneBack(revision))),
            false => Ok(()),
        }
    }

    /// The event of a revision. The further ones are for the next waits of the chain.
    async fn look_up(
        &mut self,
        revision: i64,
        events: Vec<pb::Event>,
    ) -> Result<Option<Found>, Box<Stop>> {
        self.taken = Some(revision);
        self.hold.iter().for_each(Hold::read_ahead);
        let told = self.told(revision, &events).await?;
        self.taken = None;
        // A write that has overtaken the wait meanwhile comes first.
        let overtaken = self.entry.overtaken().zip(self.from);
        let is_overtaken =
            overtaken.is_some_and(|(index, from)| i128::from(index) < i128::from(from));
        if is_overtaken && self.entry.follows_writes(self.wait) {
            return Ok(None);
        }
        self.rest = told.into();
        let body = self.rest.pop_front();
        Ok(body.map(|body| self.found(body, revision)))
    }

    async fn told(&self, revision: i64, events: &[pb::Event]) -> Result<Vec<String>, Error> {
        let shared = self.shared;
        let record = shared.reads.record(&shared.channel, revision).await?;
        let mut told = Revision {
            number: revision,
            events,
            record: record.as_ref(),
            before: None,
            now: SystemTime::now(),
        };
        let keys = match self.target.told(&told) {
            Told::Events(bodies) => return Ok(bodies),
            Told::Unread(keys) => keys,
        };
        let mut before = Vec::new();
        for key in keys {
            before.push(self.read(key, revision.saturating_sub(1)).await?);
        }
        told.before = Some(&before);
        Ok(match self.target.told(&told) {
            Told::Events(bodies) => bodies,
            Told::Unread(_) => Vec::new(),
        })
    }

    async fn read(&self, key: Bytes, revision: i64) -> Result<Option<pb::KeyValue>, Error> {
        let channel = &self.shared.channel;
        self.shared.reads.at(channel, key, revision).await
    }

    fn found(&mut self, body: String, revision: i64) -> Found {
        let index = self.registered.and_then(|index| u64::try_from(index).ok());
        let attempts = std::mem::take(&mut self.silent);
        Found {
            outcome: found(body, index, &self.shared.endpoint(), attempts),
            revision: u64::try_from(revision).unwrap_or_default(),
        }
    }
}
