//! The limits of a section of fields: of a header section (RFC 9112 §5) and of a trailer section (§7.1.2). Pure.

use super::syntax::violation;
use crate::api::error::Failure;
use httparse::{EMPTY_HEADER, Header};

/// The names and values of a section, with the reason phrase, must have fewer bytes, as Node's `maxHeaderSize`.
pub(super) const MAX_HEADER_SIZE: usize = 16 * 1024;

/// The most bytes of a section: [`MAX_HEADER_SIZE`] fields with names of one byte and empty values fit, each with its colon, space
/// and line end.
pub(super) const LONGEST_SECTION: usize = 6 * MAX_HEADER_SIZE;

/// A field line has at least three bytes: a name, a colon and a line feed.
const MOST_FIELDS: usize = LONGEST_SECTION / 3;

/// The fields of most answers. Room for more is allocated.
const USUAL_FIELDS: usize = 32;

/// Why a section of fields could not be parsed.
pub enum Unparsed {
    /// The section has more fields than there was room for.
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

/// Parses a section with room for its fields. Only the bytes of the section limit their number.
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

/// Checks the fields of a section against [`MAX_HEADER_SIZE`]. Node counts names and values, not the separators between them.
pub fn check_fields(reason: usize, fields: &[Header]) -> Result<(), Failure> {
    let sizes = fields
        .iter()
        .map(|field| field.name.len() + field.value.len());
    match reason + sizes.sum::<usize>() < MAX_HEADER_SIZE {
        true => Ok(()),
        false => Err(overflow()),
    }
}

/// Checks that each line of a section ends with CRLF. RFC 9112 §2.2 allows to accept a bare LF, Node does not.
pub fn check_line_ends(section: &[u8]) -> Result<(), Failure> {
    let mut before = b'\n';
    for &byte in section {
        if byte == b'\n' && before != b'\r' {
            return Err(violation("a line that ends without CR"));
        }
        before = byte;
    }
    Ok(())
}

fn overflow() -> Failure {
    violation("Header overflow")
}

/// Bounds a section that is not complete: a server could send bytes for ever.
pub fn check_length(bytes: usize) -> Result<(), Failure> {
    match bytes > LONGEST_SECTION {
        true => Err(overflow()),
        false => Ok(()),
    }
}
