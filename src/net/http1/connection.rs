//! A connection that one request has to itself: bytes out, bytes in, and the silence between them.

use super::super::failure;
use super::super::silence::within;
use super::super::stream::{Stream, TLS_RECORD};
use super::message::Head;
use super::section::check_length;
use crate::api::error::{Delivery, Failure};
use bytes::{Buf, Bytes, BytesMut};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Room for the head of an answer, and a few nodes.
const SMALL: usize = 4 * 1024;

/// Room for a piece of a long answer.
const LARGE: usize = 64 * 1024;

/// A connection that one request has to itself.
#[derive(Debug)]
pub struct Connection {
    pub stream: Stream,
    /// What has come and is not decoded yet.
    pub unread: BytesMut,
    /// The rest of a request whose answer began before all of it was sent.
    unsent: Bytes,
    /// Whether TLS may hold some of it back.
    is_held: bool,
    timeout: Option<Duration>,
}

enum Event {
    Wrote,
    Read(usize),
}

impl Connection {
    pub fn new(stream: Stream, timeout: Option<Duration>) -> Self {
        Connection {
            stream,
            unread: BytesMut::new(),
            unsent: Bytes::new(),
            is_held: false,
            timeout,
        }
    }

    /// Sends a request, and reads the head of the answer. Where that comes before all of the request is sent, the rest is
    /// sent while the body is read.
    pub async fn ask(
        &mut self,
        head: &[u8],
        form: Bytes,
        wanted_field: &str,
    ) -> Result<Head, Failure> {
        let mut out = Buf::chain(head, form);
        self.start(&mut out).await?;
        let answer = self.answer(&mut out, wanted_field).await;
        if out.has_remaining() {
            self.unsent = out.copy_to_bytes(out.remaining());
        }
        answer.map_err(Failure::after_sending)
    }

    /// Hands the first bytes of a request over. On a failure the server has got none that it can read.
    async fn start(&mut self, out: &mut impl Buf) -> Result<(), Failure> {
        self.is_held = matches!(self.stream, Stream::Secure(_));
        let started = match self.is_held {
            true => {
                let mut record = out.take(TLS_RECORD);
                within(self.timeout, self.stream.write_buf(&mut record)).await
            }
            false => within(self.timeout, self.stream.write_buf(out)).await,
        };
        let written = started.and_then(|written| written.map_err(|e| failure::of_broken(&e)));
        match written {
            Ok(_) => Ok(()),
            Err(failure) => Err(failure.with_delivery(Delivery::NotSent)),
        }
    }

    async fn answer(&mut self, out: &mut impl Buf, wanted_field: &str) -> Result<Head, Failure> {
        // With those that only inform: they must not come for ever.
        let mut came = 0;
        loop {
            match self.read(out, SMALL).await? {
                0 => return Err(failure::hung_up()),
                bytes => came += bytes,
            }
            if let Some(head) = Head::take(&mut self.unread, wanted_field)? {
                return Ok(head);
            }
            check_length(came)?;
        }
    }

    /// Reads what comes next, at most so many bytes, while the rest of the request goes out; 0 at the end.
    async fn read(&mut self, out: &mut impl Buf, room: usize) -> Result<usize, Failure> {
        loop {
            match within(self.timeout, self.read_or_write(out, room)).await? {
                Ok(Event::Wrote) => {}
                Ok(Event::Read(bytes)) => return Ok(bytes),
                Err(error) => return Err(failure::of_broken(&error)),
            }
        }
    }

    async fn read_or_write(&mut self, out: &mut impl Buf, room: usize) -> io::Result<Event> {
        poll_fn(|context| {
            let read = poll_read(&mut self.stream, &mut self.unread, room, context);
            if let Poll::Ready(read) = read {
                return Poll::Ready(read.map(Event::Read));
            }
            if out.has_remaining() {
                let wrote = pin!(self.stream.write_buf(out)).poll(context);
                return wrote.map_ok(|_| Event::Wrote);
            }
            if self.is_held && Pin::new(&mut self.stream).poll_flush(context)?.is_ready() {
                self.is_held = false;
            }
            Poll::Pending
        })
        .await
    }

    /// Reads what comes next of a body, while the rest of the request goes out; 0 at the end.
    pub async fn read_body(&mut self) -> Result<usize, Failure> {
        let mut out = std::mem::take(&mut self.unsent);
        let read = self.read(&mut out, LARGE).await;
        self.unsent = out;
        read
    }

    /// Whether all of the request was sent.
    pub fn is_sent(&self) -> bool {
        self.unsent.is_empty() && !self.is_held
    }

    /// Sends the rest of the request. False where the server takes no more of it.
    pub async fn send_rest(&mut self) -> bool {
        while !self.unsent.is_empty() {
            let writing = self.stream.write_buf(&mut self.unsent);
            if !matches!(within(self.timeout, writing).await, Ok(Ok(1..))) {
                return false;
            }
        }
        let flushed = within(self.timeout, self.stream.flush()).await;
        self.is_held = false;
        matches!(flushed, Ok(Ok(())))
    }

    /// Whether it can serve another request: all of this one was sent, and nothing came behind the answer.
    pub fn is_at_rest(&self) -> bool {
        self.is_sent() && self.unread.is_empty()
    }
}

/// While nothing comes, a connection holds no buffer: there may be thousands that wait for an event.
fn poll_read(
    stream: &mut Stream,
    unread: &mut BytesMut,
    room: usize,
    context: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    if unread.is_empty() {
        *unread = BytesMut::new();
    }
    std::task::ready!(stream.poll_read_ready(context))?;
    unread.reserve(room);
    let read = pin!(stream.read_buf(unread)).poll(context);
    if read.is_pending() && unread.is_empty() {
        *unread = BytesMut::new();
    }
    read
}
