//! A strict reader of DER (X.690), as strict as OpenSSL's templates: whole tags with their class and form, and nothing left
//! over. Lengths must be definite. Tags of more than one byte are refused: no certificate needs them.

use std::fmt::Write;

pub const BOOLEAN: u8 = 0x01;
pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;

const CONSTRUCTED: u8 = 0x20;
/// The bits of the first byte that hold the number of the tag.
const NUMBER: u8 = 0x1f;

/// The first value: its tag and its content. `rest` is then the bytes after it.
pub fn first<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, after_tag) = rest.split_first()?;
    let (&length, mut after_length) = after_tag.split_first()?;
    let length = match length {
        0..0x80 => usize::from(length),
        _ => {
            let (digits, others) = after_length.split_at_checked(usize::from(length & 0x7f))?;
            after_length = others;
            long_length(digits)?
        }
    };
    let (content, others) = after_length.split_at_checked(length)?;
    let has_long_tag = tag & NUMBER == NUMBER;
    *rest = others;
    (tag != 0 && !has_long_tag).then_some((tag, content))
}

/// Of a length in several bytes; none stands for an indefinite one. OpenSSL takes zeros at its front.
fn long_length(digits: &[u8]) -> Option<usize> {
    let is_short = !digits.is_empty() && digits.len() <= size_of::<u32>();
    let append = |sum, &digit| sum << 8 | usize::from(digit);
    is_short.then(|| digits.iter().fold(0, append))
}

/// As `first`, but the value must have this tag.
pub fn value<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let mut others = *rest;
    let (_, content) = first(&mut others).filter(|(own, _)| *own == tag)?;
    *rest = others;
    Some(content)
}

/// As `value`, but nothing may follow.
pub fn only(mut der: &[u8], tag: u8) -> Option<&[u8]> {
    let content = value(&mut der, tag)?;
    der.is_empty().then_some(content)
}

/// As `value`, but the value may be missing.
pub fn optional<'a>(rest: &mut &'a [u8], tag: u8) -> Option<Option<&'a [u8]>> {
    match rest.first() == Some(&tag) {
        true => value(rest, tag).map(Some),
        false => Some(None),
    }
}

/// Reads a list to its end.
pub fn list<'a, T>(
    mut content: &'a [u8],
    mut read: impl FnMut(&mut &'a [u8]) -> Option<T>,
) -> Option<Vec<T>> {
    let mut items = Vec::new();
    while !content.is_empty() {
        items.push(read(&mut content)?);
    }
    Some(items)
}

/// The content of an object identifier.
pub fn oid<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    value(rest, OID).filter(|bytes| is_oid(bytes))
}

/// Whether these are the bytes of an object identifier (X.690 §8.19): each number in as few bytes as it needs.
pub fn is_oid(bytes: &[u8]) -> bool {
    let mut numbers = bytes.split_inclusive(|byte| byte & 0x80 == 0);
    let is_whole = bytes.last().is_some_and(|last| last & 0x80 == 0);
    is_whole && numbers.all(|number| number[0] != 0x80)
}

/// An object identifier in digits and dots. A number of more than 128 bits is shown as the largest one: none has a meaning.
pub fn dotted(oid: &[u8]) -> String {
    let numbers = oid.split_inclusive(|byte| byte & 0x80 == 0);
    let mut numbers = numbers.map(|bytes| {
        let append = |sum: u128, &byte: &u8| {
            let sum = sum.saturating_mul(128);
            sum.saturating_add(u128::from(byte & 0x7f))
        };
        bytes.iter().fold(0, append)
    });
    let first = numbers.next().unwrap_or(0);
    let root = (first / 40).min(2);
    let mut text = format!("{root}.{}", first - root * 40);
    for number in numbers {
        // Writing to a string does not fail.
        let _ = write!(text, ".{number}");
    }
    text
}

/// Whether these are the bytes of an integer (X.690 §8.3): at least one, and no more than it needs.
pub fn is_integer(bytes: &[u8]) -> bool {
    match bytes {
        [] => false,
        [0, next, ..] => next & 0x80 != 0,
        [0xff, next, ..] => next & 0x80 == 0,
        _ => true,
    }
}

/// The content of an integer with this tag.
pub fn integer<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    value(rest, tag).filter(|bytes| is_integer(bytes))
}

/// The bytes of a BIT STRING, whose unused bits must be 0, and the number of unused bits.
pub fn bits(content: &[u8]) -> Option<(u8, &[u8])> {
    let (&unused, bytes) = content.split_first()?;
    (unused < 8).then_some((unused, bytes))
}

/// The first 16 bits, the very first being bit 0 (as RFC 5280 counts them in key usages).
pub fn first_bits(content: &[u8]) -> Option<u16> {
    let (unused, bytes) = bits(content)?;
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let length = (bytes.len() * 8).saturating_sub(usize::from(unused));
    let all = u16::from_be_bytes([byte(0), byte(1)]).reverse_bits();
    Some(match length {
        16.. => all,
        length => all & !(u16::MAX << length),
    })
}

/// Whether a value is one that may stand where any may, as `asn1_ex_c2i` of OpenSSL reads it.
pub fn is_any(tag: u8, content: &[u8]) -> bool {
    match tag {
        0x40.. => true,
        BOOLEAN => content.len() == 1,
        INTEGER | 0x0a => is_integer(content),
        BIT_STRING => bits(content).is_some(),
        0x05 => content.is_empty(),
        OID => is_oid(content),
        0x1c => content.len().is_multiple_of(4),
        0x1e => content.len().is_multiple_of(2),
        SEQUENCE | SET => true,
        0x10 | 0x11 => false,
        _ => tag & CONSTRUCTED == 0,
    }
}

#[cfg(test)]
mod tests;
