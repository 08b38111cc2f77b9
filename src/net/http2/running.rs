//! What moves the frames of a connection, and notices when the server is gone.

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

/// How long a server may leave a ping unanswered, unless its silences are bounded by less or more.
const PING_TIMEOUT: Duration = Duration::from_secs(60);
/// A machine that is busy must not look dead.
const SHORTEST_PING_TIMEOUT: Duration = Duration::from_secs(10);

/// What runs a connection; it ends with it.
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

    /// Whether calls that are ready should add their requests first, so that one write takes all. A call that wakes
    /// this task has it run before them.
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

/// Pings a server that has sent nothing for a while and owes an answer. Ends when it leaves a ping unanswered.
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
            // The connection has ended, which its frames tell.
            Some(Err(_)) => return pending().await,
            None => return,
        }
    }
}
