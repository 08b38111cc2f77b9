//! Runs a call: its transactions one after the other, the grant of a lease beside the transaction that needs it.

use super::V3;
use super::call::{Answer, ApiError, Call, Exchange, Grant, Step};
use super::channel::Answered;
use super::pb;
use super::status::Meaning;
use super::txn;
use crate::api::error::{Attempt, Error, Kind};
use crate::api::outcome::{Origin, Outcome};
use crate::api::request::Request;
use crate::task::task;
use std::collections::HashMap;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

/// How often a transaction may find that its lease, which was granted, does not exist.
const MOST_MISSES: usize = 5;

/// The leases of other clients whose times to live are asked for at the same time.
const LEASES_AT_A_TIME: usize = 64;

/// How far a call has got, and what it has seen on its way.
struct Run<'a> {
    store: &'a V3,
    request: &'a Request,
    call: Call,
    endpoint: String,
    /// The attempts that failed.
    attempts: Vec<Attempt>,
    misses: usize,
    /// Whether etcd has answered a transaction that has written.
    has_written: bool,
    /// The lease that was granted.
    lease: Option<i64>,
}

/// The shortest time to live, in seconds, that etcd takes for a lease.
const SHORTEST: u64 = 1;

/// What became of a transaction whose lease was granted beside it.
enum WithGrant {
    Answered(Answered<pb::TxnResponse>),
    /// The lease existed already, and then did not: another one is needed.
    Exists,
}

impl V3 {
    /// Runs a read or a write of keys.
    pub(super) async fn run(&self, request: &Request) -> Result<Outcome, Error> {
        let mut run = Run {
            store: self,
            request,
            call: Call::new(request, &self.memory, SystemTime::now())?,
            endpoint: String::new(),
            attempts: Vec::new(),
            misses: 0,
            has_written: false,
            lease: None,
        };
        let ended = run.steps().await;
        ended.map_err(|error| run.failed(error))
    }
}

impl Run<'_> {
    async fn steps(&mut self) -> Result<Outcome, Error> {
        let mut step = self.call.first();
        loop {
            step = match step {
                Step::Send(exchange) => self.exchange(exchange).await?,
                Step::AskLives(leases) => self.ask_lives(leases).await?,
                Step::Done(answer) => return Ok(self.done(answer)),
                Step::Failed(refused) => return self.refused(refused),
            }
        }
    }

    async fn exchange(&mut self, exchange: Exchange) -> Result<Step, Error> {
        let Exchange {
            txn,
            grant,
            is_write,
        } = exchange;
        let cluster = &self.store.cluster;
        let answered = match grant {
            None => match txn::only_read(&txn) {
                Some(read) => cluster.call(read).await?.map(txn::of_read),
                None => cluster.call(&txn).await?,
            },
            Some(grant) => match self.exchange_with(&txn, grant).await? {
                WithGrant::Answered(answered) => answered,
                WithGrant::Exists => return Ok(self.call.lease_refused(true, SystemTime::now())),
            },
        };
        match answered.refusal() {
            Some(Meaning::Denied) => {
                if let Some(step) = self.call.denied(&self.store.memory) {
                    return Ok(step);
                }
            }
            Some(Meaning::NoLease) if self.misses < MOST_MISSES => {
                self.misses += 1;
                return Ok(self.call.lease_refused(false, SystemTime::now()));
            }
            _ => {}
        }
        let reply = self.note(answered, is_write)?;
        self.has_written |= txn::has_written(&txn, &reply);
        Ok(self.call.answered(reply, SystemTime::now()))
    }

    /// Sends a transaction and the grant of its lease together: one round trip. The transaction may overtake the grant, and is
    /// refused whole then.
    async fn exchange_with(
        &mut self,
        txn: &pb::TxnRequest,
        grant: Grant,
    ) -> Result<WithGrant, Error> {
        let cluster = &self.store.cluster;
        let request = pb::LeaseGrantRequest {
            ttl: i64::try_from(grant.ttl.max(SHORTEST)).unwrap_or(i64::MAX),
            id: grant.lease,
        };
        // At one host, which proposes them in this order.
        let host = cluster.pick();
        let (granted, answered) = tokio::join!(
            cluster.call_from(host.clone(), &request),
            cluster.call_from(host.clone(), txn)
        );
        let answered = answered?;
        if answered.refusal() != Some(Meaning::NoLease) {
            if let Ok(Answered {
                reply: Ok(granted), ..
            }) = granted
            {
                self.granted(grant, &granted);
            }
            return Ok(WithGrant::Answered(answered));
        }
        let granted = granted?;
        if granted.refusal() == Some(Meaning::LeaseExists) {
            return Ok(WithGrant::Exists);
        }
        let granted = granted.into_reply(false)?;
        self.granted(grant, &granted);
        let answered = cluster.call_from(host, txn).await?;
        Ok(WithGrant::Answered(answered))
    }

    /// etcd raises a time to live that is below its floor. The client revokes such a lease when it is due.
    fn granted(&mut self, grant: Grant, granted: &pb::LeaseGrantResponse) {
        self.lease = Some(grant.lease);
        if u64::try_from(granted.ttl).is_ok_and(|given| given > grant.ttl) {
            let delay = Duration::from_secs(grant.ttl);
            self.store.revoke_after(delay, grant.lease);
        }
    }

    async fn ask_lives(&mut self, leases: Vec<i64>) -> Result<Step, Error> {
        let mut lives = HashMap::new();
        for leases in leases.chunks(LEASES_AT_A_TIME) {
            let (told, mut answers) = unbounded_channel();
            let mut asked = JoinSet::new();
            for id in leases.iter().copied() {
                let (told, cluster) = (told.clone(), self.store.cluster.clone());
                asked.spawn(task(async move {
                    let request = pb::LeaseTimeToLiveRequest { id, keys: false };
                    let _ = told.send((id, cluster.call(&request).await));
                }));
            }
            drop(told);
            while let Some((id, answered)) = answers.recv().await {
                lives.insert(id, self.note(answered?, false)?.ttl);
            }
        }
        Ok(self.call.lives(&lives, SystemTime::now()))
    }

    /// The message of an answer; remembers where it came from.
    fn note<T>(&mut self, mut answered: Answered<T>, is_write: bool) -> Result<T, Error> {
        let failed = std::mem::take(&mut answered.failed.attempts);
        self.attempts.extend(failed);
        self.endpoint.clone_from(&answered.endpoint);
        answered.into_reply(is_write)
    }

    /// The error of the call: what fails behind a write must not look as if nothing was applied.
    fn failed(&mut self, error: Error) -> Error {
        let mut attempts = std::mem::take(&mut self.attempts);
        attempts.extend(error.attempts);
        let ambiguous = error.ambiguous || self.has_written;
        // The write that was refused does not use its lease.
        if let Some(lease) = self.lease.filter(|_| !ambiguous) {
            self.store.revoke_after(Duration::ZERO, lease);
        }
        Error {
            attempts,
            ambiguous,
            ..error
        }
    }

    fn done(&mut self, answer: Answer) -> Outcome {
        let body = Some(answer.body);
        self.outcome(body, answer.status, answer.revision)
    }

    fn outcome(&mut self, body: Option<String>, status: u16, revision: i64) -> Outcome {
        Outcome {
            body,
            origin: Origin {
                status,
                index: u64::try_from(revision).ok(),
                endpoint: std::mem::take(&mut self.endpoint),
                attempts: std::mem::take(&mut self.attempts),
            },
        }
    }

    /// A read of a key that does not exist is no error (point 20 of docs/compatibility.md).
    fn refused(&mut self, refused: ApiError) -> Result<Outcome, Error> {
        let status = refused.status;
        let error = refused.into_error();
        if let (Request::Get(_), 404, Kind::Api(body)) = (self.request, status, &error.kind) {
            let index = body["index"].as_i64().unwrap_or_default();
            return Ok(self.outcome(None, status, index));
        }
        let endpoint = std::mem::take(&mut self.endpoint);
        let mut attempts = std::mem::take(&mut self.attempts);
        attempts.extend((!endpoint.is_empty()).then(|| Attempt::answered(&endpoint, status)));
        Err(Error {
            status: Some(status),
            endpoint: (!endpoint.is_empty()).then_some(endpoint),
            attempts,
            ..error
        })
    }
}
