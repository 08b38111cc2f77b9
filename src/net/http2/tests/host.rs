//! Hosts in this process: one over h2's server, and one that answers in bytes of the test's choice.

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request, Response, Uri};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The bytes of the client's preface (RFC 9113 §3.4) and of a frame's header (§4.1).
const PREFACE: usize = 24;
const FRAME_HEADER: usize = 9;

/// Types of frames (RFC 9113 §6).
const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
const GOAWAY: u8 = 7;

/// Flags of frames.
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// Error codes (RFC 9113 §7).
pub const NO_ERROR: u32 = 0;
pub const INTERNAL_ERROR: u32 = 2;
pub const CANCEL: u32 = 8;
pub const ENHANCE_YOUR_CALM: u32 = 11;

/// A host until the end of the test.
pub struct Host {
    pub uri: Uri,
    accepted: Arc<AtomicUsize>,
}

impl Host {
    /// The number of connections that it has accepted.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Says that it is behind TLS.
    pub fn be_secure(&mut self) {
        let uri = self.uri.to_string().replace("http:", "https:");
        self.uri = uri.parse().unwrap();
    }
}

/// A host that does this with each connection, of which it gives the number.
pub async fn listen<F, R>(run: F) -> Host
where
    F: Fn(TcpStream, usize) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = accepted.clone();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            tokio::spawn(run(tcp, count.fetch_add(1, Ordering::SeqCst)));
        }
    });
    let uri = uri.parse().unwrap();
    Host { uri, accepted }
}

/// A host that handles each request in a task of its own.
pub async fn serve<F, R>(handle: F) -> Host
where
    F: Fn(Request<RecvStream>, SendResponse<Bytes>) -> R + Copy + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    listen(move |tcp, _| async move {
        let mut connection = h2::server::handshake(tcp).await.unwrap();
        while let Some(Ok((request, respond))) = connection.accept().await {
            tokio::spawn(handle(request, respond));
        }
    })
    .await
}

/// Begins an answer.
pub fn begin(
    respond: &mut SendResponse<Bytes>,
    status: u16,
    fields: HeaderMap,
) -> SendStream<Bytes> {
    let mut head = Response::builder().status(status).body(()).unwrap();
    *head.headers_mut() = fields;
    respond.send_response(head, false).unwrap()
}

/// Answers with a header section alone.
pub fn answer_bare(respond: &mut SendResponse<Bytes>, fields: HeaderMap) {
    let mut head = Response::new(());
    *head.headers_mut() = fields;
    respond.send_response(head, true).unwrap();
}

/// Reads a whole body.
pub async fn read_all(mut body: RecvStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(Ok(piece)) = body.data().await {
        let _ = body.flow_control().release_capacity(piece.len());
        bytes.extend_from_slice(&piece);
    }
    bytes
}

/// A host that sends SETTINGS, and answers each frame with bytes of the test's choice, until the client closes the connection. The
/// frames that have come are given to the test too.
pub async fn script(reply: fn(&Frame) -> Vec<u8>) -> (Host, UnboundedReceiver<Frame>) {
    let (sender, frames) = unbounded_channel();
    let host = listen(move |mut tcp, connection| {
        let sender = sender.clone();
        async move {
            tcp.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
            tcp.read_exact(&mut [0; PREFACE]).await.unwrap();
            while let Some(frame) = read_frame(&mut tcp, connection).await {
                let answer = reply(&frame);
                let _ = sender.send(frame);
                if tcp.write_all(&answer).await.is_err() {
                    return;
                }
            }
        }
    })
    .await;
    (host, frames)
}

/// A frame that has come.
#[derive(Debug)]
pub struct Frame {
    pub connection: usize,
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

async fn read_frame(tcp: &mut TcpStream, connection: usize) -> Option<Frame> {
    let mut header = [0; FRAME_HEADER];
    tcp.read_exact(&mut header).await.ok()?;
    let [high, middle, low, kind, flags, stream @ ..] = header;
    let length = u32::from_be_bytes([0, high, middle, low]);
    let mut payload = vec![0; length as usize];
    tcp.read_exact(&mut payload).await.ok()?;
    Some(Frame {
        connection,
        kind,
        flags,
        stream: u32::from_be_bytes(stream),
        payload,
    })
}

/// A frame to send.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let stream = stream.to_be_bytes();
    [&length[1..], &[kind, flags], &stream, payload].concat()
}

/// `:status: 200` and these fields, as the end of the stream.
pub fn only_head(stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    let block = [vec![0x88], literals(fields)].concat();
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &block)
}

/// `:status: 200`, before a body.
pub fn head(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &[0x88])
}

/// A part of a body.
pub fn data(stream: u32, text: &str) -> Vec<u8> {
    frame(DATA, 0, stream, text.as_bytes())
}

/// Fields after a body.
pub fn trailers(stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &literals(fields))
}

/// A RST_STREAM frame.
pub fn reset(stream: u32, code: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &code.to_be_bytes())
}

/// Short fields as literals without indexing (RFC 7541 §6.2.2).
fn literals(fields: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| [&[text.len() as u8], text.as_bytes()].concat();
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| [vec![0], text(name), text(value)].concat());
    fields.collect::<Vec<_>>().concat()
}

/// A GOAWAY frame.
pub fn go_away(last_stream: u32, code: u32) -> Vec<u8> {
    let payload = [last_stream.to_be_bytes(), code.to_be_bytes()].concat();
    frame(GOAWAY, 0, 0, &payload)
}
