//! HTTP/1.1 as bytes: the head of a request, the head of an answer, and where its body ends (RFC 9112).
//!
//! Pure. The heads and the sizes of chunks are read by httparse.

use super::super::failure;
use crate::error::Failure;
use crate::request::Encoded;
use bytes::{Buf, BytesMut};
use http::Uri;
use http::header::HeaderValue;
use httparse::{EMPTY_HEADER, Header, Status};

/// An answer's head, or what is between two chunks of its body, has no more bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// The size of a chunk, with its extensions, has no more bytes.
const LONGEST_SIZE: usize = 256;

/// An answer has no more headers, as for hyper.
const MOST_HEADERS: usize = 100;

/// Room for the head of most requests.
const USUAL_HEAD: usize = 256;

/// The head of an answer.
#[derive(Debug, PartialEq)]
pub struct Head {
    pub status: u16,
    /// `X-Etcd-Index`.
    pub index: Option<HeaderValue>,
    /// `Location`.
    pub location: Option<HeaderValue>,
    pub framing: Framing,
    /// Whether the connection may serve another request after the body.
    pub keeps_alive: bool,
}

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

/// The head of a request as it goes out.
pub fn request_head(uri: &Uri, request: &Encoded, authorization: Option<&HeaderValue>) -> Vec<u8> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let mut head = Vec::with_capacity(USUAL_HEAD + path.len());
    let mut write = |parts: &[&str]| parts.iter().for_each(|part| head.extend(part.as_bytes()));
    write(&[
        request.method.name(),
        " ",
        path,
        " HTTP/1.1\r\nhost: ",
        host,
        "\r\n",
    ]);
    if let Some(Ok(authorization)) = authorization.map(HeaderValue::to_str) {
        write(&["authorization: ", authorization, "\r\n"]);
    }
    if let Some(form) = &request.form {
        let length = form.len().to_string();
        write(&[
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: ",
            &length,
            "\r\n",
        ]);
    }
    write(&["\r\n"]);
    head
}

impl Head {
    /// Takes a head from what has come; none where more is to come. Those that only inform (1xx) are left out.
    pub fn take(unread: &mut BytesMut) -> Result<Option<Head>, Failure> {
        loop {
            let mut headers = [EMPTY_HEADER; MOST_HEADERS];
            let mut response = httparse::Response::new(&mut headers);
            let Status::Complete(bytes) = response.parse(unread).map_err(violation)? else {
                return check_length(unread.len()).map(|()| None);
            };
            let status = response.code.unwrap_or_default();
            let head = match status {
                101 => return Err(failure::switched()),
                100..200 => None,
                _ => Some(Head::new(status, response.version, response.headers)?),
            };
            unread.advance(bytes);
            if head.is_some() {
                return Ok(head);
            }
        }
    }

    fn new(status: u16, version: Option<u8>, headers: &[Header]) -> Result<Head, Failure> {
        let is_1_1 = version == Some(1);
        let (mut index, mut location) = (None, None);
        let (mut length, mut encoding, mut keeps_alive) = (None, None, is_1_1);
        for Header { name, value } in headers {
            match Name::of(name) {
                Name::Connection => keeps_alive = asks_to_keep(value).unwrap_or(keeps_alive),
                Name::ContentLength => length = Some(content_length(value, length)?),
                Name::Location => location = HeaderValue::from_bytes(value).ok(),
                Name::TransferEncoding => encoding = Some(*value),
                Name::EtcdIndex => index = HeaderValue::from_bytes(value).ok(),
                Name::Other => {}
            }
        }
        let framing = match (encoding, length) {
            _ if matches!(status, 204 | 304) => Framing::Length(0),
            (Some(encoding), _) if is_1_1 && is_chunked(encoding) => Framing::Chunked(Chunk::Size),
            (None, Some(length)) => Framing::Length(length),
            _ => Framing::UntilClose,
        };
        // Two ends that need not agree: what comes next cannot be trusted.
        let is_plain = framing != Framing::UntilClose && !(encoding.is_some() && length.is_some());
        Ok(Head {
            status,
            index,
            location,
            framing,
            keeps_alive: keeps_alive && is_plain,
        })
    }
}

/// The headers that count.
enum Name {
    Connection,
    ContentLength,
    EtcdIndex,
    Location,
    TransferEncoding,
    Other,
}

impl Name {
    fn of(name: &str) -> Name {
        let is = |other| name.eq_ignore_ascii_case(other);
        match name.len() {
            8 if is("location") => Name::Location,
            10 if is("connection") => Name::Connection,
            12 if is("x-etcd-index") => Name::EtcdIndex,
            14 if is("content-length") => Name::ContentLength,
            17 if is("transfer-encoding") => Name::TransferEncoding,
            _ => Name::Other,
        }
    }
}

/// The tokens of a header's list.
fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// What a `Connection` header says of the next request, if it does.
fn asks_to_keep(value: &[u8]) -> Option<bool> {
    let has = |token: &str| tokens(value).any(|other| other.eq_ignore_ascii_case(token.as_bytes()));
    match () {
        () if has("close") => Some(false),
        () if has("keep-alive") => Some(true),
        () => None,
    }
}

/// A length that is given more than once must be the same.
fn content_length(value: &[u8], before: Option<u64>) -> Result<u64, Failure> {
    let mut lengths = tokens(value).map(number).chain(before.map(Some));
    match lengths.next() {
        Some(Some(length)) if lengths.all(|other| other == Some(length)) => Ok(length),
        _ => Err(violation("a content-length that is no length")),
    }
}

fn number(token: &[u8]) -> Option<u64> {
    let is_number = token.iter().all(u8::is_ascii_digit);
    let text = str::from_utf8(token).ok().filter(|_| is_number);
    text?.parse().ok()
}

fn is_chunked(encoding: &[u8]) -> bool {
    let last = tokens(encoding).last();
    last.is_some_and(|last| last.eq_ignore_ascii_case(b"chunked"))
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
            *self = match self {
                Chunk::Size => match httparse::parse_chunk_size(unread) {
                    Err(_) => return Err(violation("a chunk whose size is no number")),
                    Ok(Status::Partial) => return check_size(unread.len()).map(|()| false),
                    Ok(Status::Complete((bytes, size))) => {
                        check_size(bytes)?;
                        unread.advance(bytes);
                        match size {
                            0 => Chunk::Trailers,
                            size => Chunk::Data(size),
                        }
                    }
                },
                Chunk::Data(left) => match take(left, unread, body) {
                    true => Chunk::EndOfData,
                    false => return Ok(false),
                },
                Chunk::EndOfData => match unread.get(..2) {
                    None => return Ok(false),
                    Some(b"\r\n") => {
                        unread.advance(2);
                        Chunk::Size
                    }
                    Some(_) => return Err(violation("a chunk that is longer than its size")),
                },
                Chunk::Trailers => return end_of_trailers(unread),
            }
        }
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
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    match httparse::parse_headers(unread, &mut headers).map_err(violation)? {
        Status::Partial => check_length(unread.len()).map(|()| false),
        Status::Complete((bytes, _)) => {
            unread.advance(bytes);
            Ok(true)
        }
    }
}

/// What cannot be read until more has come must not grow without end.
pub fn check_length(bytes: usize) -> Result<(), Failure> {
    match bytes > LONGEST_HEAD {
        true => Err(violation("a head without end")),
        false => Ok(()),
    }
}

/// Chunks must not be made of little but their sizes: nothing else bounds these.
fn check_size(bytes: usize) -> Result<(), Failure> {
    match bytes > LONGEST_SIZE {
        true => Err(violation("the size of a chunk without end")),
        false => Ok(()),
    }
}

fn violation(what: impl std::fmt::Display) -> Failure {
    failure::of_protocol(&what)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
