//! A cluster as the store of a server. To its clients the server is one member, whose answers never go back in time:
//!
//! - No answer is older than an earlier one. Any member may answer a read, and it may be behind the member that answered before.
//! - A wait from the index behind an event takes over the watch of the wait that brought the event. A new watch from a past revision
//!   would cost up to 100 ms, after which etcd looks for its events (`syncWatchersLoop` of `mvcc/watchable_store.go`).

use super::chains::{Chains, Position};
use super::front::{PendingAnswer, Registration};
use super::reply::{missing, of_failure};
use crate::api::error::Kind;
use crate::api::key::Key;
use crate::api::request::{Get, Request, Stats, Wait};
use crate::client::{Chain, Client};
use crate::memory::Answer;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::timeout;

/// A cluster tells that the history of a wait is lost only after it has registered the wait. A wait from a past index is answered
/// after this time, if no event and no error has come before.
const HEADER_DELAY: Duration = Duration::from_millis(250);

/// The time for the cluster's id.
const ID_LIMIT: Duration = Duration::from_secs(1);

/// The time for the read of `/health`. A read leaves a member that has hung after 3 s.
const HEALTH_LIMIT: Duration = Duration::from_secs(5);

/// A key that nobody writes. It is read to learn whether a quorum answers.
const HEALTH_KEY: &str = "/_etcdjs/health";

/// The store of a cluster.
pub struct ClusterStore {
    client: Arc<Client>,
    /// The highest index that was answered.
    newest: AtomicU64,
    chains: Chains,
    /// The cluster's id, if it tells one.
    id: OnceCell<Option<String>>,
}

impl ClusterStore {
    /// The store of a client.
    pub fn new(client: Arc<Client>) -> Self {
        ClusterStore {
            client,
            newest: AtomicU64::new(0),
            chains: Chains::default(),
            id: OnceCell::new(),
        }
    }

    /// The id that the cluster tells, if any. `None` while it is not known.
    pub fn id(&self) -> Option<Option<&str>> {
        self.id.get().map(Option::as_deref)
    }

    /// Asks for the id, unless it is known. A cluster that is silent is not waited for.
    pub async fn learn_id(&self) {
        let asked = self.id.get_or_try_init(|| self.ask_id());
        let _ = timeout(ID_LIMIT, asked).await;
    }

    async fn ask_id(&self) -> Result<Option<String>, ()> {
        let request = Request::Stats(Stats::Own(None));
        let outcome = self.client.execute(request, None).await.result;
        let body = outcome.map_err(drop)?.body.unwrap_or_default();
        let status: Value = serde_json::from_str(&body).map_err(drop)?;
        Ok(status["clusterId"].as_str().map(str::to_owned))
    }

    /// Whether a quorum of the cluster answers. A refusal is an answer, too.
    pub async fn is_healthy(&self) -> bool {
        let read = Request::Get(Get {
            key: Key::strict(HEALTH_KEY),
            quorum: true,
            ..Get::default()
        });
        let read = self.client.execute(read, None);
        match timeout(HEALTH_LIMIT, read).await.map(|read| read.result) {
            Ok(Ok(_)) => true,
            // etcd refuses a user.
            Ok(Err(failure)) => matches!(failure.kind, Kind::Api(_)) && failure.status == Some(401),
            Err(_) => false,
        }
    }

    /// The answer to a request that does not wait. `path`: that of its key.
    pub async fn answer(&self, request: Request, path: &str) -> Answer {
        let newest = self.newest();
        let again = match &request {
            Request::Get(get) if !get.quorum => Some(with_quorum(get)),
            _ => None,
        };
        let answer = self.ask(request, path).await;
        let is_older = (1..newest).contains(&answer.index.unwrap_or_default());
        let answer = match again {
            Some(again) if is_older => self.ask(again, path).await,
            _ => answer,
        };
        self.note(answer.index.unwrap_or_default());
        answer
    }

    async fn ask(&self, request: Request, path: &str) -> Answer {
        match self.client.execute(request, None).await.result {
            Err(failure) => of_failure(&failure),
            Ok(outcome) => {
                let index = outcome.origin.index.unwrap_or_default();
                match outcome.body {
                    Some(body) => Answer::new(outcome.origin.status, index, one_line(body)),
                    None => missing(without_slash(path), index),
                }
            }
        }
    }

    /// Registers a wait. `from`: its index; 0 for the next event.
    pub async fn wait(self: &Arc<Self>, wait: Wait, from: u64) -> Registration {
        let position = Position::of(&wait, from);
        if let Some(chain) = self.chains.take(&position) {
            let index = self.newest();
            return Registration::Registered(index, self.event(wait, from, chain));
        }
        self.wait_anew(wait, from).await
    }

    /// The store's index is read first: it is that of the registration, and the wait looks from there.
    async fn wait_anew(self: &Arc<Self>, wait: Wait, from: u64) -> Registration {
        let start = Request::StartIndex(Wait {
            index: None,
            ..wait.clone()
        });
        let index = match self.client.execute(start, None).await.result {
            Ok(outcome) => outcome.origin.index.unwrap_or_default(),
            Err(failure) => return Registration::Refused(of_failure(&failure)),
        };
        self.note(index);
        let first = if from == 0 { index + 1 } else { from };
        let mut event = self.event(wait, first, self.chains.begin());
        if first > index {
            return Registration::Registered(index, event);
        }
        match timeout(HEADER_DELAY, &mut event).await {
            Ok(answer) if answer.status >= 300 => Registration::Refused(answer),
            Ok(answer) => Registration::Registered(index, Box::pin(async { answer })),
            Err(_) => Registration::Registered(index, event),
        }
    }

    fn event(self: &Arc<Self>, wait: Wait, from: u64, chain: Chain) -> PendingAnswer {
        let store = self.clone();
        Box::pin(async move { store.event_of(wait, from, chain).await })
    }

    /// The first event from an index on. A wait that has ended without one is repeated.
    async fn event_of(&self, wait: Wait, mut from: u64, chain: Chain) -> Answer {
        loop {
            let request = Request::Wait(Wait {
                index: Some(from.to_string()),
                ..wait.clone()
            });
            let ended = self.client.execute(request, Some(chain)).await;
            let next = ended.continuation.next_index;
            match ended.result {
                // A further event of the transaction before: who waits from the index behind it does not expect it.
                Ok(_) if next.is_some_and(|next| next <= from) => {}
                Ok(outcome) => {
                    if let Some(next) = next {
                        self.note(next.saturating_sub(1));
                        self.chains.leave(Position::of(&wait, next), chain);
                    }
                    let index = outcome.origin.index.unwrap_or_default();
                    let body = outcome.body.unwrap_or_default();
                    return Answer::new(outcome.origin.status, index, one_line(body));
                }
                Err(failure) if matches!(failure.kind, Kind::Network(_)) => {
                    from = next.unwrap_or(from);
                }
                Err(failure) => return of_failure(&failure),
            }
        }
    }

    fn newest(&self) -> u64 {
        self.newest.load(Ordering::Acquire)
    }

    fn note(&self, index: u64) {
        self.newest.fetch_max(index, Ordering::AcqRel);
    }
}

fn with_quorum(get: &Get) -> Request {
    Request::Get(Get {
        quorum: true,
        ..get.clone()
    })
}

/// The body without the newline that an etcd with the v2 API ends it with: each answer gets one here.
fn one_line(mut body: String) -> String {
    body.truncate(body.trim_end_matches('\n').len());
    body
}

/// The path of a key without a slash at its end, as etcd's errors have it.
fn without_slash(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        names => names,
    }
}
