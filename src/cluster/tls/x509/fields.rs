//! The fields of a certificate (RFC 5280 §4.1), each with exactly the tag that it must have.
//!
//! x509-parser's own reader of whole certificates looks at the numbers of tags alone, and takes forms of dates that
//! OpenSSL refuses. Its readers of names, keys and extensions are used.

use super::time;
use x509_parser::asn1_rs::{Any, FromDer, Oid};
use x509_parser::extensions::{X509Extension, X509ExtensionParser};
use x509_parser::nom::Parser;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

/// Tags, with their class and whether they are constructed.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
pub const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const ISSUER_ID: u8 = 0x81;
const SUBJECT_ID: u8 = 0x82;
const EXTENSIONS: u8 = 0xa3;

/// The fields of a certificate.
#[derive(Debug)]
pub struct Fields<'a> {
    /// What the signature covers.
    pub signed: &'a [u8],
    pub is_first_version: bool,
    pub serial: &'a [u8],
    /// The signature's algorithm, as the signature covers it.
    pub algorithm: Algorithm<'a>,
    pub issuer: X509Name<'a>,
    /// Seconds since 1970; `None` where the date is malformed.
    pub not_before: Option<i64>,
    pub not_after: Option<i64>,
    pub subject: X509Name<'a>,
    pub key: SubjectPublicKeyInfo<'a>,
    pub extensions: Vec<X509Extension<'a>>,
    /// The signature's algorithm, as it stands beside the signature.
    pub outer_algorithm: Algorithm<'a>,
    /// `None` where it is not of whole bytes.
    pub signature: Option<&'a [u8]>,
}

/// An algorithm with its parameters.
#[derive(Debug, PartialEq, Eq)]
pub struct Algorithm<'a> {
    pub oid: String,
    /// Both in DER, without their common tag and length.
    pub der: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Reads them; `None` where this is no certificate, or more than one.
    pub fn new(der: &'a [u8]) -> Option<Self> {
        let mut all = only(der, SEQUENCE)?;
        let start = all;
        let mut rest = value(&mut all, SEQUENCE)?;
        let signed = &start[..start.len() - all.len()];
        let outer_algorithm = Algorithm::first(&mut all)?;
        let signature = only(all, BIT_STRING)?.strip_prefix(&[0]);
        let version = optional(&mut rest, VERSION)?;
        let serial = value(&mut rest, INTEGER)?;
        let algorithm = Algorithm::first(&mut rest)?;
        let issuer = parsed(&mut rest)?;
        let mut validity = value(&mut rest, SEQUENCE)?;
        let not_before = date(&mut validity)?;
        let not_after = date(&mut validity)?;
        let subject = parsed(&mut rest)?;
        let key = parsed(&mut rest)?;
        optional(&mut rest, ISSUER_ID)?;
        optional(&mut rest, SUBJECT_ID)?;
        let extensions = optional(&mut rest, EXTENSIONS)?;
        let is_whole = validity.is_empty() && rest.is_empty();
        is_whole.then_some(Fields {
            signed,
            is_first_version: is_first(version)?,
            serial,
            algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            key,
            extensions: extensions.map_or(Some(Vec::new()), read_extensions)?,
            outer_algorithm,
            signature,
        })
    }
}

impl<'a> Algorithm<'a> {
    fn first(rest: &mut &'a [u8]) -> Option<Self> {
        let der = value(rest, SEQUENCE)?;
        let (_, oid) = Oid::from_der(der).ok()?;
        let oid = oid.to_id_string();
        Some(Algorithm { oid, der })
    }
}

/// The content of the first value, which must have this tag. `rest` is then what follows it.
pub fn value<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    if rest.first() != Some(&tag) {
        return None;
    }
    let (others, any) = Any::from_der(rest).ok()?;
    *rest = others;
    Some(any.data)
}

/// As `value`, but nothing may follow.
pub fn only(mut der: &[u8], tag: u8) -> Option<&[u8]> {
    let content = value(&mut der, tag)?;
    der.is_empty().then_some(content)
}

/// As `value`, but it may be missing.
pub fn optional<'a>(rest: &mut &'a [u8], tag: u8) -> Option<Option<&'a [u8]>> {
    match rest.first() == Some(&tag) {
        true => value(rest, tag).map(Some),
        false => Some(None),
    }
}

/// The first value, a SEQUENCE that x509-parser reads.
fn parsed<'a, T: FromDer<'a, E>, E>(rest: &mut &'a [u8]) -> Option<T> {
    let der = *rest;
    value(rest, SEQUENCE)?;
    T::from_der(der).ok().map(|(_, parsed)| parsed)
}

/// A date; itself `None` where it is malformed.
fn date(rest: &mut &[u8]) -> Option<Option<i64>> {
    let tag = *rest.first()?;
    let text = value(rest, tag)?;
    match tag {
        time::UTC | time::GENERALIZED => Some(time::seconds(tag, text)),
        _ => None,
    }
}

/// Whether a version is the first one, which is the default.
fn is_first(version: Option<&[u8]>) -> Option<bool> {
    let number = version.map(|version| only(version, INTEGER));
    match number {
        None => Some(true),
        Some(number) => Some(number? == [0]),
    }
}

fn read_extensions(der: &[u8]) -> Option<Vec<X509Extension<'_>>> {
    let mut rest = only(der, SEQUENCE)?;
    let mut extensions = Vec::new();
    // Those that count are parsed elsewhere: the parsers of all others would be much of the addon.
    let mut parser = X509ExtensionParser::new().with_deep_parse_extensions(false);
    while !rest.is_empty() {
        let der = rest;
        value(&mut rest, SEQUENCE)?;
        extensions.push(parser.parse(der).ok()?.1);
    }
    Some(extensions)
}
