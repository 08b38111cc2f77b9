//! Tells how far a request has come, for its time limits and its errors: whether it is connecting, to
//! which address, and when something went out.
//!
//! reqwest does not say. A layer around its connector, the resolver and the body of the request write it
//! into the [`Progress`] of the request whose task runs them.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

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

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection whose request was served by another one goes on in a task of its own, with no progress.
    fn current() -> Option<Progress> {
        PROGRESS.try_with(Progress::clone).ok()
    }
}

/// The layer around reqwest's connector.
#[derive(Debug, Clone, Copy)]
pub struct ObserveConnecting;

/// The connector with the layer around it.
#[derive(Debug, Clone)]
pub struct Observed<S>(S);

impl<S> Layer<S> for ObserveConnecting {
    type Service = Observed<S>;

    fn layer(&self, connector: S) -> Self::Service {
        Observed(connector)
    }
}

impl<S, R> Service<R> for Observed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, destination: R) -> Self::Future {
        let progress = Progress::current();
        let report = move |stage| {
            if let Some(progress) = &progress {
                progress.state().stage = stage;
            }
        };
        report(Stage::Connecting);
        let connecting = self.0.call(destination);
        Box::pin(async move {
            let connected = connecting.await;
            report(Stage::Active(Instant::now()));
            connected
        })
    }
}
