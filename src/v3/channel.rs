//! A call over gRPC to the hosts of a cluster: failover, and the message of the answer.

use super::method::Method;
use super::refusal::of_last_host;
use super::rpc::{Answer, Reply, Rpc};
use super::sent::{Sent, bad_answer};
use super::status::{Meaning, Status};
use crate::api::error::{Attempt, Delivery, Error, Failure};
use crate::cluster::{Attempts, Cluster, Failed, Host};
use bytes::Bytes;
use prost::Message as _;
use std::sync::Arc;
use std::time::Instant;

/// What a call brought, and from where.
#[derive(Debug)]
pub struct Answered<T> {
    /// The message, or why etcd gave none.
    pub reply: Result<T, Status>,
    /// The host that answered, without credentials.
    pub endpoint: String,
    /// The attempts that failed before.
    pub failed: Failed,
}

impl Cluster<Rpc> {
    /// Calls a method at one host after the other until one answers. A read that a host could not serve goes on to the next.
    ///
    /// # Errors
    /// If no attempt is left, or the call must not be repeated.
    pub async fn call<M: Method>(
        self: &Arc<Self>,
        message: &M,
    ) -> Result<Answered<M::Reply>, Error> {
        self.call_from(None, message).await
    }

    /// The same, at this host first, where one is given.
    pub async fn call_from<M: Method>(
        self: &Arc<Self>,
        first: Option<Host>,
        message: &M,
    ) -> Result<Answered<M::Reply>, Error> {
        let mut reply = M::Reply::default();
        let mut take = |bytes| {
            reply = message_of(message, bytes)?;
            Ok(())
        };
        let sent = Sent::call(message);
        let answered = self.exchange(first, sent, &mut take).await?;
        Ok(answered.map(|()| reply))
    }

    /// Sends a call at one host after the other. The loop does not depend on the method, so that there is only one of it.
    async fn exchange(
        self: &Arc<Self>,
        first: Option<Host>,
        sent: Sent,
        take: Take<'_>,
    ) -> Result<Answered<()>, Error> {
        let mut attempts = self.attempts(&sent).beginning_at(first);
        loop {
            let Answer { host, reply } = self.open(&sent, &mut attempts, |_| ()).await?;
            let status = match taken(reply, take) {
                Ok(Ok(())) => return Ok(answered(Ok(()), &host, attempts)),
                Ok(Err(status)) => status,
                Err(failure) => {
                    self.fail_over(&mut attempts, &host, failure)?;
                    continue;
                }
            };
            match status.meaning() {
                Meaning::NotProposed => {
                    let failure = status.failure(Delivery::Unprocessed);
                    self.fail_over(&mut attempts, &host, failure)
                        .map_err(|error| of_last_host(&status, error))?;
                }
                Meaning::Ambiguous => {
                    // A member without a quorum takes 7 s for this: the next call does not go there.
                    self.hosts().quarantine(&host, Instant::now());
                    if !attempts.pass_over(|| attempt(&host, &status)) {
                        return Ok(answered(Err(status), &host, attempts));
                    }
                }
                _ => return Ok(answered(Err(status), &host, attempts)),
            }
        }
    }

    /// Calls a method at this host alone, whether or not it is of the list.
    ///
    /// # Errors
    /// If the only attempt fails.
    pub async fn call_at<M: Method>(
        &self,
        host: &Host,
        message: &M,
    ) -> Result<Answered<M::Reply>, Error> {
        let sent = Sent::call(message);
        let Answer { host, reply } = self.open_at(host, &sent).await?;
        let mut taken_message = M::Reply::default();
        let mut take = |bytes| {
            taken_message = message_of(message, bytes)?;
            Ok(())
        };
        let reply = taken(reply, &mut take);
        let reply = reply.map_err(|failure| self.only_failure(&host, &sent, failure))?;
        let reply = reply.map(|()| taken_message);
        let endpoint = host.endpoint().to_owned();
        let failed = Failed::default();
        Ok(Answered {
            reply,
            endpoint,
            failed,
        })
    }
}

/// Takes the message of an answer.
type Take<'a> = &'a mut (dyn FnMut(Bytes) -> Result<(), Failure> + Send);

impl<T> Answered<T> {
    /// What etcd says by its refusal, if it refused.
    pub fn refusal(&self) -> Option<Meaning> {
        self.reply.as_ref().err().map(Status::meaning)
    }

    /// The same answer with another form of its message.
    pub fn map<R>(self, map: impl FnOnce(T) -> R) -> Answered<R> {
        Answered {
            reply: self.reply.map(map),
            endpoint: self.endpoint,
            failed: self.failed,
        }
    }
}

fn answered<T>(reply: Result<T, Status>, host: &Host, mut attempts: Attempts) -> Answered<T> {
    Answered {
        reply,
        endpoint: host.endpoint().to_owned(),
        failed: attempts.take_failed(),
    }
}

/// The message of the answer to a request.
fn message_of<M: Method>(message: &M, bytes: Bytes) -> Result<M::Reply, Failure> {
    match M::Reply::decode(bytes) {
        Ok(reply) if message.is_answered_by(&reply) => Ok(reply),
        Ok(_) => Err(bad_answer("it answers another request")),
        Err(_) => Err(bad_answer("its message cannot be decoded")),
    }
}

fn taken(reply: Reply, take: Take<'_>) -> Result<Result<(), Status>, Failure> {
    match reply {
        Reply::Whole(Ok(bytes)) => take(bytes).map(Ok),
        Reply::Whole(Err(status)) => Ok(Err(status)),
        Reply::Stream(..) => Err(bad_answer("it is a stream")),
    }
}

/// The attempt that a host answered with a status.
fn attempt(host: &Host, status: &Status) -> Attempt {
    Attempt {
        host: host.endpoint().to_owned(),
        error: status.message.clone(),
    }
}
