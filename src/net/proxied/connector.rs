//! The layer around reqwest's connector: bounds the time to connect, and notes it in the [`Progress`] of the request.

use super::super::time_limit::in_time;
use super::progress::Progress;
use super::resolver::ConnectedAddresses;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;

/// The layer. Without a limit it waits for ever.
#[derive(Debug, Clone)]
pub struct ConnectLimit {
    pub limit: Option<Duration>,
    /// Cleared when a connection fails.
    pub connected: Arc<ConnectedAddresses>,
}

/// A connector inside the layer.
#[derive(Debug, Clone)]
pub struct Connector<S> {
    inner: S,
    layer: ConnectLimit,
}

/// The time to connect is over.
#[derive(Debug)]
pub struct TimedOut;

impl<S> Layer<S> for ConnectLimit {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let layer = self.clone();
        Connector { inner, layer }
    }
}

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R>,
    S::Response: 'static,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, destination: R) -> Self::Future {
        let progress = Progress::current();
        if let Some(progress) = &progress {
            progress.note_connecting();
        }
        let connecting = connect_in_time(self.layer.limit, self.inner.call(destination));
        let addresses = self.layer.connected.clone();
        Box::pin(async move {
            let connected = connecting.await;
            if connected.is_err() {
                addresses.forget();
            }
            if let Some(progress) = &progress {
                progress.note_activity();
            }
            connected
        })
    }
}

async fn connect_in_time<T, E: Into<BoxError>>(
    limit: Option<Duration>,
    connecting: impl Future<Output = Result<T, E>>,
) -> Result<T, BoxError> {
    let connected = in_time(limit, connecting).await.ok_or(TimedOut)?;
    connected.map_err(Into::into)
}

impl StdError for TimedOut {}

impl fmt::Display for TimedOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the time to connect has run out")
    }
}
