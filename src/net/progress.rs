//! How far a request has got, for its time limits and its errors: whether it is connecting, to which addresses, and when bytes were
//! sent.
//!
//! Our own dialer fills it in directly. reqwest does not tell: the layer around its connector, its resolver and the body of the
//! request write into the [`Progress`] of the task that runs them.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

tokio::task_local! {
    static PROGRESS: Progress;
}

/// How far a request has got.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    /// The port of the host or the proxy that a connection is opened to.
    port: Option<u16>,
    address: Option<IpAddr>,
    attempts: Vec<Attempt>,
}

/// The stage of a request.
#[derive(Debug, Clone, Copy, Default)]
pub enum Stage {
    /// A connection of the pool serves the request.
    #[default]
    Pooled,
    /// A connection is being opened.
    Connecting,
    /// Bytes were sent at this moment: the connection was opened, or a piece of a form was sent.
    Active(Instant),
}

/// An attempt to connect to an address.
#[derive(Debug)]
pub struct Attempt {
    /// The address.
    pub address: SocketAddr,
    /// Why the attempt failed. `None` while it is running or waits for its turn.
    pub error: Option<io::Error>,
}

impl Progress {
    /// The progress of a request that may open a connection to this port.
    pub fn to_port(port: Option<u16>) -> Self {
        let progress = Progress::default();
        progress.state().port = port;
        progress
    }

    /// Runs a request that notes its progress here.
    pub fn observe<F: Future>(&self, request: F) -> impl Future<Output = F::Output> {
        PROGRESS.scope(self.clone(), request)
    }

    /// The stage of the request.
    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    /// The port that a connection is opened to.
    pub fn port(&self) -> Option<u16> {
        self.state().port
    }

    /// The address of the host that was tried last.
    pub fn address(&self) -> Option<IpAddr> {
        self.state().address
    }

    /// Maps each attempt to connect, in order.
    pub fn attempts<T>(&self, each: impl Fn(&Attempt) -> T) -> Vec<T> {
        self.state().attempts.iter().map(each).collect()
    }

    /// Notes the address that is tried.
    pub fn note_address(&self, address: IpAddr) {
        self.state().address = Some(address);
    }

    /// Notes the addresses to try, in order.
    pub fn note_attempts(&self, addresses: &[SocketAddr]) {
        let attempts = addresses.iter().map(|&address| Attempt {
            address,
            error: None,
        });
        self.state().attempts = attempts.collect();
    }

    /// Notes a failed attempt.
    pub fn note_failure(&self, address: SocketAddr, error: io::Error) {
        let attempts = &mut self.state().attempts;
        if let Some(attempt) = attempts.iter_mut().find(|it| it.address == address) {
            attempt.error = Some(error);
        }
    }

    /// Notes that an attempt has connected: later failures are not those of the attempts.
    pub fn note_connected(&self) {
        self.state().attempts.clear();
    }

    /// Notes that a piece of the request is sent.
    pub fn note_activity(&self) {
        self.state().stage = Stage::Active(Instant::now());
    }

    /// Notes that the connection for the request is being opened.
    pub(super) fn note_connecting(&self) {
        self.state().stage = Stage::Connecting;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The progress of the running task. A connection that reqwest goes on opening after another one has served its request has none.
    pub(super) fn current() -> Option<Progress> {
        PROGRESS.try_with(Progress::clone).ok()
    }
}
