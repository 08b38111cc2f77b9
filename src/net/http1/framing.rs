//! The framing of a body: where it ends (RFC 9112 §6.3 and §7.1). Pure; httparse parses sizes of chunks and trailers.
//!
//! ```text
//! Length(n) ──n bytes──▶ end          UntilClose ──the connection closes──▶ end
//!
//! Size ──n > 0──▶ Data(n) ──n bytes──▶ EndOfData ──CRLF──▶ Size
//!   └──0──▶ Trailers ──empty line──▶ end
//! ```

use super::section::{Unparsed, check_fields, check_length, check_line_ends, with_room};
use super::syntax::violation;
use crate::api::error::Failure;
use bytes::{Buf, BytesMut};
use httparse::{Header, Status};

/// The most bytes of the size of a chunk with its extensions (RFC 9112 §7.1.1 asks for a limit).
pub(super) const LONGEST_SIZE: usize = 256;

/// The framing of a body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Framing {
    /// After so many bytes.
    Length(u64),
    /// After the last chunk.
    Chunked(Chunk),
    /// When the connection closes.
    UntilClose,
}

/// The next part of a chunked body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chunk {
    /// The line with the size of a chunk.
    Size,
    /// So many bytes of a chunk.
    Data(u64),
    /// The line end after a chunk.
    EndOfData,
    /// The trailer section (RFC 9112 §7.1.2).
    Trailers,
}

impl Framing {
    /// Moves the bytes of a body from `unread` to `body`. True at the end of the body.
    ///
    /// # Errors
    /// If the bytes break a rule of HTTP.
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

/// The part after the size of a chunk. `None` if the line is not complete.
fn after_size(unread: &mut BytesMut) -> Result<Option<Chunk>, Failure> {
    let size = httparse::parse_chunk_size(unread);
    match size.map_err(|_| violation("a chunk whose size is no number"))? {
        Status::Partial => check_size(unread.len()).map(|()| None),
        Status::Complete((bytes, size)) => {
            check_size(bytes)?;
            check_size_line(&unread[..bytes])?;
            unread.advance(bytes);
            Ok(Some(match size {
                0 => Chunk::Trailers,
                size => Chunk::Data(size),
            }))
        }
    }
}

/// The part after the data of a chunk. `None` if the line end is not complete.
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

/// Moves at most `left` bytes. True if none are left to move.
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
            check_line_ends(&section[..bytes])?;
            check_fields(0, fields)?;
            check_no_length(fields)?;
            Ok(Status::Complete(bytes))
        }
    }
}

/// The size of a chunk ends with its extensions or the line (RFC 9112 §7.1). httparse accepts spaces there, Node does not.
fn check_size_line(line: &[u8]) -> Result<(), Failure> {
    let after = line.iter().find(|byte| !byte.is_ascii_hexdigit());
    match after {
        Some(b';' | b'\r') => Ok(()),
        _ => Err(violation("a chunk whose size is no number")),
    }
}

/// A trailer section must not change the framing (RFC 9110 §6.5.1).
fn check_no_length(fields: &[Header]) -> Result<(), Failure> {
    let is_length = |field: &Header| field.name.eq_ignore_ascii_case("content-length");
    match fields.iter().any(is_length) {
        true => Err(violation("a content-length in a trailer section")),
        false => Ok(()),
    }
}

/// Bounds the sizes of chunks: extensions do not count as bytes of the body, which are bounded.
fn check_size(bytes: usize) -> Result<(), Failure> {
    match bytes > LONGEST_SIZE {
        true => Err(violation("the size of a chunk without end")),
        false => Ok(()),
    }
}
