//! A call over gRPC: one attempt at one host, with the user's token.

use super::pb;
use super::sent::{Sent, bad_answer, read};
use super::status::{Meaning, Status};
use super::suspicion::unless_hung;
use super::tokens::{NoToken, Token, Tokens};
use crate::api::error::{Delivery, Failure};
use crate::cluster::{Cluster, Host, Policy, Protocol, Refusal, Slot};
use crate::net::{StreamReceiver, StreamSender, Transport};
use bytes::Bytes;
use http::Uri;
use http::header::HeaderValue;
use prost::Message as _;
use std::sync::Arc;

/// The gRPC connections of a cluster.
#[derive(Debug)]
pub struct Rpc {
    transport: Arc<Transport>,
    tokens: Tokens,
    /// The most bytes of a message of a server.
    limit: usize,
}

/// What a host answered.
#[derive(Debug)]
pub struct Answer {
    /// The host.
    pub host: Host,
    /// What came back.
    pub reply: Reply,
}

/// What comes back.
#[derive(Debug)]
pub enum Reply {
    /// The answer's message, or why there is none.
    Whole(Result<Bytes, Status>),
    /// A stream that is open, whatever its server says to it, and the token that it carries.
    Stream(StreamSender, StreamReceiver, Token),
}

impl Rpc {
    /// Over these connections. `limit` is the most bytes of a message of a server.
    pub fn new(transport: Arc<Transport>, limit: usize) -> Self {
        Rpc {
            transport,
            tokens: Tokens::default(),
            limit,
        }
    }

    /// The most bytes of a message of a server.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// A host has refused the token of a stream. A newer one that a call has got meanwhile stays.
    pub fn token_refused(&self, host: &Host, token: &Token) {
        if let Some(credentials) = host.own_authorization() {
            self.tokens.forget(credentials, token);
        }
    }

    /// Sends a call to a host, with a new token where the host refuses the one that is known: the call was not processed then.
    pub async fn send(&self, host: &Host, sent: &Sent) -> Result<Result<Bytes, Status>, Failure> {
        let uri = host.origin().ok_or_else(|| host.invalid())?;
        let Some(credentials) = host.own_authorization() else {
            return self.exchange(uri, sent, None).await;
        };
        // Boxed: most clients have no credentials.
        Box::pin(self.send_as(host, credentials, uri, sent)).await
    }

    async fn send_as(
        &self,
        host: &Host,
        credentials: &HeaderValue,
        uri: &Uri,
        sent: &Sent,
    ) -> Result<Result<Bytes, Status>, Failure> {
        let token = match self.token(host, credentials).await? {
            Ok(token) => token,
            Err(status) => return Ok(Err(status)),
        };
        let reply = self.exchange(uri, sent, token.as_ref()).await?;
        let is_refused = |status: &Status| match status.meaning() {
            Meaning::StaleToken => true,
            Meaning::NotAuthenticated => token.is_none(),
            _ => false,
        };
        if !reply.as_ref().is_err_and(is_refused) {
            return Ok(reply);
        }
        self.tokens.forget(credentials, &token);
        match self.token(host, credentials).await? {
            Ok(token) => self.exchange(uri, sent, token.as_ref()).await,
            Err(status) => Ok(Err(status)),
        }
    }

    /// The token for credentials, or why there is none.
    async fn token(
        &self,
        host: &Host,
        credentials: &HeaderValue,
    ) -> Result<Result<Token, Status>, Failure> {
        let ask = self.authenticate(host, credentials);
        match self.tokens.of(host.endpoint(), credentials, ask).await {
            Ok(token) => Ok(Ok(token)),
            Err(NoToken::Refused(status)) => Ok(Err(status)),
            Err(NoToken::Failed(failure)) => Err(failure),
        }
    }

    async fn authenticate(&self, host: &Host, credentials: &HeaderValue) -> Result<Token, NoToken> {
        let (name, password) = crate::cluster::user_of(credentials).unwrap_or_default();
        let request = pb::AuthenticateRequest { name, password };
        let sent = Sent::call(&request);
        let uri = host.origin().ok_or_else(|| host.invalid())?;
        // What is known by now is that the call itself was not sent.
        let reply = self.exchange(uri, &sent, None).await.map_err(not_sent)?;
        match reply {
            Ok(bytes) => {
                let reply = pb::AuthenticateResponse::decode(bytes);
                let token = reply.map(|reply| reply.token).unwrap_or_default();
                let mut token = HeaderValue::try_from(token)
                    .map_err(|_| not_sent(bad_answer("its token is no header field")))?;
                token.set_sensitive(true);
                Ok(Some(token))
            }
            Err(status) if status.meaning() == Meaning::NoAuthentication => Ok(None),
            // Another host may give the token.
            Err(status) if status.is_of_this_host() => {
                Err(status.failure(Delivery::NotSent).into())
            }
            Err(status) => Err(NoToken::Refused(status)),
        }
    }

    async fn exchange(
        &self,
        uri: &Uri,
        sent: &Sent,
        token: Option<&HeaderValue>,
    ) -> Result<Result<Bytes, Status>, Failure> {
        let message = sent.message(token, self.limit);
        let exchanged = self.transport.exchange(uri, message).await?;
        read(exchanged)
    }

    async fn open(&self, host: &Host, sent: &Sent) -> Result<Reply, Failure> {
        let uri = host.origin().ok_or_else(|| host.invalid())?;
        let token = match host.own_authorization() {
            None => None,
            Some(credentials) => match self.token(host, credentials).await? {
                Ok(token) => token,
                Err(status) => return Ok(Reply::Whole(Err(status))),
            },
        };
        let message = sent.message(token.as_ref(), self.limit);
        let (sender, receiver) = self.transport.open_stream(uri, message).await?;
        Ok(Reply::Stream(sender, receiver, token))
    }
}

fn not_sent(failure: Failure) -> Failure {
    failure.with_delivery(Delivery::NotSent)
}

impl Protocol for Rpc {
    type Request = Sent;
    type Answer = Answer;

    fn policy(sent: &Sent) -> Policy {
        sent.policy()
    }

    async fn attempt(
        &self,
        cluster: &Cluster<Self>,
        host: &Host,
        sent: &Sent,
        _slot: Option<Slot>,
    ) -> Result<Answer, Refusal> {
        let reply = match sent.is_stream() {
            true => self.open(host, sent).await?,
            false => Reply::Whole(unless_hung(cluster, host, sent, self.send(host, sent)).await?),
        };
        let host = host.clone();
        Ok(Answer { host, reply })
    }

    /// A member without a leader would keep the next write until etcd gives up. A user who may not read the status finds out only
    /// that the member answers.
    async fn probe(&self, _cluster: &Cluster<Self>, host: &Host) -> bool {
        let sent = Sent::call(&pb::StatusRequest {});
        match self.send(host, &sent).await {
            Ok(Ok(bytes)) => pb::StatusResponse::decode(bytes).is_ok_and(|told| told.leader != 0),
            Ok(Err(_)) => true,
            Err(_) => false,
        }
    }
}
