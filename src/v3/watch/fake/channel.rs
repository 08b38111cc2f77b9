//! The channel to the scripted server.

use super::{Fake, FakeReceiver, FakeSender, HOST, Stream, broken};
use crate::api::error::{Error, Failure, Kind};
use crate::v3::layout::ACT;
use crate::v3::pb;
use crate::v3::watch::{HostCheck, Received, WatchChannel, WatchReceiver, WatchSender};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::sleep;

/// The time in which a host that is alive answers a check.
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

impl WatchChannel for Fake {
    type Sender = FakeSender;
    type Receiver = FakeReceiver;

    async fn open(&self) -> Result<(FakeSender, FakeReceiver), Error> {
        let mut server = self.server();
        if server.is_down {
            return Err(Error::new(Kind::Network(Failure::new(
                "ECONNREFUSED",
                "refused",
            ))));
        }
        server.opened += 1;
        let id = server.opened;
        let (out, receiver) = unbounded_channel();
        let watches = BTreeMap::new();
        server.streams.insert(id, Stream { out, watches });
        Ok((FakeSender(self.clone(), id), FakeReceiver(receiver)))
    }

    async fn range(&self, request: pb::RangeRequest) -> Result<pb::RangeResponse, Error> {
        let mut server = self.server();
        server.ranges += 1;
        let until = match request.revision {
            0 => i64::MAX,
            revision => revision,
        };
        let earlier = server.records.range(..=until).next_back();
        let record = earlier.map(|(_, record)| record.clone());
        Ok(pb::RangeResponse {
            header: server.header(),
            kvs: record.into_iter().filter(|_| request.key == ACT).collect(),
            ..pb::RangeResponse::default()
        })
    }

    async fn check_host(&self) -> HostCheck {
        let is_mute = self.server().is_mute;
        if is_mute {
            sleep(CHECK_TIMEOUT).await;
            return HostCheck::Silent;
        }
        HostCheck::Alive {
            tells_exact_progress: true,
        }
    }

    fn fell_silent(&self) {
        self.server().fell_silent += 1;
    }

    fn token_refused(&self) {
        let mut server = self.server();
        server.tokens_refused += 1;
        server.refuses_token = false;
    }
}

impl WatchSender for FakeSender {
    async fn send(&mut self, request: pb::WatchRequest) -> Result<(), Failure> {
        self.0.server().receive(self.1, request)
    }
}

impl WatchReceiver for FakeReceiver {
    async fn next(&mut self) -> Result<Received, Failure> {
        let response = self.0.recv().await.ok_or_else(broken)?;
        Ok(Received::Response(response))
    }

    fn endpoint(&self) -> &str {
        HOST
    }
}
