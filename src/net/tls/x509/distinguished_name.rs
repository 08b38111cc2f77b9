//! Names of subjects and issuers, compared as OpenSSL's `X509_NAME_cmp` compares them.

use super::der::{self, SEQUENCE, SET};
use std::fmt::{self, Write};

const COMMON_NAME: &str = "2.5.4.3";
const EMAIL: &str = "1.2.840.113549.1.9.1";

/// ASN.1 tags of the string types.
const UTF8: u8 = 12;
const NUMERIC: u8 = 18;
const PRINTABLE: u8 = 19;
const T61: u8 = 20;
const IA5: u8 = 22;
const UNIVERSAL: u8 = 28;
const BMP: u8 = 30;

/// The other types that OpenSSL takes in a name (`B_ASN1_PRINTABLE`). They are no text.
const NO_TEXT: [u8; 11] = [3, 7, 8, 9, 11, 13, 14, 15, 29, SEQUENCE, 10];

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
    tag: u8,
    /// `None` if the value is no text.
    text: Option<String>,
    bytes: Vec<u8>,
}

impl DistinguishedName {
    /// Reads the first name. `None` if it is malformed, or if a string in it is not valid for its type.
    pub fn first(rest: &mut &[u8]) -> Option<Self> {
        let sets = der::value(rest, SEQUENCE)?;
        let sets = der::list(sets, |rest| {
            let set = der::list(der::value(rest, SET)?, Attribute::first)?;
            (!set.is_empty()).then_some(set)
        })?;
        let mut canonical = Vec::new();
        for set in &sets {
            let set = canonical_set(set);
            canonical.extend_from_slice(&(set.len() as u64).to_be_bytes());
            canonical.extend(set);
        }
        let attributes = sets.into_iter().flatten();
        Some(DistinguishedName {
            canonical,
            attributes: attributes.map(|(_, attribute)| attribute).collect(),
        })
    }

    /// Reads the attributes of one set; `None` where one is malformed.
    pub fn check_set(content: &[u8]) -> Option<()> {
        der::list(content, Attribute::first).map(drop)
    }

    /// The common names, in their order; `None` for one that is no text.
    pub fn common_names(&self) -> impl Iterator<Item = Option<&str>> {
        let of_type = |attribute: &&Attribute| attribute.oid == COMMON_NAME;
        let names = self.attributes.iter().filter(of_type);
        names.map(|attribute| attribute.text.as_deref())
    }

    /// Whether all that is in it is text. Node.js sees no part of another name.
    pub fn is_text(&self) -> bool {
        let mut attributes = self.attributes.iter();
        attributes.all(|attribute| attribute.text.is_some())
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

    /// How many bytes a comparison looks at.
    pub fn size(&self) -> usize {
        self.canonical.len()
    }

    /// How many attributes it has.
    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    /// The name as RFC 2253 writes it, the last attribute first.
    pub fn rfc2253(&self) -> String {
        let attributes = self.attributes.iter().rev();
        let written = attributes.map(|one| format!("{}={}", short(&one.oid), escaped(one.shown())));
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
        for (index, attribute) in self.attributes.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let text = attribute.shown().escape_debug();
            write!(out, "{separator}{}={text}", short(&attribute.oid))?;
        }
        Ok(())
    }
}

impl Attribute {
    /// Reads the first attribute. Returns the bytes of its type too.
    fn first<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], Self)> {
        let mut content = der::value(rest, SEQUENCE)?;
        let oid = der::oid(&mut content)?;
        let (tag, bytes) = der::first(&mut content)?;
        let is_text = is_text(tag);
        let is_read = (is_text || NO_TEXT.contains(&tag)) && der::is_any(tag, bytes);
        let attribute = Attribute {
            oid: der::dotted(oid),
            tag,
            text: match is_text {
                true => Some(text(tag, bytes)?),
                false => None,
            },
            bytes: bytes.to_vec(),
        };
        (is_read && content.is_empty()).then_some((oid, attribute))
    }

    fn shown(&self) -> &str {
        self.text.as_deref().unwrap_or("(no text)")
    }
}

/// The attributes of a set, sorted, as DER sorts a SET OF.
fn canonical_set(set: &[(&[u8], Attribute)]) -> Vec<u8> {
    let mut attributes: Vec<_> = set.iter().map(canonical_attribute).collect();
    attributes.sort();
    attributes.concat()
}

fn canonical_attribute((oid, attribute): &(&[u8], Attribute)) -> Vec<u8> {
    // OpenSSL compares the strings of digits as they stand.
    let text = attribute.text.as_deref();
    let (tag, bytes) = match text.filter(|_| attribute.tag != NUMERIC) {
        Some(text) => (UTF8, folded(text).into_bytes()),
        None => (attribute.tag, attribute.bytes.clone()),
    };
    let mut canonical = (oid.len() as u64).to_be_bytes().to_vec();
    canonical.extend_from_slice(oid);
    canonical.push(tag);
    canonical.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    canonical.extend(bytes);
    canonical
}

/// Whether `ASN1_STRING_to_UTF8` of OpenSSL takes a type that may be in a name.
fn is_text(tag: u8) -> bool {
    matches!(
        tag,
        UTF8 | NUMERIC | PRINTABLE | T61 | IA5 | UNIVERSAL | BMP
    )
}

/// Without spaces at the ends, with single ones between, in lower case: of ASCII alone.
fn folded(text: &str) -> String {
    let is_space = |letter: char| matches!(letter, ' ' | '\t'..='\r');
    let words = text.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

/// A string as UTF-8, as OpenSSL's `ASN1_STRING_to_UTF8` makes it. It takes no surrogates.
fn text(tag: u8, bytes: &[u8]) -> Option<String> {
    let width = match tag {
        UTF8 => return String::from_utf8(bytes.to_vec()).ok(),
        BMP => 2,
        UNIVERSAL => 4,
        _ => 1,
    };
    let append = |sum, &byte| sum << 8 | u32::from(byte);
    let letters = bytes.chunks(width);
    let letters = letters.map(|letter| char::from_u32(letter.iter().fold(0, append)));
    letters.collect()
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
