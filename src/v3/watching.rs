//! The stream of watches: at one host after the other, with the user's token.

use super::channel::Answered;
use super::grpc::{Frames, Malformed, framed};
use super::pb;
use super::rpc::{Answer, Reply, Rpc};
use super::sent::{Sent, bad_answer, words};
use super::status::{Meaning, Status};
use super::tokens::Token;
use super::watch::{WatchChannel, WatchReceiver, WatchSender};
use crate::api::error::{Error, Failure, Kind};
use crate::cluster::{Cluster, Host};
use crate::net::{StreamReceiver, StreamSender};
use prost::Message as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

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
                    frames: Frames::new(self.cluster.protocol().limit()),
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

    async fn tells_exact_progress(&self) -> bool {
        let Some((host, _)) = self.last() else {
            return false;
        };
        let answered = self.cluster.call_at(&host, &pb::StatusRequest {}).await;
        match answered.map(|answered| answered.reply) {
            Ok(Ok(status)) => has_exact_progress(&status.version),
            // The user may not read the version.
            _ => false,
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
    async fn next(&mut self) -> Result<pb::WatchResponse, Failure> {
        let next = self.next_message().await;
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
    async fn next_message(&mut self) -> Result<pb::WatchResponse, Failure> {
        loop {
            if let Some(message) = self.frames.next_message().map_err(malformed)? {
                let response = pb::WatchResponse::decode(message);
                return response.map_err(|_| bad_answer("its message cannot be decoded"));
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
    use super::has_exact_progress;

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
