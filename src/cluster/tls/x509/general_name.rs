//! General names (RFC 5280 §4.2.1.6): what a certificate is for, and what name constraints are about.

use super::DistinguishedName;
use x509_parser::asn1_rs::{Any, Class, FromDer, Oid, Tag};
use x509_parser::x509::X509Name;

/// A general name, in the bytes that the certificate has.
#[derive(Debug)]
pub enum GeneralName<'a> {
    Other(&'a [u8]),
    Email(&'a [u8]),
    Dns(&'a [u8]),
    X400,
    Directory(DistinguishedName),
    EdiParty,
    Uri(&'a [u8]),
    Ip(&'a [u8]),
    RegisteredId(&'a [u8]),
}

impl<'a> GeneralName<'a> {
    /// Reads the names in a SEQUENCE; `None` where one is malformed.
    pub fn sequence(der: &'a [u8]) -> Option<Vec<Self>> {
        let (_, sequence) = Any::from_der(der).ok()?;
        sequence.tag().assert_eq(Tag::Sequence).ok()?;
        GeneralName::all(sequence.data)
    }

    /// Reads names that follow each other.
    fn all(mut der: &'a [u8]) -> Option<Vec<Self>> {
        let mut names = Vec::new();
        while !der.is_empty() {
            let (rest, name) = GeneralName::first(der)?;
            names.push(name);
            der = rest;
        }
        Some(names)
    }

    /// Reads the first name, and returns what follows it, too.
    pub fn first(der: &'a [u8]) -> Option<(&'a [u8], Self)> {
        let (rest, any) = Any::from_der(der).ok()?;
        any.class().assert_eq(Class::ContextSpecific).ok()?;
        let is_constructed = matches!(any.tag().0, 0 | 3 | 4 | 5);
        if any.header.is_constructed() != is_constructed {
            return None;
        }
        let name = match any.tag().0 {
            0 => GeneralName::Other(other(any.data)?),
            1 => GeneralName::Email(any.data),
            2 => GeneralName::Dns(any.data),
            3 => GeneralName::X400,
            4 => {
                let (_, name) = X509Name::from_der(any.data).ok()?;
                GeneralName::Directory(DistinguishedName::new(&name)?)
            }
            5 => GeneralName::EdiParty,
            6 => GeneralName::Uri(any.data),
            7 => GeneralName::Ip(any.data),
            8 if is_oid(any.data) => GeneralName::RegisteredId(any.data),
            _ => return None,
        };
        Some((rest, name))
    }
}

/// Another name is an object identifier and a value, [0] EXPLICIT.
fn other(name: &[u8]) -> Option<&[u8]> {
    let (rest, _) = Oid::from_der(name)
        .ok()
        .filter(|(_, oid)| is_oid(oid.as_bytes()))?;
    let (_, value) = Any::from_der(rest).ok()?;
    value.tag().assert_eq(Tag(0)).ok()?;
    Some(name)
}

/// Whether these are the bytes of an object identifier (X.690 §8.19): each number in as few bytes as it needs.
pub fn is_oid(bytes: &[u8]) -> bool {
    let mut numbers = bytes.split_inclusive(|byte| byte & 0x80 == 0);
    let is_whole = bytes.last().is_some_and(|last| last & 0x80 == 0);
    is_whole && numbers.all(|number| number[0] != 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_identifier_has_whole_numbers_in_as_few_bytes_as_they_need() {
        for bytes in [&[42][..], &[42, 0x86, 0x48], &[42, 0]] {
            assert!(is_oid(bytes), "{bytes:?}");
        }
        for bytes in [&[][..], &[0x80], &[42, 0x86], &[42, 0x80, 1], &[0x80, 1]] {
            assert!(!is_oid(bytes), "{bytes:?}");
        }
    }
}
