//! The connections to each host, and who opens them: one request for all that wait.
//!
//! ALPN decides at each new connection which protocol a host speaks:
//!
//! ```text
//! spoke HTTP/2 last, or nothing yet ──all share one opening──▶ h2: all use it
//!          ▲                                              └──▶ http/1.1: one request takes it
//!          │                                                       │
//!          └──h2──each request opens a connection of its own──◀── spoke HTTP/1.1 last
//! ```

use super::super::dial::{Dialer, IDLE};
use super::super::failure;
use super::super::stream::Secure;
use super::super::tls::{HTTP2, Protocols};
use super::connection::{Connection, Lease};
use super::running::Running;
use crate::api::error::Failure;
use http::Uri;
use http::uri::Authority;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// The connections to the hosts of a cluster.
#[derive(Debug)]
pub struct Pool {
    dialer: Dialer,
    timeout: Option<Duration>,
    hosts: Mutex<HashMap<Authority, HostConnections>>,
}

/// How a request reaches a host.
#[derive(Debug)]
pub enum Route {
    /// Over HTTP/2, on a connection that may be new.
    Http2 { lease: Lease, is_new: bool },
    /// Over HTTP/1.1, which the host spoke last. A connection may have been opened to find that out.
    Http1(Option<Secure>),
}

/// The connections to one host.
#[derive(Debug, Default)]
struct HostConnections {
    open: Vec<Arc<Connection>>,
    /// The connection that is being opened.
    opening: Option<Opening>,
    /// Whether the last connection that was opened speaks HTTP/1.1.
    spoke_http1: bool,
    /// That connection, until a request takes it.
    spare: Option<Secure>,
}

/// The result of opening a connection.
type Opening = watch::Receiver<Option<Result<(), Failure>>>;

impl HostConnections {
    /// Takes a claim on a connection that allows one more request.
    fn lease(&mut self) -> Option<Lease> {
        self.open.retain(|connection| !connection.is_closed());
        self.open.iter().find_map(Connection::lease)
    }

    fn under_way(&self) -> Option<&Opening> {
        // A sender that is gone was dropped with its runtime.
        self.opening
            .as_ref()
            .filter(|end| end.has_changed().is_ok())
    }
}

impl Pool {
    /// Nothing is connected yet.
    pub fn new(dialer: Dialer, timeout: Option<Duration>) -> Self {
        Pool {
            dialer,
            timeout,
            hosts: Mutex::default(),
        }
    }

    /// A claim on a connection. If no connection allows one more request, one is opened for all requests that wait, and they share its
    /// result.
    pub async fn route(self: &Arc<Self>, uri: &Uri) -> Result<Route, Failure> {
        let mut is_new = false;
        loop {
            let mut opening = match self.current_route(uri, is_new) {
                Ok(route) => return Ok(route),
                Err(opening) => opening,
            };
            is_new = true;
            if let Ok(end) = opening.wait_for(Option::is_some).await
                && let Some(Err(failure)) = &*end
            {
                return Err(failure.clone());
            }
        }
    }

    fn current_route(self: &Arc<Self>, uri: &Uri, is_new: bool) -> Result<Route, Opening> {
        let mut hosts = self.hosts();
        let host = hosts.entry(authority(uri)).or_default();
        if host.spoke_http1 {
            return Ok(Route::Http1(host.spare.take()));
        }
        if let Some(lease) = host.lease() {
            return Ok(Route::Http2 { lease, is_new });
        }
        Err(match host.under_way() {
            Some(opening) => opening.clone(),
            None => host.opening.insert(self.start_opening(uri, None)).clone(),
        })
    }

    /// Opens a connection for one request over HTTP/1.1. `None` if ALPN chooses HTTP/2 now: then [`Pool::route`] has the connection.
    pub async fn open_http1(self: &Arc<Self>, uri: &Uri) -> Result<Option<Secure>, Failure> {
        let stream = self.dialer.open_secure(uri, Protocols::Either).await?;
        if !speaks_http2(&stream) {
            return Ok(Some(stream));
        }
        let mut hosts = self.hosts();
        let host = hosts.entry(authority(uri)).or_default();
        host.spoke_http1 = false;
        // If several requests find that out at the same time, the first connection serves all.
        if host.lease().is_none() && host.under_way().is_none() {
            host.opening = Some(self.start_opening(uri, Some(stream)));
        }
        Ok(None)
    }

    /// Opens a connection, or runs one for which ALPN chose HTTP/2, as long as the pool exists.
    fn start_opening(self: &Arc<Self>, uri: &Uri, stream: Option<Secure>) -> Opening {
        let (end, opening) = watch::channel(None);
        let (pool, uri) = (Arc::downgrade(self), uri.clone());
        let (dialer, timeout) = (self.dialer.clone(), self.timeout);
        tokio::spawn(async move {
            let opened = tokio::select! {
                opened = open(&dialer, timeout, &uri, stream) => opened,
                () = end.closed() => return,
            };
            if let Some(pool) = pool.upgrade() {
                let _ = end.send(Some(pool.keep(&uri, opened)));
            }
        });
        opening
    }

    fn keep(self: &Arc<Self>, uri: &Uri, opened: Result<Opened, Failure>) -> Result<(), Failure> {
        let mut hosts = self.hosts();
        let host = hosts.entry(authority(uri)).or_default();
        host.opening = None;
        let opened = opened?;
        host.spoke_http1 = matches!(opened, Opened::Http1(_));
        match opened {
            Opened::Http1(stream) => host.spare = Some(stream),
            Opened::Http2(connection, running) => {
                let connection = Arc::new(connection);
                let entry = Entry {
                    pool: Arc::downgrade(self),
                    uri: uri.clone(),
                    connection: Arc::downgrade(&connection),
                };
                tokio::spawn(entry.keep_running(running));
                host.open.retain(|connection| !connection.is_useless());
                host.open.push(connection);
            }
        }
        Ok(())
    }

    /// Takes a connection out of the pool. Its requests go on.
    pub fn retire(&self, uri: &Uri, connection: &Arc<Connection>) {
        if let Some(host) = self.hosts().get_mut(&authority(uri)) {
            host.open.retain(|open| !Arc::ptr_eq(open, connection));
        }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<Authority, HostConnections>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Opened {
    Http1(Secure),
    Http2(Connection, Box<Running>),
}

async fn open(
    dialer: &Dialer,
    silence: Option<Duration>,
    uri: &Uri,
    stream: Option<Secure>,
) -> Result<Opened, Failure> {
    let stream = match stream {
        Some(stream) => stream,
        None => dialer.open_secure(uri, Protocols::Either).await?,
    };
    if !speaks_http2(&stream) {
        return Ok(Opened::Http1(stream));
    }
    let opening = Connection::open(stream, silence);
    let (connection, running) = match dialer.limit() {
        Some(limit) => timeout(limit, opening)
            .await
            .map_err(|_| failure::connect_timeout())??,
        None => opening.await?,
    };
    Ok(Opened::Http2(connection, running))
}

fn speaks_http2(stream: &Secure) -> bool {
    stream.protocol() == Some(HTTP2)
}

/// The entry of a connection in a pool.
struct Entry {
    pool: Weak<Pool>,
    uri: Uri,
    connection: Weak<Connection>,
}

impl Entry {
    /// Runs a connection, and removes it from the pool when it was unused for long.
    async fn keep_running(self, mut running: Box<Running>) {
        while timeout(IDLE, &mut running).await.is_err() {
            if let (Some(pool), Some(connection)) = (self.pool.upgrade(), self.connection.upgrade())
                && connection.is_idle()
            {
                pool.retire(&self.uri, &connection);
            }
        }
    }
}

fn authority(uri: &Uri) -> Authority {
    let authority = uri.authority().cloned();
    authority.unwrap_or_else(|| Authority::from_static("localhost"))
}
