//! Moves the frames of a connection, and notices a server that is gone.

use super::super::dial::KEEPALIVE;
use super::super::failure;
use super::super::time_limit::in_time;
use super::watched::{Seen, Watched};
use bytes::Bytes;
use h2::client::Connection;
use h2::{Ping, PingPong};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::sleep;

/// The time for which a server may leave a ping unanswered, unless `timeout` is shorter or longer.
const PING_TIMEOUT: Duration = Duration::from_secs(60);
/// The shortest such time: a busy machine must not look dead.
const SHORTEST_PING_TIMEOUT: Duration = Duration::from_secs(10);

/// The tasks of a connection, which end with it.
pub struct Running {
    frames: Connection<Watched, Bytes>,
    keeping_alive: Pin<Box<dyn Future<Output = ()> + Send>>,
    seen: Arc<Seen>,
    has_yielded: bool,
}

impl Running {
    pub(super) fn new(
        frames: Connection<Watched, Bytes>,
        pings: Option<PingPong>,
        seen: Arc<Seen>,
        timeout: Option<Duration>,
    ) -> Self {
        let patience = timeout.unwrap_or(PING_TIMEOUT);
        let patience = patience.clamp(SHORTEST_PING_TIMEOUT, PING_TIMEOUT);
        Running {
            frames,
            keeping_alive: Box::pin(keep_alive(pings, seen.clone(), patience)),
            seen,
            has_yielded: false,
        }
    }

    /// Whether calls that are ready should add their requests before a write, so that one write carries all. Calls that woke this task run
    /// after it otherwise.
    fn yields(&mut self) -> bool {
        self.has_yielded = !self.has_yielded && self.seen.in_flight() > 1;
        self.has_yielded
    }
}

impl Future for Running {
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
            self.seen.note_fault(failure::silence());
        }
        gone
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.seen.close();
    }
}

/// Pings a server that owes an answer and has sent nothing for a while. Ends when a ping is left unanswered.
async fn keep_alive(pings: Option<PingPong>, seen: Arc<Seen>, patience: Duration) {
    let Some(mut pings) = pings else {
        return pending().await;
    };
    loop {
        let left = KEEPALIVE.saturating_sub(seen.silence());
        if !left.is_zero() || seen.in_flight() == 0 {
            sleep(if left.is_zero() { KEEPALIVE } else { left }).await;
            continue;
        }
        match in_time(Some(patience), pings.ping(Ping::opaque())).await {
            Some(Ok(_)) => {}
            // The connection has ended; the task of its frames reports that.
            Some(Err(_)) => return pending().await,
            None => return,
        }
    }
}
