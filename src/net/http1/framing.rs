//! Where the body of an answer ends (RFC 9112 §6 and §7).
//!
//! Pure. The sizes of chunks and the fields of trailers are read by httparse.

use super::message::violation;
use super::section::{Unparsed, check_fields, check_length, with_room};
use crate::api::error::Failure;
use bytes::{Buf, BytesMut};
use httparse::{Header, Status};

/// The size of a chunk, with its extensions, has no more bytes.
pub(super) const LONGEST_SIZE: usize = 256;

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Framing {
    /// After so many bytes.
    Length(u64),
    /// After the last chunk.
    Chunked(Chunk),
    /// With the connection.
    UntilClose,
}

/// What comes next in a body of chunks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chunk {
    Size,
    /// So many bytes.
    Data(u64),
    EndOfData,
    Trailers,
}

impl Framing {
    /// Moves what has come of a body from `unread` to `body`. True at its end.
    pub fn decode(&mut self, unread: &mut BytesMut, body: &mut Vec<u8>) -> Result<bool, Failure> {
        match self {
            Framing::UntilClose => {
                body.extend_from_slice(&unread.split());
                Ok(false)
            }
            Framing::Length(left) => Ok(take(left, unread, body)),
            Framing::Chunked(chunk) => chunk.decode(unread, body),
        }
    }
}

impl Chunk {
    fn decode(&mut self, unread: &mut BytesMut, body: &mut Vec<u8>) -> Result<bool, Failure> {
        loop {
            let next = match self {
                Chunk::Size => after_size(unread)?,
                Chunk::Data(left) => take(left, unread, body).then_some(Chunk::EndOfData),
                Chunk::EndOfData => after_data(unread)?,
                Chunk::Trailers => return end_of_trailers(unread),
            };
            match next {
                Some(next) => *self = next,
                None => return Ok(false),
            }
        }
    }
}

/// What comes after the size of a chunk; none where not all of the size has come.
fn after_size(unread: &mut BytesMut) -> Result<Option<Chunk>, Failure> {
    let size = httparse::parse_chunk_size(unread);
    match size.map_err(|_| violation("a chunk whose size is no number"))? {
        Status::Partial => check_size(unread.len()).map(|()| None),
        Status::Complete((bytes, size)) => {
            check_size(bytes)?;
            unread.advance(bytes);
            Ok(Some(match size {
                0 => Chunk::Trailers,
                size => Chunk::Data(size),
            }))
        }
    }
}

/// What comes after the data of a chunk; none where not all of the line end has come.
fn after_data(unread: &mut BytesMut) -> Result<Option<Chunk>, Failure> {
    match unread.get(..2) {
        None => Ok(None),
        Some(b"\r\n") => {
            unread.advance(2);
            Ok(Some(Chunk::Size))
        }
        Some(_) => Err(violation("a chunk that is longer than its size")),
    }
}

/// Moves at most so many bytes. True where none are left to move.
fn take(left: &mut u64, unread: &mut BytesMut, body: &mut Vec<u8>) -> bool {
    let bytes = usize::try_from(*left).map_or(unread.len(), |left| left.min(unread.len()));
    body.extend_from_slice(&unread[..bytes]);
    unread.advance(bytes);
    *left -= bytes as u64;
    *left == 0
}

fn end_of_trailers(unread: &mut BytesMut) -> Result<bool, Failure> {
    match with_room(unread, parse_trailers)? {
        Status::Partial => check_length(unread.len()).map(|()| false),
        Status::Complete(bytes) => {
            unread.advance(bytes);
            Ok(true)
        }
    }
}

fn parse_trailers<'b>(
    section: &'b [u8],
    room: &mut [Header<'b>],
) -> Result<Status<usize>, Unparsed> {
    match httparse::parse_headers(section, room)? {
        Status::Partial => Ok(Status::Partial),
        Status::Complete((bytes, fields)) => {
            check_fields(0, fields)?;
            Ok(Status::Complete(bytes))
        }
    }
}

/// Chunks must not be made of little but their sizes: nothing else bounds these.
fn check_size(bytes: usize) -> Result<(), Failure> {
    match bytes > LONGEST_SIZE {
        true => Err(violation("the size of a chunk without end")),
        false => Ok(()),
    }
}
