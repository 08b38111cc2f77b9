//! Tells how far a request has come, for its time limits and its errors: whether it is connecting, to
//! which addresses, and when something went out.
//!
//! The HTTP clients do not say. A layer around their connectors, the resolver and the body of the request
//! write it into the [`Progress`] of the request whose task runs them.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

tokio::task_local! {
    static PROGRESS: Progress;
}

/// How far a request has come.
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
    /// A connection of the pool serves.
    #[default]
    Pooled,
    /// A connection is being opened.
    Connecting,
    /// Something went out at this moment: the connection was opened, or a piece of a form was sent.
    Active(Instant),
}

/// An attempt to connect to an address.
#[derive(Debug)]
pub struct Attempt {
    /// Where to.
    pub address: SocketAddr,
    /// Why it failed; none while it goes on, or waits for its turn.
    pub error: Option<io::Error>,
}

impl Progress {
    /// The progress of a request that opens a connection to this port, if it opens one.
    pub fn to_port(port: Option<u16>) -> Self {
        let progress = Progress::default();
        progress.state().port = port;
        progress
    }

    /// Runs a request so that its connecting shows here.
    pub fn observe<F: Future>(&self, request: F) -> impl Future<Output = F::Output> {
        PROGRESS.scope(self.clone(), request)
    }

    /// How far the request has come.
    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    /// The port that a connection is opened to.
    pub fn port(&self) -> Option<u16> {
        self.state().port
    }

    /// The last address that the host's name was found to have.
    pub fn address(&self) -> Option<IpAddr> {
        self.state().address
    }

    /// What a function makes of each attempt to connect, in order.
    pub fn attempts<T>(&self, each: impl Fn(&Attempt) -> T) -> Vec<T> {
        self.state().attempts.iter().map(each).collect()
    }

    /// Notes the address that the host of the request is tried at last.
    pub fn note_address(&self, address: IpAddr) {
        self.state().address = Some(address);
    }

    /// Notes the addresses that are to be tried, in order.
    pub fn note_attempts(&self, addresses: &[SocketAddr]) {
        let attempts = addresses.iter().map(|&address| Attempt {
            address,
            error: None,
        });
        self.state().attempts = attempts.collect();
    }

    /// Notes that the attempt to connect to an address has failed.
    pub fn note_failure(&self, address: SocketAddr, error: io::Error) {
        let attempts = &mut self.state().attempts;
        if let Some(attempt) = attempts.iter_mut().find(|it| it.address == address) {
            attempt.error = Some(error);
        }
    }

    /// Notes that one of the attempts has connected: what fails later is not theirs.
    pub fn note_connected(&self) {
        self.state().attempts.clear();
    }

    /// Notes that a piece of the request goes out.
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

    /// A connection whose request was served by another one goes on in a task of its own, with no progress.
    pub(super) fn current() -> Option<Progress> {
        PROGRESS.try_with(Progress::clone).ok()
    }
}
