//! Accepts connections, up to a number, until the server ends.
//!
//! ```text
//! listening ──close──▶ draining: no new connections, idle ones are closed, waits end, answers in flight are finished
//!                          └──all connections have ended, or the time is up──▶ ended
//! ```

use super::budget::Budget;
use super::connection::serve;
use super::counters::Counters;
use super::front::Front;
use super::limits::LARGE;
use super::new_connections::NewConnections;
use super::state::{Setup, State};
use crate::client::Client;
use crate::task::task;
use ring::digest::{SHA256, digest};
use socket2::{Domain, Socket, Type};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// So many connections may wait to be accepted. With the 128 of std, a burst of 200 costs some of them a second: the system drops
/// their first packets.
const BACKLOG: i32 = 4096;

/// The time until the next attempt after a failed one, such as for want of file descriptors.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// A server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    ending: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts a server in front of a client's store.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub fn start(
        address: SocketAddr,
        client: Arc<Client>,
        setup: Setup,
        runtime: &Handle,
    ) -> io::Result<Self> {
        let listener = bind(address)?;
        let address = listener.local_addr()?;
        let (ending, is_ending) = watch::channel(false);
        let state = Arc::new(state(address, client, setup, is_ending));
        let _entered = runtime.enter();
        let listener = TcpListener::from_std(listener)?;
        Ok(Server {
            address,
            ending,
            task: runtime.spawn(task(listen(listener, state))),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it. Answers in flight are finished, waits end as they do when an etcd stops.
    pub async fn close(self) {
        self.ending.send_replace(true);
        // A listener that has panicked has ended.
        let _ = self.task.await;
    }
}

fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // As std does it: on Windows the option would let two servers listen on one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn state(
    address: SocketAddr,
    client: Arc<Client>,
    setup: Setup,
    ending: watch::Receiver<bool>,
) -> State {
    let is_open = setup.tls.is_none() && setup.credentials.is_none();
    State {
        is_local: is_open && address.ip().to_canonical().is_loopback(),
        own_cluster_id: id_of(&client.hosts().join(",")),
        member_id: id_of(&format!("{} {address}", setup.name)),
        front: Front::of(client),
        counters: Counters::default(),
        started: SystemTime::now(),
        waits: Arc::new(Semaphore::new(setup.limits.waits)),
        new_connections: NewConnections::default(),
        idle: Arc::default(),
        forms: Budget::new(LARGE),
        answers: Budget::new(LARGE),
        ending,
        setup,
    }
}

/// An id as etcd writes it.
fn id_of(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    let bytes = digest.as_ref().iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

async fn listen(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    accept(listener, &state, &mut connections).await;
    let drained = async { while connections.join_next().await.is_some() {} };
    let is_drained = timeout(state.setup.limits.drain, drained).await.is_ok();
    if !is_drained {
        connections.shutdown().await;
    }
}

async fn accept(listener: TcpListener, state: &Arc<State>, connections: &mut JoinSet<()>) {
    loop {
        tokio::select! {
            biased;
            () = state.end() => return,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let new = state.new_connections.add();
                    if has_room(state, connections).await {
                        connections.spawn(task(serve(stream, new, state.clone())));
                    }
                }
                Err(_) => match state.idle.end_one() {
                    true => drop(connections.join_next().await),
                    false => sleep(ACCEPT_BACKOFF).await,
                },
            },
        }
    }
}

/// Whether there is room for one more connection. From half of the limit on, each new connection ends one that is idle.
async fn has_room(state: &State, connections: &mut JoinSet<()>) -> bool {
    let (open, limit) = (connections.len(), state.setup.limits.connections);
    let ends_one = open >= limit.div_ceil(2) && state.idle.end_one();
    open < limit || ends_one && connections.join_next().await.is_some()
}
