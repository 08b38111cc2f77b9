//! Connects to the first address of a name that answers: Happy Eyeballs (RFC 8305).
//!
//! ```text
//! start an attempt ─┬─ it connects ────→ done: the other attempts are dropped
//!        ↑          ├─ it fails ───────→ start the next attempt, if any
//!        └──────────┴─ after the delay → start the next attempt beside it, if any
//! every attempt has failed → the failures are in the noted attempts
//! ```
//!
//! Knows no sockets: the caller connects, and bounds the whole.

use super::connect_attempts::ConnectAttempts;
use super::time_limit::in_time;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// After this time without an answer, the next address is tried too (RFC 8305 §5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// The shortest delay (RFC 8305 §5).
const SHORTEST_DELAY: Duration = Duration::from_millis(10);

/// The addresses in the order of the attempts: the families alternate, and the first family is that of the first address
/// (RFC 8305 §4).
pub fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let is_first = |address: &SocketAddr| address.is_ipv6() == first_is_v6;
    let (first, second): (Vec<_>, Vec<_>) = addresses.into_iter().partition(is_first);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut order = Vec::with_capacity(first.len() + second.len());
    while first.len() + second.len() > 0 {
        order.extend(first.next());
        order.extend(second.next());
    }
    order
}

/// The delay before the next attempt. It is shorter if this many addresses would not fit into the rest of the limit, which
/// runs since `begun`.
pub fn delay(limit: Option<Duration>, begun: Instant, addresses: usize) -> Duration {
    let addresses = u32::try_from(addresses).unwrap_or(u32::MAX).max(1);
    let share = limit.map(|limit| limit.saturating_sub(begun.elapsed()) / addresses);
    let delay = share.map_or(ATTEMPT_DELAY, |share| share.min(ATTEMPT_DELAY));
    delay.max(SHORTEST_DELAY)
}

/// Connects to the first address that answers. `None` if all attempts have failed: the noted attempts have the reasons.
pub async fn first_connected<T, F: Future<Output = io::Result<T>>>(
    addresses: Vec<SocketAddr>,
    delay: Duration,
    noted: &ConnectAttempts,
    connect: impl Fn(SocketAddr) -> F,
) -> Option<T> {
    noted.note_addresses(&addresses);
    let mut waiting = addresses.into_iter();
    let mut attempts = Attempts(Vec::new());
    loop {
        let next = waiting.next();
        attempts.extend(next.map(|address| (address, connect(address))));
        let delay = (waiting.len() > 0).then_some(delay);
        match attempts.next(delay).await? {
            Event::Delayed => {}
            Event::Failed(address, error) => noted.note_failure(address, error),
            Event::Connected(connected) => {
                noted.note_connected();
                return Some(connected);
            }
        }
    }
}

/// An event that ends the wait for the running attempts.
enum Event<T> {
    Connected(T),
    Failed(SocketAddr, io::Error),
    /// No attempt has ended within the delay.
    Delayed,
}

/// The running attempts.
struct Attempts<F>(Vec<(SocketAddr, Pin<Box<F>>)>);

impl<T, F: Future<Output = io::Result<T>>> Attempts<F> {
    fn extend(&mut self, attempt: Option<(SocketAddr, F)>) {
        let attempt = attempt.map(|(address, attempt)| (address, Box::pin(attempt)));
        self.0.extend(attempt);
    }

    /// The next event. `None` if no attempt is left.
    async fn next(&mut self, delay: Option<Duration>) -> Option<Event<T>> {
        if self.0.is_empty() {
            return None;
        }
        let ended = in_time(delay, poll_fn(|context| self.poll_ended(context))).await;
        Some(match ended {
            Some((_, Ok(connected))) => Event::Connected(connected),
            Some((address, Err(error))) => Event::Failed(address, error),
            None => Event::Delayed,
        })
    }

    /// Removes the attempt that ends first.
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<(SocketAddr, F::Output)> {
        for at in 0..self.0.len() {
            let (address, attempt) = &mut self.0[at];
            if let Poll::Ready(output) = attempt.as_mut().poll(context) {
                let address = *address;
                drop(self.0.remove(at));
                return Poll::Ready((address, output));
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;
