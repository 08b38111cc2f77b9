//! Tells how far a request has come, for its time limits and its errors: whether it is connecting, to
//! which address, and when something went out.
//!
//! The HTTP clients do not say. A layer around their connectors, the resolver and the body of the request
//! write it into the [`Progress`] of the request whose task runs them.

use std::future::Future;
use std::net::IpAddr;
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
    address: Option<IpAddr>,
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

impl Progress {
    /// Runs a request so that its connecting shows here.
    pub fn observe<F: Future>(&self, request: F) -> impl Future<Output = F::Output> {
        PROGRESS.scope(self.clone(), request)
    }

    /// How far the request has come.
    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    /// The last address that the host's name was found to have.
    pub fn address(&self) -> Option<IpAddr> {
        self.state().address
    }

    /// Notes the address that the host of the current request is tried at last.
    pub fn note_address(address: IpAddr) {
        if let Some(progress) = Progress::current() {
            progress.state().address = Some(address);
        }
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
