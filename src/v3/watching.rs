//! The stream of watches: at one host after the other, with the user's token.

use super::channel::Answered;
use super::grpc::{Framed, Frames, Malformed, framed};
use super::pb;
use super::rpc::{Answer, Reply, Rpc};
use super::sent::{Sent, bad_answer, words};
use super::status::{Meaning, Status};
use super::tokens::Token;
use super::watch::{HostCheck, Received, WatchChannel, WatchReceiver, WatchSender};
use crate::api::error::{Error, Failure, Kind};
use crate::cluster::{Cluster, Host};
use crate::net::{StreamReceiver, StreamSender, unless_silent};
use bytes::Bytes;
use prost::Message as _;
use prost::encoding::{DecodeContext, decode_key, skip_field};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// etcd splits what it sends to a watch at its limit for requests, 1.5 MiB by default, and 512 KiB (`sendFragments`). A message of
/// small events is therefore taken whatever the caller's limit is; an event may have two values of that size.
const SMALLEST_LIMIT: usize = 4 * 1024 * 1024;

/// A host that is alive tells its status within this time. A stream that leaves a busy host loses nothing.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// The first bytes of a message that is too large: they tell whose watch it is for.
const BEGINNING: usize = 128;

/// The number of the field of a response that has the events (`rpc.proto`).
const EVENTS: u32 = 11;

/// The streams of watches of a cluster.
#[derive(Debug)]
pub struct Watches {
    cluster: Arc<Cluster<Rpc>>,
    /// The host and the token of the last stream. The token may turn out to be refused.
    last: Mutex<Option<(Host, Token)>>,
}

impl Watches {
    /// No stream is open yet.
    pub fn new(cluster: Arc<Cluster<Rpc>>) -> Self {
        let last = Mutex::default();
        Watches { cluster, last }
    }

    fn last(&self) -> Option<(Host, Token)> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

/// Sends requests on a stream.
#[derive(Debug)]
pub struct Sender(StreamSender);

/// Receives what the server says on a stream.
#[derive(Debug)]
pub struct Receiver {
    stream: StreamReceiver,
    token: Token,
    frames: Frames,
    host: Host,
    cluster: Arc<Cluster<Rpc>>,
}

impl WatchChannel for Watches {
    type Sender = Sender;
    type Receiver = Receiver;

    async fn open(&self) -> Result<(Sender, Receiver), Error> {
        let sent = Sent::watches();
        let mut attempts = self.cluster.attempts(&sent);
        let Answer { host, reply } = self.cluster.open(&sent, &mut attempts, |_| ()).await?;
        match reply {
            Reply::Stream(sender, stream, token) => {
                let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
                *last = Some((host.clone(), token.clone()));
                let receiver = Receiver {
                    stream,
                    token,
                    frames: Frames::new(self.cluster.protocol().limit().max(SMALLEST_LIMIT)),
                    host,
                    cluster: self.cluster.clone(),
                };
                Ok((Sender(sender), receiver))
            }
            Reply::Whole(reply) => {
                let answered = Answered {
                    reply: reply.map(|_| ()),
                    endpoint: host.endpoint().to_owned(),
                    failed: attempts.take_failed(),
                };
                let refused = answered.into_reply(false).err();
                Err(refused.unwrap_or_else(|| Error::new(Kind::Internal)))
            }
        }
    }

    async fn range(&self, request: pb::RangeRequest) -> Result<pb::RangeResponse, Error> {
        self.cluster.call(&request).await?.into_reply(false)
    }

    async fn check_host(&self) -> HostCheck {
        let Some((host, _)) = self.last() else {
            return HostCheck::Silent;
        };
        let status = self.cluster.call_at(&host, &pb::StatusRequest {});
        let Ok(Ok(answered)) = unless_silent(Some(CHECK_TIMEOUT), status).await else {
            return HostCheck::Silent;
        };
        // The user may not read the version.
        let version = answered
            .reply
            .map_or(String::new(), |status| status.version);
        HostCheck::Alive {
            tells_exact_progress: has_exact_progress(&version),
        }
    }

    fn token_refused(&self) {
        if let Some((host, token)) = self.last() {
            self.cluster.protocol().token_refused(&host, &token);
        }
    }

    fn fell_silent(&self) {
        if let Some((host, _)) = self.last() {
            self.cluster.hosts().quarantine(&host, Instant::now());
        }
    }
}

impl WatchSender for Sender {
    async fn send(&mut self, request: pb::WatchRequest) -> Result<(), Failure> {
        self.0.send(framed(&request)).await
    }
}

impl WatchReceiver for Receiver {
    async fn next(&mut self) -> Result<Received, Failure> {
        let next = self.next_received().await;
        if let Err(failure) = &next
            && !failure.spares_host
        {
            self.cluster.hosts().quarantine(&self.host, Instant::now());
        }
        next
    }

    fn endpoint(&self) -> &str {
        self.host.endpoint()
    }
}

impl Receiver {
    async fn next_received(&mut self) -> Result<Received, Failure> {
        loop {
            if let Some(framed) = self.frames.next_framed(BEGINNING).map_err(malformed)? {
                return received(framed).ok_or_else(|| bad_answer("its message cannot be decoded"));
            }
            match self.stream.next().await? {
                Some(part) => self.frames.push(part),
                None => return Err(self.end().await),
            }
        }
    }

    /// Why the server has ended the stream.
    async fn end(&mut self) -> Failure {
        let trailers = match self.stream.trailers().await {
            Ok(trailers) => trailers.unwrap_or_default(),
            Err(failure) => return failure,
        };
        let head = self.stream.head().await.map(|(_, fields)| fields);
        let status = Status::of(&trailers).or_else(|| Status::of(&head.unwrap_or_default()));
        match status {
            Some(Err(status)) => {
                if status.meaning() == Meaning::StaleToken {
                    self.cluster
                        .protocol()
                        .token_refused(&self.host, &self.token);
                }
                Failure::new(
                    "ECONNRESET",
                    format!("the watch has ended: {}", status.message),
                )
            }
            Some(Ok(())) | None => Failure::new("ECONNRESET", "the watch has ended"),
        }
    }
}

/// What a message means. `None` if it cannot be decoded.
fn received(framed: Framed) -> Option<Received> {
    match framed {
        Framed::Message(message) => {
            let response = pb::WatchResponse::decode(message);
            response.ok().map(Received::Response)
        }
        Framed::TooLong(beginning) => {
            let before_events = before_events(&beginning);
            let response = pb::WatchResponse::decode(before_events);
            response.ok().map(|it| Received::TooLarge(it.watch_id))
        }
    }
}

/// The fields in front of the events. etcd encodes the fields in the order of their numbers.
fn before_events(message: &Bytes) -> Bytes {
    let mut rest = message.clone();
    let mut length = 0;
    while let Ok((field, wire_type)) = decode_key(&mut rest)
        && field != EVENTS
        && skip_field(wire_type, field, &mut rest, DecodeContext::default()).is_ok()
    {
        length = message.len() - rest.len();
    }
    message.slice(..length)
}

fn malformed(fault: Malformed) -> Failure {
    bad_answer(words(fault))
}

/// Whether a version of etcd tells each watch its progress only behind its events: since 3.4.31, 3.5.13 and 3.6.0 (etcd's
/// CHANGELOG).
fn has_exact_progress(version: &str) -> bool {
    let mut numbers = version.split(['.', '-']).map(str::parse::<u64>);
    let mut next = || numbers.next().and_then(Result::ok);
    match (next(), next(), next()) {
        (Some(3), Some(4), Some(patch)) => patch >= 31,
        (Some(3), Some(5), Some(patch)) => patch >= 13,
        (Some(major), Some(minor), Some(_)) => (major, minor) >= (3, 6),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_too_large_tells_whose_it_is() {
        let header = Some(pb::ResponseHeader {
            cluster_id: u64::MAX,
            member_id: u64::MAX,
            revision: i64::MAX,
            raft_term: u64::MAX,
        });
        let event = pb::Event {
            kv: Some(pb::KeyValue {
                value: vec![b'v'; 1000].into(),
                ..pb::KeyValue::default()
            }),
            ..pb::Event::default()
        };
        let response = pb::WatchResponse {
            header,
            watch_id: i64::MAX,
            fragment: true,
            events: vec![event],
            ..pb::WatchResponse::default()
        };
        let beginning = Bytes::from(response.encode_to_vec()).slice(..BEGINNING);
        let received = received(Framed::TooLong(beginning));
        assert!(matches!(received, Some(Received::TooLarge(i64::MAX))));
    }

    #[test]
    fn progress_counts_from_the_versions_on_that_tell_it_right() {
        let table = [
            ("3.4.23", false),
            ("3.4.31", true),
            ("3.5.1", false),
            ("3.5.30", true),
            ("3.6.0-rc.1", true),
            ("3.7.3", true),
            ("4.0.0", true),
            ("2.3.8", false),
            ("", false),
        ];
        for (version, expected) in table {
            assert_eq!(has_exact_progress(version), expected, "{version}");
        }
    }
}
