//! A section of fields, as in a header or behind the last chunk: what bounds it (RFC 9112 §5, §7.1.2).
//!
//! Pure.

use super::message::violation;
use crate::api::error::Failure;
use httparse::{EMPTY_HEADER, Header};

/// The names and values of a header section, with the reason phrase, have fewer bytes: Node.js's `maxHeaderSize`.
pub(super) const MAX_HEADER_SIZE: usize = 16 * 1024;

/// A header section, or a trailer section, has no more bytes. There is room for [`MAX_HEADER_SIZE`] fields whose names
/// have one byte and whose values are empty, each with its colon, space and line end.
pub(super) const LONGEST_SECTION: usize = 6 * MAX_HEADER_SIZE;

/// A field line has at least a byte of name, a colon and a line feed.
const MOST_FIELDS: usize = LONGEST_SECTION / 3;

/// Room for the fields of most answers. For more of them room is allocated.
const USUAL_FIELDS: usize = 32;

/// Why a section of fields could not be parsed.
pub enum Unparsed {
    /// There are more fields than there was room for.
    NoRoom,
    Refused(Failure),
}

impl From<httparse::Error> for Unparsed {
    fn from(error: httparse::Error) -> Self {
        match error {
            httparse::Error::TooManyHeaders => Unparsed::NoRoom,
            other => Unparsed::Refused(violation(other)),
        }
    }
}

impl From<Failure> for Unparsed {
    fn from(failure: Failure) -> Self {
        Unparsed::Refused(failure)
    }
}

impl From<Unparsed> for Failure {
    fn from(unparsed: Unparsed) -> Self {
        match unparsed {
            Unparsed::NoRoom => overflow(),
            Unparsed::Refused(failure) => failure,
        }
    }
}

/// Parses a section with room for its fields: their number has no limit but that of the section's bytes.
pub fn with_room<T>(
    section: &[u8],
    parse: impl for<'b> Fn(&'b [u8], &mut [Header<'b>]) -> Result<T, Unparsed>,
) -> Result<T, Failure> {
    let usual = parse(section, &mut [EMPTY_HEADER; USUAL_FIELDS]);
    let Err(Unparsed::NoRoom) = usual else {
        return Ok(usual?);
    };
    // Each field ends with a line feed.
    let lines = section.iter().filter(|byte| **byte == b'\n').count();
    Ok(parse(
        section,
        &mut vec![EMPTY_HEADER; lines.min(MOST_FIELDS)],
    )?)
}

/// Holds the fields of a section to [`MAX_HEADER_SIZE`], as Node.js counts them: without what separates them.
pub fn check_fields(reason: usize, fields: &[Header]) -> Result<(), Failure> {
    let sizes = fields
        .iter()
        .map(|field| field.name.len() + field.value.len());
    match reason + sizes.sum::<usize>() < MAX_HEADER_SIZE {
        true => Ok(()),
        false => Err(overflow()),
    }
}

fn overflow() -> Failure {
    violation("Header overflow")
}

/// Bounds the bytes of a section that is not complete: a server could send it for ever.
pub fn check_length(bytes: usize) -> Result<(), Failure> {
    match bytes > LONGEST_SECTION {
        true => Err(overflow()),
        false => Ok(()),
    }
}
