//! A connection that one request has to itself: bytes out, bytes in, and the silence between them.

use super::super::failure;
use super::super::silence::within;
use super::message::{Head, check_length};
use crate::error::Failure;
use bytes::{Buf, BytesMut};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::ReadHalf;

/// Room for the head of an answer, and a few nodes.
const SMALL: usize = 4 * 1024;

/// Room for a piece of a long answer.
const LARGE: usize = 64 * 1024;

/// A connection that one request has to itself.
#[derive(Debug)]
pub struct Connection {
    pub stream: TcpStream,
    /// What has come and is not decoded yet.
    pub unread: BytesMut,
    /// Whether all of the request went out.
    is_sent: bool,
    timeout: Option<Duration>,
}

enum Event {
    Wrote,
    Read(usize),
}

impl Connection {
    pub fn new(stream: TcpStream, timeout: Option<Duration>) -> Self {
        Connection {
            stream,
            unread: BytesMut::new(),
            is_sent: false,
            timeout,
        }
    }

    /// Sends a request, and reads the head of the answer, which may come before all is sent.
    pub async fn ask(&mut self, head: &[u8], form: &[u8]) -> Result<Head, Failure> {
        let mut out = Buf::chain(head, form);
        let begun = within(self.timeout, self.stream.write_buf(&mut out)).await?;
        begun.map_err(|error| failure::of_io(&error))?;
        let answer = self.answer(&mut out).await;
        self.is_sent = !out.has_remaining();
        answer.map_err(Failure::after_sending)
    }

    async fn answer(&mut self, out: &mut impl Buf) -> Result<Head, Failure> {
        // With those that only inform: they must not come for ever.
        let mut came = 0;
        loop {
            match within(self.timeout, self.read_or_write(out)).await? {
                Ok(Event::Wrote) => continue,
                Ok(Event::Read(0)) => return Err(failure::hung_up()),
                Ok(Event::Read(bytes)) => came += bytes,
                Err(error) => return Err(failure::of_io(&error)),
            }
            if let Some(head) = Head::take(&mut self.unread)? {
                return Ok(head);
            }
            check_length(came)?;
        }
    }

    async fn read_or_write(&mut self, out: &mut impl Buf) -> io::Result<Event> {
        let (mut from, mut to) = self.stream.split();
        tokio::select! {
            biased;
            read = read(&mut from, &mut self.unread, SMALL) => read.map(Event::Read),
            wrote = to.write_buf(out), if out.has_remaining() => wrote.map(|_| Event::Wrote),
        }
    }

    /// Reads what comes next of a body; 0 at the end.
    pub async fn read(&mut self) -> Result<usize, Failure> {
        let (mut from, _) = self.stream.split();
        let reading = read(&mut from, &mut self.unread, LARGE);
        let read = within(self.timeout, reading).await?;
        read.map_err(|error| failure::of_io(&error))
    }

    /// Whether it can serve another request.
    pub fn is_at_rest(&self) -> bool {
        self.is_sent && self.unread.is_empty()
    }
}

/// While nothing comes, a connection holds no buffer: there may be thousands that wait for an event.
async fn read(from: &mut ReadHalf<'_>, unread: &mut BytesMut, room: usize) -> io::Result<usize> {
    if unread.is_empty() {
        *unread = BytesMut::new();
    }
    from.readable().await?;
    unread.reserve(room);
    from.read_buf(unread).await
}
