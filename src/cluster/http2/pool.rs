//! The connections to each host, and who opens them: one for all that wait for it.

use super::super::dial::{Dialer, IDLE};
use super::super::failure;
use super::super::stream::Secure;
use super::super::tls::{HTTP2, Protocols};
use super::connection::{Connection, Running};
use crate::error::Failure;
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
    hosts: Mutex<HashMap<Authority, Lines>>,
}

/// How a host is reached.
#[derive(Debug)]
pub enum Way {
    /// Over this connection, which may have been opened just now.
    Http2 {
        connection: Arc<Connection>,
        is_new: bool,
    },
    /// Over HTTP/1.1; to find that out a connection may have been opened.
    Http1(Option<Secure>),
}

/// What connects to a host.
#[derive(Debug, Default)]
struct Lines {
    open: Vec<Arc<Connection>>,
    /// The connection that is being opened.
    opening: Option<Opening>,
    speaks_http1: bool,
    /// What was opened to find that out.
    spare: Option<Secure>,
}

/// What comes of opening a connection.
type Opening = watch::Receiver<Option<Result<(), Failure>>>;

impl Pool {
    /// No connection yet.
    pub fn new(dialer: Dialer, timeout: Option<Duration>) -> Self {
        Pool {
            dialer,
            timeout,
            hosts: Mutex::default(),
        }
    }

    /// A connection that can take one more request. Where none can, one is opened, for all that wait for it: what
    /// comes of it is theirs too.
    pub async fn way(self: &Arc<Self>, uri: &Uri) -> Result<Way, Failure> {
        let mut is_new = false;
        loop {
            let mut opening = match self.open_way(uri, is_new) {
                Ok(way) => return Ok(way),
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

    fn open_way(self: &Arc<Self>, uri: &Uri, is_new: bool) -> Result<Way, Opening> {
        let mut hosts = self.hosts();
        let lines = hosts.entry(authority(uri)).or_default();
        if lines.speaks_http1 {
            return Ok(Way::Http1(lines.spare.take()));
        }
        lines.open.retain(|connection| !connection.is_closed());
        let mut open = lines.open.iter();
        // Each request on a connection holds a reference to it, and so does this list.
        let free = open.find(|connection| Arc::strong_count(connection) <= connection.limit);
        if let Some(connection) = free.cloned() {
            return Ok(Way::Http2 { connection, is_new });
        }
        let under_way = lines
            .opening
            .as_ref()
            .filter(|end| end.has_changed().is_ok());
        Err(match under_way {
            Some(opening) => opening.clone(),
            None => lines.opening.insert(self.begin(uri)).clone(),
        })
    }

    /// Opens a connection, as long as the pool is there.
    fn begin(self: &Arc<Self>, uri: &Uri) -> Opening {
        let (end, opening) = watch::channel(None);
        let (pool, uri) = (Arc::downgrade(self), uri.clone());
        let (dialer, timeout) = (self.dialer.clone(), self.timeout);
        tokio::spawn(async move {
            let opened = tokio::select! {
                opened = open(&dialer, timeout, &uri) => opened,
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
        let lines = hosts.entry(authority(uri)).or_default();
        lines.opening = None;
        match opened? {
            Opened::Http1(stream) => {
                lines.speaks_http1 = true;
                lines.spare = Some(stream);
            }
            Opened::Http2(connection, running) => {
                let connection = Arc::new(connection);
                let place = Place {
                    pool: Arc::downgrade(self),
                    uri: uri.clone(),
                    connection: Arc::downgrade(&connection),
                };
                tokio::spawn(place.keep_running(running));
                lines.open.push(connection);
            }
        }
        Ok(())
    }

    /// Takes a connection for no more requests; those that are on it go on.
    pub fn retire(&self, uri: &Uri, connection: &Arc<Connection>) {
        if let Some(lines) = self.hosts().get_mut(&authority(uri)) {
            lines.open.retain(|open| !Arc::ptr_eq(open, connection));
        }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<Authority, Lines>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Opened {
    Http1(Secure),
    Http2(Connection, Running),
}

async fn open(dialer: &Dialer, silence: Option<Duration>, uri: &Uri) -> Result<Opened, Failure> {
    let stream = dialer.open_secure(uri, Protocols::Either).await?;
    if stream.protocol() != Some(HTTP2) {
        return Ok(Opened::Http1(stream));
    }
    let beginning = Connection::begin(stream, silence);
    let (connection, running) = match dialer.limit() {
        Some(limit) => timeout(limit, beginning)
            .await
            .map_err(|_| failure::connect_timeout())??,
        None => beginning.await?,
    };
    Ok(Opened::Http2(connection, running))
}

/// A connection's place in a pool.
struct Place {
    pool: Weak<Pool>,
    uri: Uri,
    connection: Weak<Connection>,
}

impl Place {
    /// Runs a connection, and takes it from the pool when nobody has used it for long.
    async fn keep_running(self, mut running: Running) {
        while timeout(IDLE, &mut running).await.is_err() {
            if let (Some(pool), Some(connection)) = (self.pool.upgrade(), self.connection.upgrade())
                // The pool's reference, and this one.
                && Arc::strong_count(&connection) <= 2
                && !connection.was_used()
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
