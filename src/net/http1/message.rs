//! The header sections of HTTP/1.1: that of a request, and that of an answer (RFC 9112 §2). Pure; httparse parses the lines.
//!
//! ```text
//! bytes ──not complete──▶ wait for more, within LONGEST_SECTION
//!   ├──1xx──▶ an interim response: dropped (RFC 9110 §15.2); 101 is refused, because no request asks for it
//!   ├──a broken rule──▶ HPE_…: the connection is closed
//!   └──complete──▶ Head { status, framing of the body (§6.3), idle time of the connection (§9.3) }
//! ```

use super::super::Request;
use super::super::failure;
use super::framing::{Chunk, Framing};
use super::persistence::Persistence;
use super::section::{Unparsed, check_fields, check_length, check_line_ends, with_room};
use super::syntax::{number, tokens, violation};
use crate::api::error::Failure;
use bytes::{Buf, BytesMut};
use http::Uri;
use http::header::HeaderValue;
use httparse::{Header, Status};
use std::time::Duration;

/// The bytes of most header sections of requests.
const USUAL_HEAD: usize = 256;

/// The header section of an answer.
#[derive(Debug, PartialEq)]
pub struct Head {
    pub status: u16,
    /// The field that the request wants.
    pub wanted: Option<HeaderValue>,
    /// `Location`.
    pub location: Option<HeaderValue>,
    pub framing: Framing,
    /// How long the connection may be idle after the body and then serve another request. Zero: it serves none.
    pub keep_for: Duration,
}

/// The header section of a request, as bytes (RFC 9112 §3, RFC 9110 §7.2).
pub fn request_head(uri: &Uri, request: &Request, authorization: Option<&HeaderValue>) -> Vec<u8> {
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
    /// Takes a header section from the bytes that have arrived. `None` if it is not complete. Interim responses are dropped.
    ///
    /// # Errors
    /// If the bytes break a rule of HTTP.
    pub fn take(unread: &mut BytesMut, wanted_field: &str) -> Result<Option<Head>, Failure> {
        loop {
            let parsed = with_room(unread, |section, room| {
                Head::parse(section, room, wanted_field)
            });
            if parsed.is_err() && is_settings(unread) {
                return Err(failure::speaks_http2());
            }
            let Status::Complete((bytes, head)) = parsed? else {
                return check_length(unread.len()).map(|()| None);
            };
            unread.advance(bytes);
            if head.is_some() {
                return Ok(head);
            }
        }
    }

    /// The length of a header section and its content. The content of an interim response is `None`.
    fn parse<'b>(
        section: &'b [u8],
        room: &mut [Header<'b>],
        wanted_field: &str,
    ) -> Result<Status<(usize, Option<Head>)>, Unparsed> {
        let mut response = httparse::Response::new(room);
        let Status::Complete(bytes) = response.parse(section)? else {
            return Ok(Status::Partial);
        };
        check_line_ends(&section[..bytes])?;
        check_fields(response.reason.unwrap_or_default().len(), response.headers)?;
        let status = response.code.unwrap_or_default();
        let head = match status {
            101 => return Err(Unparsed::Refused(failure::switched())),
            100..200 => None,
            _ => Some(Head::new(
                status,
                response.version,
                response.headers,
                wanted_field,
            )?),
        };
        Ok(Status::Complete((bytes, head)))
    }

    fn new(
        status: u16,
        version: Option<u8>,
        fields: &[Header],
        wanted_field: &str,
    ) -> Result<Head, Failure> {
        let is_1_1 = version == Some(1);
        let fields = Fields::read(fields, is_1_1, wanted_field)?;
        let framing = fields.framing(status)?;
        Ok(Head {
            status,
            keep_for: match framing {
                // The framing of an HTTP/1.0 answer in chunks may be faulty (RFC 9112 §6.1).
                Framing::Chunked(_) if !is_1_1 => Duration::ZERO,
                Framing::UntilClose => Duration::ZERO,
                _ => fields.persistence.keep_for(),
            },
            framing,
            wanted: fields.wanted,
            location: fields.location,
        })
    }
}

/// Whether these bytes begin with the SETTINGS frame that an HTTP/2 server sends first (RFC 9113 §3.4 and §6.5): its length, a
/// multiple of 6; its type 4; no flags; stream 0.
fn is_settings(bytes: &[u8]) -> bool {
    match bytes {
        [0, high, low, 4, 0, 0, 0, 0, 0, ..] => u16::from_be_bytes([*high, *low]) % 6 == 0,
        _ => false,
    }
}

/// The values of the fields that HTTP needs, and of the wanted field.
struct Fields<'f> {
    wanted: Option<HeaderValue>,
    location: Option<HeaderValue>,
    length: Option<u64>,
    encoding: Option<&'f [u8]>,
    persistence: Persistence,
}

impl<'f> Fields<'f> {
    fn read(given: &[Header<'f>], is_1_1: bool, wanted_field: &str) -> Result<Self, Failure> {
        let mut fields = Fields {
            wanted: None,
            location: None,
            length: None,
            encoding: None,
            persistence: Persistence::new(is_1_1),
        };
        for Header { name, value } in given {
            match Name::of(name) {
                Name::Connection => fields.persistence.note_options(value),
                Name::ContentLength => {
                    fields.length = Some(content_length(value, fields.length)?);
                }
                Name::KeepAlive => fields.persistence.note_limits(value),
                Name::Location => fields.location = HeaderValue::from_bytes(value).ok(),
                Name::TransferEncoding => fields.encoding = Some(value),
                Name::Other if name.eq_ignore_ascii_case(wanted_field) => {
                    fields.wanted = HeaderValue::from_bytes(value).ok();
                }
                Name::Other => {}
            }
        }
        Ok(fields)
    }

    /// RFC 9112 §6.3: rule 1 (no body), rule 3 (both fields), rule 4 (chunked), rule 6 (Content-Length), rule 8 (until the connection
    /// closes).
    fn framing(&self, status: u16) -> Result<Framing, Failure> {
        match (self.encoding, self.length) {
            // The message may be an attack. Node refuses it too.
            (Some(_), Some(_)) => Err(violation("both a content-length and a transfer-encoding")),
            _ if matches!(status, 204 | 304) => Ok(Framing::Length(0)),
            (Some(encoding), _) if is_chunked(encoding) => Ok(Framing::Chunked(Chunk::Size)),
            (None, Some(length)) => Ok(Framing::Length(length)),
            _ => Ok(Framing::UntilClose),
        }
    }
}

/// The fields that HTTP itself needs.
enum Name {
    Connection,
    ContentLength,
    KeepAlive,
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
            10 if is("keep-alive") => Name::KeepAlive,
            14 if is("content-length") => Name::ContentLength,
            17 if is("transfer-encoding") => Name::TransferEncoding,
            _ => Name::Other,
        }
    }
}

/// A second `Content-Length` is refused, even the same one: RFC 9112 §6.3 (rule 5) allows to accept it, Node does not.
fn content_length(value: &[u8], before: Option<u64>) -> Result<u64, Failure> {
    match (number(value.trim_ascii()), before) {
        (Some(length), None) => Ok(length),
        _ => Err(violation("a content-length that is no length")),
    }
}

fn is_chunked(encoding: &[u8]) -> bool {
    let last = tokens(encoding).last();
    last.is_some_and(|last| last.eq_ignore_ascii_case(b"chunked"))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
