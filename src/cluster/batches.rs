//! Which idle connections a call may use: those whose last answer had been handed to the caller when it made the call.
//!
//! A server may send an answer that nobody asked for right behind one that somebody did. What has not arrived when a
//! connection is taken cannot be seen, so a call that waits in a queue must not take a connection in the microseconds
//! after its last answer. Node's agent has that by its nature: a socket is free in a later tick than its answer.

use std::cell::Cell;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of batches of answers that were handed to callers.
static BATCHES: AtomicU64 = AtomicU64::new(0);

tokio::task_local! {
    /// How many batches there were when the current call was made. None when it no longer matters.
    static MADE_AT: Cell<Option<u64>>;
}

/// Notes that a caller is handed a batch of answers.
pub fn note_batch() {
    BATCHES.fetch_add(1, Ordering::Relaxed);
}

/// How many batches there were.
pub(super) fn count() -> u64 {
    BATCHES.load(Ordering::Relaxed)
}

/// Runs a call that is made now.
pub fn made_now<F: Future>(call: F) -> impl Future<Output = F::Output> {
    MADE_AT.scope(Cell::new(Some(count())), call)
}

/// Lets the current call use any idle connection from here on: what it sends next follows from an answer.
pub fn follow_answer() {
    take_made_at();
}

/// How many batches there were when the current call was made, for its first connection. The others it takes because
/// of what became of that one.
pub(super) fn take_made_at() -> Option<u64> {
    MADE_AT.try_with(Cell::take).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_tells_once_when_it_was_made() {
        assert_eq!(take_made_at(), None);
        let before = count();
        let call = made_now(async { (take_made_at(), take_made_at()) });
        note_batch();
        let (first, second) = call.await;
        assert!(first.is_some_and(|made| made >= before && made < count()));
        assert_eq!(second, None);
    }
}
