//! A server with a store of its own, and one connection to it. Its time is simulated.

use super::answers::{Answer, parse};
use crate::client::SharedStore;
use crate::server::budget::Budget;
use crate::server::connection::serve_http;
use crate::server::counters::Counters;
use crate::server::front::Front;
use crate::server::limits::Limits;
use crate::server::new_connections::NewConnections;
use crate::server::peer::Peer;
use crate::server::state::{Setup, State};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split};
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 2379);
const SILENCE: Duration = Duration::from_secs(60);
/// By then each connection without a wait has ended, or is idle.
const END: Duration = Duration::from_secs(600);
const SOCKET_BUFFER: usize = 64 * 1024;

/// What a connection has brought.
#[derive(Debug, PartialEq)]
pub struct Exchange {
    /// The answers.
    pub answers: Vec<Answer>,
    /// All keys afterwards.
    pub dump: String,
}

/// What a connection of a server in front of a store shares with the others.
pub fn state(shared: &Arc<SharedStore>, ending: watch::Receiver<bool>) -> State {
    State {
        setup: Setup {
            name: "default".into(),
            host_name: None,
            advertised: Vec::new(),
            limits: Limits {
                connections: 1,
                waits: 1,
                silence: SILENCE,
                drain: SILENCE,
            },
            tls: None,
            credentials: None,
        },
        front: Front::Memory(shared.clone()),
        is_local: true,
        own_cluster_id: "1".into(),
        member_id: "2".into(),
        counters: Counters::default(),
        started: SystemTime::now(),
        waits: Arc::new(Semaphore::new(1)),
        new_connections: NewConnections::default(),
        idle: Arc::default(),
        forms: Budget::new(1 << 24),
        answers: Budget::new(1 << 24),
        ending,
    }
}

/// Sends each piece when the server has done with the one before; returns all bytes that the server has sent.
async fn talk(stream: DuplexStream, pieces: &[Vec<u8>]) -> Vec<u8> {
    let (mut reader, mut writer) = split(stream);
    let send = async {
        for piece in pieces {
            // The server may have ended the connection.
            let _ = writer.write_all(piece).await;
            sleep(Duration::from_millis(10)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut received = Vec::new();
    let receive = async { while reader.read_buf(&mut received).await.is_ok_and(|it| it > 0) {} };
    let both = async {
        tokio::select! {
            () = send => {}
            () = receive => {}
        }
    };
    let _ = timeout(END, both).await;
    received
}

/// The answers to these bytes. Panics if they are not well-formed.
pub fn exchange(pieces: &[Vec<u8>]) -> Exchange {
    let shared = Arc::new(SharedStore::default());
    let (ender, ending) = watch::channel(false);
    let state = Arc::new(state(&shared, ending));
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let received = runtime.block_on(async {
        let peer = Peer {
            local: LOCAL,
            socket: None,
        };
        let (client, server) = duplex(SOCKET_BUFFER);
        let new = state.new_connections.add();
        let served = tokio::spawn(serve_http(server, peer, new, state));
        let received = talk(client, pieces).await;
        ender.send_replace(true);
        // A panic of the server is one of the test.
        served.await.unwrap();
        received
    });
    Exchange {
        answers: parse(&received),
        dump: shared.dump(),
    }
}
