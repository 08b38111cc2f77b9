//! Names of subjects and issuers, compared as OpenSSL's `X509_NAME_cmp` compares them.

use std::fmt::{self, Write};
use x509_parser::asn1_rs::Any;
use x509_parser::x509::{AttributeTypeAndValue, RelativeDistinguishedName, X509Name};

const COMMON_NAME: &str = "2.5.4.3";
const EMAIL: &str = "1.2.840.113549.1.9.1";

/// ASN.1 tags of the string types.
const UTF8: u32 = 12;
const PRINTABLE: u32 = 19;
const T61: u32 = 20;
const IA5: u32 = 22;
const VISIBLE: u32 = 26;
const UNIVERSAL: u32 = 28;
const BMP: u32 = 30;

/// A distinguished name.
#[derive(Debug, Clone)]
pub struct DistinguishedName {
    /// Equal for names that OpenSSL takes for equal: strings in UTF-8, in lower case, with single spaces
    /// (`asn1_string_canon` in crypto/x509/x_name.c). Each set has its length before it: a name that starts with the
    /// sets of another starts with its bytes.
    canonical: Vec<u8>,
    attributes: Vec<Attribute>,
}

#[derive(Debug, Clone)]
struct Attribute {
    oid: String,
    tag: u32,
    text: String,
    bytes: Vec<u8>,
}

impl DistinguishedName {
    /// Reads a name; `None` where a string in it is not valid in its type.
    pub fn new(name: &X509Name<'_>) -> Option<Self> {
        let mut canonical = Vec::new();
        for set in name.iter_rdn() {
            let set = canonical_set(set)?;
            canonical.extend_from_slice(&(set.len() as u64).to_be_bytes());
            canonical.extend(set);
        }
        let attributes = name.iter_attributes().map(Attribute::new);
        Some(DistinguishedName {
            canonical,
            attributes: attributes.collect::<Option<_>>()?,
        })
    }

    /// The common names, in their order.
    pub fn common_names(&self) -> impl Iterator<Item = &str> {
        let of_type = |attribute: &&Attribute| attribute.oid == COMMON_NAME;
        let names = self.attributes.iter().filter(of_type);
        names.map(|attribute| attribute.text.as_str())
    }

    /// The attributes `emailAddress`; `None` for one that is no IA5String.
    pub fn emails(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let emails = self.attributes.iter().filter(|other| other.oid == EMAIL);
        emails.map(|email| (email.tag == IA5).then_some(&email.bytes[..]))
    }

    /// Whether this name is below another, or is that name.
    pub fn starts_with(&self, base: &Self) -> bool {
        self.canonical.starts_with(&base.canonical)
    }

    /// Whether it is the name of an issuer and one common name more (RFC 3820 §3.4).
    pub fn is_of_proxy(&self, issuer: &Self) -> bool {
        let last = self.attributes.last();
        let is_common = last.is_some_and(|last| last.oid == COMMON_NAME);
        is_common && self.len() > 1 && self.len() == issuer.len() + 1 && self.starts_with(issuer)
    }

    /// How many attributes it has.
    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    /// The name as RFC 2253 writes it, the last attribute first.
    pub fn rfc2253(&self) -> String {
        let attributes = self.attributes.iter().rev();
        let written = attributes.map(|one| format!("{}={}", short(&one.oid), escaped(&one.text)));
        written.collect::<Vec<_>>().join(",")
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Attribute { oid, text, .. }) in self.attributes.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(out, "{separator}{}={}", short(oid), text.escape_debug())?;
        }
        Ok(())
    }
}

impl Attribute {
    fn new(attribute: &AttributeTypeAndValue<'_>) -> Option<Self> {
        let value = attribute.attr_value();
        Some(Attribute {
            oid: attribute.attr_type().to_id_string(),
            tag: value.tag().0,
            text: text(value)?,
            bytes: value.data.to_vec(),
        })
    }
}

/// The attributes of a set, sorted, as DER sorts a SET OF.
fn canonical_set(set: &RelativeDistinguishedName<'_>) -> Option<Vec<u8>> {
    let attributes = set.iter().map(canonical_attribute);
    let mut attributes = attributes.collect::<Option<Vec<_>>>()?;
    attributes.sort();
    Some(attributes.concat())
}

fn canonical_attribute(attribute: &AttributeTypeAndValue<'_>) -> Option<Vec<u8>> {
    let (oid, value) = (attribute.attr_type().as_bytes(), attribute.attr_value());
    let (tag, bytes) = match is_text(value) {
        true => (UTF8, folded(&text(value)?).into_bytes()),
        false => (value.tag().0, value.data.to_vec()),
    };
    let mut canonical = (oid.len() as u64).to_be_bytes().to_vec();
    canonical.extend_from_slice(oid);
    canonical.extend_from_slice(&tag.to_be_bytes());
    canonical.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    canonical.extend(bytes);
    Some(canonical)
}

fn is_text(value: &Any<'_>) -> bool {
    let tag = value.tag().0;
    matches!(
        tag,
        UTF8 | PRINTABLE | T61 | IA5 | VISIBLE | UNIVERSAL | BMP
    )
}

/// Without spaces at the ends, with single ones between, in lower case: of ASCII alone.
fn folded(text: &str) -> String {
    let is_space = |letter: char| matches!(letter, ' ' | '\t'..='\r');
    let words = text.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

/// A string as UTF-8, as OpenSSL's `ASN1_STRING_to_UTF8` makes it.
fn text(value: &Any<'_>) -> Option<String> {
    let bytes = value.data;
    match value.tag().0 {
        UTF8 => String::from_utf8(bytes.to_vec()).ok(),
        BMP => {
            let units = bytes.chunks(2).map(|unit| unit.try_into().ok());
            let units = units.map(|unit| unit.map(u16::from_be_bytes));
            String::from_utf16(&units.collect::<Option<Vec<_>>>()?).ok()
        }
        UNIVERSAL => {
            let letters = bytes.chunks(4).map(|letter| letter.try_into().ok());
            let letters = letters.map(|letter| char::from_u32(u32::from_be_bytes(letter?)));
            letters.collect()
        }
        _ => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

fn short(oid: &str) -> &str {
    match oid {
        COMMON_NAME => "CN",
        EMAIL => "emailAddress",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.25" => "DC",
        other => other,
    }
}

fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut written = String::new();
    for (index, letter) in text.chars().enumerate() {
        let is_special = matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';')
            || (letter == '#' && index == 0)
            || (letter == ' ' && (index == 0 || index == last));
        let backslash = if is_special { "\\" } else { "" };
        // Writing to a string does not fail.
        let _ = write!(written, "{backslash}{letter}");
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_but_for_spaces_and_capitals_of_ascii() {
        for (text, expected) in [
            ("Root", "root"),
            ("  a \t b\n", "a b"),
            ("\u{c9}", "\u{c9}"),
            ("a\u{a0}b", "a\u{a0}b"),
            (" ", ""),
        ] {
            assert_eq!(folded(text), expected);
        }
    }

    #[test]
    fn what_is_special_in_rfc_2253_is_escaped() {
        for (text, expected) in [
            ("a, b+c", "a\\, b\\+c"),
            ("#a#", "\\#a#"),
            (" a ", "\\ a\\ "),
            ("\"\\<>;", "\\\"\\\\\\<\\>\\;"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
