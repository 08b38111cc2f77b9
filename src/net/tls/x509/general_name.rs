//! General names (RFC 5280 §4.2.1.6): the subject alternative names of a certificate, and the names of name constraints.

use super::DistinguishedName;
use super::der::{self, SEQUENCE};

/// A general name, in the bytes that the certificate has.
#[derive(Debug)]
pub enum GeneralName<'a> {
    /// With its type, an object identifier.
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
    /// Reads the names in a SEQUENCE. `None` if one is malformed. Like OpenSSL, it ignores bytes after the SEQUENCE.
    pub fn sequence(mut der: &'a [u8]) -> Option<Vec<Self>> {
        GeneralName::all(der::value(&mut der, SEQUENCE)?)
    }

    /// Reads names that follow each other.
    pub fn all(content: &'a [u8]) -> Option<Vec<Self>> {
        der::list(content, GeneralName::first)
    }

    /// How many bytes it has, for the kinds that are compared.
    pub fn size(&self) -> usize {
        match self {
            GeneralName::Other(bytes) | GeneralName::Email(bytes) | GeneralName::Dns(bytes) => {
                bytes.len()
            }
            GeneralName::Uri(bytes) | GeneralName::Ip(bytes) => bytes.len(),
            GeneralName::Directory(name) => name.size(),
            _ => 0,
        }
    }

    /// Reads the first name.
    pub fn first(rest: &mut &'a [u8]) -> Option<Self> {
        let (tag, mut content) = der::first(rest)?;
        Some(match tag {
            0xa0 => GeneralName::Other(other_type(content)?),
            0x81 => GeneralName::Email(content),
            0x82 => GeneralName::Dns(content),
            0xa3 => GeneralName::X400,
            0xa4 => {
                let name = DistinguishedName::first(&mut content)?;
                GeneralName::Directory(Some(name).filter(|_| content.is_empty())?)
            }
            0xa5 => check_edi_party(content).map(|()| GeneralName::EdiParty)?,
            0x86 => GeneralName::Uri(content),
            0x87 => GeneralName::Ip(content),
            0x88 if der::is_oid(content) => GeneralName::RegisteredId(content),
            _ => return None,
        })
    }
}

/// Another name is an object identifier and a value, [0] EXPLICIT.
fn other_type(mut content: &[u8]) -> Option<&[u8]> {
    let oid = der::oid(&mut content)?;
    let mut value = der::only(content, 0xa0)?;
    let (tag, content) = der::first(&mut value)?;
    (value.is_empty() && der::is_any(tag, content)).then_some(oid)
}

/// An EDI party name: the optional name of the assigner, [0] EXPLICIT, and the name of the party, [1] EXPLICIT.
fn check_edi_party(mut content: &[u8]) -> Option<()> {
    let assigner = der::optional(&mut content, 0xa0)?;
    let party = der::only(content, 0xa1)?;
    for mut name in assigner.into_iter().chain([party]) {
        let (tag, text) = der::first(&mut name)?;
        let is_string = matches!(tag, 0x0c | 0x13 | 0x14 | 0x1c | 0x1e);
        (is_string && name.is_empty() && der::is_any(tag, text)).then_some(())?;
    }
    Some(())
}
