//! The connections to each host, and who opens them: one request for all that wait.
//!
//! If the profile allows HTTP/1.1, ALPN decides at each new connection which protocol a host speaks:
//!
//! ```text
//! spoke HTTP/2 last, or nothing yet ──all share one opening──▶ h2: all use it
//!          ▲                                              └──▶ http/1.1: one request takes it
//!          │                                                       │
//!          └──h2──each request opens a connection of its own──◀── spoke HTTP/1.1 last
//! ```

use super::super::dial::{Dialer, IDLE, is_secure};
use super::super::failure::{self, NoHttp2};
use super::super::stream::Stream;
use super::super::time_limit::in_time;
use super::super::tls::{HTTP2, Protocols};
use super::connection::{Connection, StreamPermit};
use super::driver::Driver;
use super::profile::Profile;
use crate::api::error::Failure;
use crate::task::task;
use http::Uri;
use http::uri::Authority;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// The connections to the hosts of a cluster.
#[derive(Debug)]
pub struct Pool {
    dialer: Dialer,
    profile: Profile,
    hosts: Mutex<HashMap<HostKey, HostConnections>>,
}

/// What the pool has for a request.
#[derive(Debug)]
pub enum Acquired {
    /// A stream over HTTP/2, on a connection that may be new.
    Http2 { permit: StreamPermit, is_new: bool },
    /// The host spoke HTTP/1.1 last. A connection may have been opened to find that out.
    Http1(Option<Stream>),
}

/// A host: whether it is behind TLS, and its authority.
type HostKey = (bool, Authority);

/// The connections to one host.
#[derive(Debug, Default)]
struct HostConnections {
    open: Vec<Arc<Connection>>,
    /// The connection that is being opened.
    opening: Option<Opening>,
    /// Whether the last connection that was opened speaks HTTP/1.1.
    spoke_http1: bool,
    /// That connection, until a request takes it.
    spare: Option<Stream>,
}

/// The result of opening a connection.
type Opening = watch::Receiver<Option<Result<(), Failure>>>;

impl HostConnections {
    /// A permit of a connection that allows one more stream.
    fn permit(&mut self) -> Option<StreamPermit> {
        self.open.retain(|connection| !connection.is_closed());
        self.open.iter().find_map(Connection::permit)
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
    pub fn new(dialer: Dialer, profile: Profile) -> Self {
        Pool {
            dialer,
            profile,
            hosts: Mutex::default(),
        }
    }

    /// A permit for one more stream. If no connection allows it, one is opened for all requests that wait, and they share its result.
    pub async fn acquire(self: &Arc<Self>, uri: &Uri) -> Result<Acquired, Failure> {
        let mut is_new = false;
        loop {
            let mut opening = match self.acquire_now(uri, is_new) {
                Ok(acquired) => return Ok(acquired),
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

    fn acquire_now(self: &Arc<Self>, uri: &Uri, is_new: bool) -> Result<Acquired, Opening> {
        let mut hosts = self.hosts();
        let host = hosts.entry(host_key(uri)).or_default();
        if host.spoke_http1 {
            return Ok(Acquired::Http1(host.spare.take()));
        }
        if let Some(permit) = host.permit() {
            return Ok(Acquired::Http2 { permit, is_new });
        }
        Err(match host.under_way() {
            Some(opening) => opening.clone(),
            None => host.opening.insert(self.start_opening(uri, None)).clone(),
        })
    }

    /// Opens a connection for one request over HTTP/1.1. `None` if ALPN chooses HTTP/2 now: then [`Pool::acquire`] has the connection.
    pub async fn open_http1(self: &Arc<Self>, uri: &Uri) -> Result<Option<Stream>, Failure> {
        let stream = self.dialer.open_secure(uri, self.profile.protocols).await?;
        let stream = Stream::Secure(stream);
        if !speaks_http2(&stream) {
            return Ok(Some(stream));
        }
        let mut hosts = self.hosts();
        let host = hosts.entry(host_key(uri)).or_default();
        host.spoke_http1 = false;
        // If several requests find that out at the same time, the first connection serves all.
        if host.permit().is_none() && host.under_way().is_none() {
            host.opening = Some(self.start_opening(uri, Some(stream)));
        }
        Ok(None)
    }

    /// Opens a connection, or runs one for which ALPN chose HTTP/2, as long as the pool exists.
    fn start_opening(self: &Arc<Self>, uri: &Uri, stream: Option<Stream>) -> Opening {
        let (end, opening) = watch::channel(None);
        let (pool, uri) = (Arc::downgrade(self), uri.clone());
        let (dialer, profile) = (self.dialer.clone(), self.profile);
        tokio::spawn(task(async move {
            let opened = tokio::select! {
                opened = open(&dialer, &profile, &uri, stream) => opened,
                () = end.closed() => return,
            };
            if let Some(pool) = pool.upgrade() {
                let _ = end.send(Some(pool.keep(&uri, opened)));
            }
        }));
        opening
    }

    fn keep(self: &Arc<Self>, uri: &Uri, opened: Result<Opened, Failure>) -> Result<(), Failure> {
        let mut hosts = self.hosts();
        let host = hosts.entry(host_key(uri)).or_default();
        host.opening = None;
        let opened = opened?;
        host.spoke_http1 = matches!(opened, Opened::Http1(_));
        match opened {
            Opened::Http1(stream) => host.spare = Some(stream),
            Opened::Http2(connection, driver) => {
                let connection = Arc::new(connection);
                let entry = Entry {
                    pool: Arc::downgrade(self),
                    uri: uri.clone(),
                    connection: Arc::downgrade(&connection),
                };
                tokio::spawn(task(entry.run(driver)));
                host.open.retain(|connection| !connection.is_useless());
                host.open.push(connection);
            }
        }
        Ok(())
    }

    /// Takes a connection out of the pool. Its requests go on.
    pub fn retire(&self, uri: &Uri, connection: &Arc<Connection>) {
        if let Some(host) = self.hosts().get_mut(&host_key(uri)) {
            host.open.retain(|open| !Arc::ptr_eq(open, connection));
        }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<HostKey, HostConnections>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Opened {
    Http1(Stream),
    Http2(Connection, Box<Driver>),
}

/// Opens a connection, unless it is open already, and starts HTTP/2 on it if the host speaks it. Both have the time to connect.
async fn open(
    dialer: &Dialer,
    profile: &Profile,
    uri: &Uri,
    stream: Option<Stream>,
) -> Result<Opened, Failure> {
    let begun = Instant::now();
    let stream = match stream {
        Some(stream) => stream,
        None => dial(dialer, profile, uri).await?,
    };
    match (speaks_http2(&stream), profile.protocols) {
        (true, _) => {}
        (false, Protocols::Http2) => return Err(failure::no_http2(NoHttp2::NotChosen)),
        (false, _) => return Ok(Opened::Http1(stream)),
    }
    let limit = dialer.limit();
    let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
    let opened = in_time(left, Connection::open(stream, profile)).await;
    let opened = opened.unwrap_or_else(|| Err(failure::no_settings()));
    let (connection, driver) = opened.map_err(|failure| dialer.with_proxy(uri, failure))?;
    Ok(Opened::Http2(connection, driver))
}

async fn dial(dialer: &Dialer, profile: &Profile, uri: &Uri) -> Result<Stream, Failure> {
    Ok(match is_secure(uri) {
        true => Stream::Secure(dialer.open_secure(uri, profile.protocols).await?),
        false => dialer.open(uri).await?,
    })
}

fn speaks_http2(stream: &Stream) -> bool {
    match stream {
        Stream::Clear(_) | Stream::ClearBehind(_) => true,
        Stream::Secure(secure) => secure.protocol() == Some(HTTP2),
    }
}

/// The entry of a connection in a pool.
struct Entry {
    pool: Weak<Pool>,
    uri: Uri,
    connection: Weak<Connection>,
}

impl Entry {
    /// Runs a connection, and removes it from the pool when it was unused for long.
    async fn run(self, mut driver: Box<Driver>) {
        while timeout(IDLE, &mut driver).await.is_err() {
            if let (Some(pool), Some(connection)) = (self.pool.upgrade(), self.connection.upgrade())
                && connection.is_idle()
            {
                pool.retire(&self.uri, &connection);
            }
        }
    }
}

fn host_key(uri: &Uri) -> HostKey {
    let authority = uri.authority().cloned();
    let authority = authority.unwrap_or_else(|| Authority::from_static("localhost"));
    (is_secure(uri), authority)
}
