use super::serve_http;
use crate::client::SharedStore;
use crate::server::peer::Peer;
use crate::server::properties::host::state;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::sync::watch;
use tokio::time::sleep;

/// The socket buffer holds so many bytes of an answer.
const SOCKET_BUFFER: usize = 1024;

/// A listing of no keys, with its header section.
const GET: &[u8] = b"GET /v2/keys/ HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Time for the server to do what it can do.
const PAUSE: Duration = Duration::from_millis(10);

#[tokio::test(start_paused = true)]
async fn a_connection_is_idle_only_when_its_answers_have_been_sent() {
    let (_ender, ending) = watch::channel(false);
    let state = Arc::new(state(&Arc::new(SharedStore::default()), ending));
    let (mut client, server) = duplex(SOCKET_BUFFER);
    let peer = Peer {
        local: ([127, 0, 0, 1], 2379).into(),
        socket: None,
    };
    let new = state.new_connections.add();
    let served = tokio::spawn(serve_http(server, peer, new, state.clone()));
    client.write_all(&GET.repeat(10)).await.unwrap();
    sleep(PAUSE).await;
    assert!(!state.idle.end_one(), "answers are in the buffer of hyper");
    let mut received = Vec::new();
    while received.windows(4).filter(|it| it == b"200 ").count() < 10 || !received.ends_with(b"}\n")
    {
        client.read_buf(&mut received).await.unwrap();
    }
    sleep(PAUSE).await;
    assert!(state.idle.end_one());
    served.await.unwrap();
}
