//! What the waits of a client and the driver of their stream share.

use super::driver::drive;
use super::parked::Parked;
use super::reads::Reads;
use super::watches::{Reaction, WatchKey, Watches};
use super::{Received, WatchChannel};
use crate::api::error::Error;
use crate::task::task;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// What the waits of a client and the driver of their stream share.
pub struct Shared<C> {
    pub channel: C,
    pub reads: Reads,
    /// Bounds each attempt of a wait.
    pub timeout: Option<Duration>,
    /// The streams that may fail in a row: the hosts, and one more.
    pub attempts: AtomicUsize,
    /// There may be requests to send.
    pub changed: Notify,
    /// The server does not answer a create request.
    pub stalled: Notify,
    /// A wait was idle for its timeout: the server may be dead.
    pub doubted: Notify,
    /// The most bytes of the events of a revision.
    pub limit: usize,
    state: Mutex<State>,
}

#[derive(Default)]
pub struct State {
    pub watches: Watches,
    pub parked: Parked,
    /// The host of the latest stream.
    pub endpoint: Arc<str>,
    /// The task of the stream, if it runs.
    driver: Option<AbortHandle>,
}

impl<C: WatchChannel> Shared<C> {
    pub fn new(channel: C, timeout: Option<Duration>, limit: usize) -> Self {
        let state = State {
            watches: Watches::new(limit),
            ..State::default()
        };
        Shared {
            channel,
            reads: Reads::default(),
            timeout,
            attempts: AtomicUsize::new(0),
            changed: Notify::new(),
            stalled: Notify::new(),
            doubted: Notify::new(),
            limit,
            state: Mutex::new(state),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn attempts(&self) -> usize {
        self.attempts.load(Ordering::Relaxed)
    }

    pub fn endpoint(&self) -> Arc<str> {
        self.state().endpoint.clone()
    }

    /// Takes what the stream has brought. Whether the stream is still of use.
    pub fn receive(&self, received: Received) -> Reaction {
        let mut state = self.state();
        match received {
            Received::Response(response) => state.watches.receive(response),
            Received::TooLarge(id) => {
                state.watches.too_large(id);
                Reaction::GoOn
            }
        }
    }

    /// Asks the server how far it has got.
    pub fn ask_progress(&self) {
        self.state().watches.ask_progress();
        self.changed.notify_one();
    }

    /// Changes the state, and starts the driver if a watch needs it.
    pub fn change<T>(self: &Arc<Self>, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        if state.driver.is_none() && state.watches.needs_stream() {
            state.driver = Some(tokio::spawn(task(drive(self.clone()))).abort_handle());
        }
        drop(state);
        self.changed.notify_one();
        result
    }

    /// Removes a watch. Needs no runtime: a wait may be dropped anywhere.
    pub fn leave(&self, key: WatchKey) {
        self.state().watches.leave(key);
        self.changed.notify_one();
    }

    pub fn opened(&self, endpoint: &str) {
        self.reads.forget();
        let mut state = self.state();
        state.endpoint = endpoint.into();
        state.watches.opened();
    }

    /// The stream has failed. Whether a watch was registered on it.
    pub fn closed(&self) -> bool {
        let mut state = self.state();
        state.watches.closed();
        state.watches.has_registered()
    }

    /// No stream can be opened: the driver ends, and so do the waits.
    pub fn fail(&self, error: &Error) {
        let mut state = self.state();
        state.driver = None;
        state.watches.fail(error);
        let left = state.parked.give_up();
        left.into_iter().for_each(|key| state.watches.leave(key));
    }

    /// Ends the driver if no watch is left.
    pub fn retire(&self) -> bool {
        let mut state = self.state();
        let is_idle = state.watches.is_empty();
        if is_idle {
            state.watches.closed();
            state.driver = None;
        }
        is_idle
    }

    /// Ends the stream and the watches that no wait holds.
    pub fn stop(&self) {
        let mut state = self.state();
        if let Some(driver) = state.driver.take() {
            driver.abort();
        }
        state.watches.closed();
        let left = std::mem::take(&mut state.parked).give_up();
        left.into_iter().for_each(|key| state.watches.leave(key));
    }
}
