//! A request over HTTP: one attempt at one host with its redirects, and a whole answer from the hosts of a cluster.

use super::encoded::Encoded;
use super::redirect::Redirects;
use super::{Answer, Incoming};
use crate::api::error::{Attempt, Error, Failure, Invalid};
use crate::cluster::{Attempts, Cluster, Host, Policy, Protocol, Refusal, Slot};
use crate::net::{MAX_URL, Method, Transport};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// etcd resets a cleartext connection whose first request line has this many bytes
/// (the sniffing buffer of its connection multiplexer).
const MAX_CLEARTEXT_LINE: usize = 4096;

/// The HTTP connections of a cluster.
#[derive(Debug)]
pub struct Http {
    transport: Arc<Transport>,
    timeout: Option<Duration>,
}

impl Http {
    /// Over these connections. `timeout` is theirs.
    pub fn new(transport: Arc<Transport>, timeout: Option<Duration>) -> Self {
        Http { transport, timeout }
    }

    /// Bounds each silence of a server; `None` bounds none.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}

impl Protocol for Http {
    type Request = Encoded;
    type Answer = Incoming;

    fn policy(encoded: &Encoded) -> Policy {
        Policy {
            repeatable: encoded.repeatable,
            is_write: encoded.request.method != Method::Get,
            takes_slot: !encoded.request.is_long_poll,
        }
    }

    async fn attempt(
        &self,
        cluster: &Cluster<Self>,
        host: &Host,
        encoded: &Encoded,
        slot: Option<Slot>,
    ) -> Result<Incoming, Refusal> {
        check_request_line(host, encoded).map_err(|invalid| Refusal::Invalid(invalid.into()))?;
        let Some(mut uri) = host.uri(&encoded.path) else {
            return Err(host.invalid().into());
        };
        let mut redirects = Redirects::default();
        loop {
            // The credentials of the host itself, or of the host of the list that it redirects to.
            let authorization = host
                .authorization(&uri)
                .or_else(|| cluster.hosts().authorization(&uri));
            let sent = self.transport.send(&uri, &encoded.request, authorization);
            let response = sent.await?;
            match redirects.follow(&response, &uri, encoded.request.method)? {
                None => return Ok(Incoming::new(host, response, slot)),
                Some(next) => uri = next,
            }
        }
    }

    /// A proxy answers for a host that is gone with a server error (5xx): the host has not answered then.
    async fn probe(&self, cluster: &Cluster<Self>, host: &Host) -> bool {
        let answer = cluster.send_to(host, &Encoded::probe()).await;
        answer.is_ok_and(|answer| answer.status < 500)
    }
}

impl Cluster<Http> {
    /// Bounds each silence of a server; `None` bounds none.
    pub fn timeout(&self) -> Option<Duration> {
        self.protocol().timeout()
    }

    /// Sends a request to one host after the other until one answers. A read that is answered by a server error (5xx) goes on
    /// to the next host; the last of such answers is returned.
    ///
    /// # Errors
    /// If no attempt is left, or the request must not be repeated.
    pub async fn send(self: &Arc<Self>, encoded: &Encoded) -> Result<Answer, Error> {
        let mut attempts = self.attempts(encoded);
        loop {
            let incoming = self.open(encoded, &mut attempts, |_| ()).await?;
            let host = incoming.host.clone();
            match incoming.read().await {
                Ok(answer) => {
                    let answered = || Attempt::answered(&answer.endpoint, answer.status);
                    let is_passed_over = match answer.status {
                        500.. => attempts.pass_over(answered),
                        _ => self.leaves(&mut attempts, &host, &answer).await,
                    };
                    if !is_passed_over {
                        return Ok(answer.after(attempts.take_failed()));
                    }
                }
                Err(failure) => self.fail_over(&mut attempts, &host, failure)?,
            }
        }
    }

    /// Leaves a host that has no v2 store, as one that has failed, if there is a host that has not been asked and may have one.
    pub async fn leaves(&self, attempts: &mut Attempts, host: &Host, answer: &Answer) -> bool {
        let may_leave = answer.is_of_no_v2_store() && attempts.may_leave();
        // Boxed: the question is rare, and its future is large.
        if !may_leave || Box::pin(self.is_without_v2(host)).await {
            return false;
        }
        self.hosts().quarantine(host, Instant::now());
        attempts.leave(|| Attempt::answered(&answer.endpoint, answer.status))
    }

    /// Sends a request to this host alone, whether or not it is of the list.
    ///
    /// # Errors
    /// If the only attempt fails.
    pub async fn send_to(&self, host: &Host, encoded: &Encoded) -> Result<Answer, Error> {
        let incoming = self.open_at(host, encoded).await?;
        let read = incoming.read().await;
        read.map_err(|failure: Failure| self.only_failure(host, encoded, failure))
    }
}

/// Without this check it would depend on the connection pool whether a call works: etcd takes a long line on a connection that
/// is in use.
fn check_request_line(host: &Host, encoded: &Encoded) -> Result<(), Invalid> {
    let bytes = encoded.request.method.name().len()
        + " ".len()
        + host.path().len()
        + encoded.path.len()
        + " HTTP/1.1\r\n".len();
    let (limit, advice) = match host.is_cleartext() {
        true => (MAX_CLEARTEXT_LINE, ", or https"),
        false => (MAX_URL, ""),
    };
    match bytes >= limit {
        true => Err(Invalid::LongRequestLine {
            bytes,
            limit,
            advice,
        }),
        false => Ok(()),
    }
}
