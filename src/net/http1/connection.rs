//! A connection while one request uses it: its bytes out, its bytes in, and the time limit of each silence.
//!
//! ```text
//! start ──the first bytes are written──▶ sending and reading ──header section──▶ reading the body, sending the rest
//!   └──failure: NotSent                    └──failure: HandedOver                  └──the end of both──▶ reusable
//! ```
//!
//! An answer may arrive before the whole request is sent (RFC 9112 §9.5): the rest is sent while the body is read.

use super::super::failure;
use super::super::silence::unless_silent;
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

/// The bytes of a header section and of a few nodes.
const SMALL: usize = 4 * 1024;

/// The bytes of one read of a long body.
const LARGE: usize = 64 * 1024;

/// A connection while one request uses it.
#[derive(Debug)]
pub struct Connection {
    pub stream: Stream,
    /// The bytes that have arrived and are not decoded.
    pub unread: BytesMut,
    /// The rest of a request whose answer began before all of it was sent.
    unsent: Bytes,
    /// Whether TLS may still hold bytes of the request.
    is_held: bool,
    timeout: Option<Duration>,
}

enum Progress {
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

    /// Sends a request, and reads the header section of its answer.
    ///
    /// # Errors
    /// With how far the request got: see [`Delivery`].
    pub async fn exchange(
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

    /// Writes the first bytes of a request. If that fails, the server has received none that it can read.
    async fn start(&mut self, out: &mut impl Buf) -> Result<(), Failure> {
        self.is_held = !matches!(self.stream, Stream::Clear(_));
        let started = match self.is_held {
            true => {
                let mut record = out.take(TLS_RECORD);
                unless_silent(self.timeout, self.stream.write_buf(&mut record)).await
            }
            false => unless_silent(self.timeout, self.stream.write_buf(out)).await,
        };
        let written = started.and_then(|written| written.map_err(|e| failure::of_broken(&e)));
        match written {
            Ok(_) => Ok(()),
            Err(failure) => Err(failure.with_delivery(Delivery::NotSent)),
        }
    }

    async fn answer(&mut self, out: &mut impl Buf, wanted_field: &str) -> Result<Head, Failure> {
        // Counts interim responses too: a server must not send them for ever.
        let mut received = 0;
        loop {
            match self.read(out, SMALL).await? {
                0 => return Err(failure::hung_up()),
                bytes => received += bytes,
            }
            if let Some(head) = Head::take(&mut self.unread, wanted_field)? {
                return Ok(head);
            }
            check_length(received)?;
        }
    }

    /// Reads at most `room` bytes, while the rest of the request is sent. 0 at the end of the connection.
    async fn read(&mut self, out: &mut impl Buf, room: usize) -> Result<usize, Failure> {
        loop {
            match unless_silent(self.timeout, self.read_or_write(out, room)).await? {
                Ok(Progress::Wrote) => {}
                Ok(Progress::Read(bytes)) => return Ok(bytes),
                Err(error) => return Err(failure::of_broken(&error)),
            }
        }
    }

    async fn read_or_write(&mut self, out: &mut impl Buf, room: usize) -> io::Result<Progress> {
        poll_fn(|context| {
            let read = poll_read(&mut self.stream, &mut self.unread, room, context);
            if let Poll::Ready(read) = read {
                return Poll::Ready(read.map(Progress::Read));
            }
            if out.has_remaining() {
                let wrote = pin!(self.stream.write_buf(out)).poll(context);
                return wrote.map_ok(|_| Progress::Wrote);
            }
            if self.is_held && Pin::new(&mut self.stream).poll_flush(context)?.is_ready() {
                self.is_held = false;
            }
            Poll::Pending
        })
        .await
    }

    /// Reads bytes of a body, while the rest of the request is sent. 0 at the end of the connection.
    pub async fn read_body(&mut self) -> Result<usize, Failure> {
        let mut out = std::mem::take(&mut self.unsent);
        let read = self.read(&mut out, LARGE).await;
        self.unsent = out;
        read
    }

    /// Whether the whole request is sent.
    pub fn is_sent(&self) -> bool {
        self.unsent.is_empty() && !self.is_held
    }

    /// Sends the rest of the request. False if the server accepts no more of it.
    pub async fn send_rest(&mut self) -> bool {
        while !self.unsent.is_empty() {
            let writing = self.stream.write_buf(&mut self.unsent);
            if !matches!(unless_silent(self.timeout, writing).await, Ok(Ok(1..))) {
                return false;
            }
        }
        let flushed = unless_silent(self.timeout, self.stream.flush()).await;
        self.is_held = false;
        matches!(flushed, Ok(Ok(())))
    }

    /// Whether the connection can serve another request: this one is sent, and no byte follows its answer.
    pub fn is_reusable(&self) -> bool {
        self.is_sent() && self.unread.is_empty()
    }
}

/// A connection holds no buffer while it waits for bytes: thousands of waits may be parked.
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
