//! How far a request has got, for its time limits and its errors: whether it is connecting, to which addresses, and when bytes were
//! sent.
//!
//! reqwest does not tell. The layer around its connector, its resolver and the body of the request write into the [`Progress`] of the
//! task that runs them.

use super::super::connect_attempts::ConnectAttempts;
use super::super::failure;
use super::super::time_limit::in_time;
use crate::api::error::Failure;
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

tokio::task_local! {
    static PROGRESS: Progress;
}

/// How far a request has got.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    state: Arc<Mutex<State>>,
    attempts: ConnectAttempts,
}

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    /// The port of the proxy that a connection is opened to.
    port: Option<u16>,
    address: Option<IpAddr>,
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

    /// The address of the proxy that was tried last.
    pub fn address(&self) -> Option<IpAddr> {
        self.state().address
    }

    /// The attempts to connect to the addresses of the proxy.
    pub fn attempts(&self) -> &ConnectAttempts {
        &self.attempts
    }

    /// Notes the address that is tried.
    pub fn note_address(&self, address: IpAddr) {
        self.state().address = Some(address);
    }

    /// Notes that a piece of the request is sent.
    pub fn note_activity(&self) {
        self.state().stage = Stage::Active(Instant::now());
    }

    /// Notes that the connection for the request is being opened.
    pub fn note_connecting(&self) {
        self.state().stage = Stage::Connecting;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The progress of the running task. A connection that reqwest goes on opening after another one has served its request has none.
    pub fn current() -> Option<Progress> {
        PROGRESS.try_with(Progress::clone).ok()
    }
}

/// Waits for the header section of an answer. The connector bounds the time to connect, and the silence counts from its end.
pub async fn until_answer<F: Future>(
    limit: Option<Duration>,
    progress: &Progress,
    answer: F,
) -> Result<F::Output, Failure> {
    let Some(limit) = limit else {
        return Ok(answer.await);
    };
    let mut deadline = Instant::now() + limit;
    tokio::pin!(answer);
    loop {
        let left = deadline - Instant::now();
        if let Some(answer) = in_time(Some(left), answer.as_mut()).await {
            return Ok(answer);
        }
        let later = match progress.stage() {
            Stage::Pooled => deadline,
            Stage::Connecting => Instant::now() + limit,
            Stage::Active(at) => at + limit,
        };
        if later <= deadline {
            return Err(failure::silence());
        }
        deadline = later;
    }
}
