//! Moves the frames of a connection, and notices a server that is gone.

use super::super::failure;
use super::super::time_limit::in_time;
use super::io::ConnectionIo;
use super::profile::Profile;
use super::status::ConnectionStatus;
use bytes::Bytes;
use h2::client::Connection;
use h2::{Ping, PingPong};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::time::sleep;

/// The task of a connection: it reads and writes the frames, and ends with the connection.
pub struct Driver {
    frames: Connection<ConnectionIo, Bytes>,
    keeping_alive: Pin<Box<dyn Future<Output = ()> + Send>>,
    status: Arc<ConnectionStatus>,
    has_yielded: bool,
}

impl Driver {
    pub(super) fn new(
        frames: Connection<ConnectionIo, Bytes>,
        pings: Option<PingPong>,
        status: Arc<ConnectionStatus>,
        profile: &Profile,
    ) -> Self {
        Driver {
            frames,
            keeping_alive: Box::pin(keep_alive(pings, status.clone(), *profile)),
            status,
            has_yielded: false,
        }
    }

    /// Whether calls that are ready should add their requests before a write, so that one write carries all. Calls that woke this task run
    /// after it otherwise.
    fn yields(&mut self) -> bool {
        self.has_yielded = !self.has_yielded && self.status.in_flight() > 1;
        self.has_yielded
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.yields() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if Pin::new(&mut self.frames).poll(context).is_ready() {
            return Poll::Ready(());
        }
        let gone = self.keeping_alive.as_mut().poll(context);
        if gone.is_ready() {
            self.status.note_fault(failure::silence());
        }
        gone
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.status.close();
    }
}

/// Pings a server that owes an answer and has sent nothing for a while. Ends when a ping is left unanswered.
async fn keep_alive(pings: Option<PingPong>, status: Arc<ConnectionStatus>, profile: Profile) {
    let Some(mut pings) = pings else {
        return pending().await;
    };
    loop {
        let interval = profile.ping_interval;
        let left = interval.saturating_sub(status.silence());
        if !left.is_zero() || status.in_flight() == 0 {
            sleep(if left.is_zero() { interval } else { left }).await;
            continue;
        }
        match in_time(Some(profile.ping_timeout), pings.ping(Ping::opaque())).await {
            Some(Ok(_)) => {}
            // The connection has ended; the task of its frames reports that.
            Some(Err(_)) => return pending().await,
            None => return,
        }
    }
}
