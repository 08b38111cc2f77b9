//! One certificate: its fields, read once, and what OpenSSL derives from them.

use super::extensions::Extensions;
use super::key::Kind;
use super::{DistinguishedName, Fault, GeneralName};
use x509_parser::asn1_rs::{Any, Class, FromDer, Tag};
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::nom::Parser;
use x509_parser::x509::X509Version;

/// A certificate.
#[derive(Debug)]
pub struct Certificate<'a> {
    /// Its bytes: certificates are the same where these are.
    pub der: &'a [u8],
    /// The signature's algorithm, without its own tag and length.
    algorithm: &'a [u8],
    pub subject: DistinguishedName,
    pub issuer: DistinguishedName,
    pub extensions: Extensions<'a>,
    pub parsed: X509Certificate<'a>,
}

/// Why a certificate may sign others (`check_ca` of OpenSSL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// It may not.
    None,
    /// The basic constraints say so.
    Stated,
    /// It has no basic constraints, but is old: OpenSSL takes it at the end of a chain alone.
    Tolerated,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate; `None` where it is none.
    pub fn new(der: &'a [u8]) -> Option<Self> {
        // Those extensions that count are parsed below: the parsers of all others would be much of the addon.
        let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
        let (rest, parsed) = parser.parse(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let [_, algorithm, _] = parts(der)?;
        Some(Certificate {
            der,
            algorithm,
            subject: DistinguishedName::new(parsed.subject())?,
            issuer: DistinguishedName::new(parsed.issuer())?,
            extensions: Extensions::new(parsed.extensions()),
            parsed,
        })
    }

    /// The alternative names of the subject.
    pub fn alternative_names(&self) -> &[GeneralName<'a>] {
        self.extensions.alternative_names.as_deref().unwrap_or(&[])
    }

    /// What to call it in a message.
    pub fn name(&self) -> String {
        format!("\"{}\"", self.subject)
    }

    /// Why this package cannot verify what its key signs; `None` where it can.
    pub fn unsupported(&self) -> Option<String> {
        let why = Kind::of_key(&self.parsed.subject_pki).unsupported()?;
        Some(format!("the certificate {} has {why}", self.name()))
    }

    /// What is wrong with its dates at a time, in seconds since 1970.
    pub fn fault_of_dates(&self, now: i64) -> Option<Fault> {
        let validity = self.parsed.validity();
        // Each bound is as OpenSSL's X509_cmp_time has it: the last second is no longer valid.
        match now {
            _ if validity.not_after.timestamp() <= now => Some(Fault::CertHasExpired),
            _ if validity.not_before.timestamp() > now => Some(Fault::CertNotYetValid),
            _ => None,
        }
    }

    /// The end of its validity, in seconds since 1970.
    pub fn not_after(&self) -> i64 {
        self.parsed.validity().not_after.timestamp()
    }

    /// Whether subject and issuer are the same.
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Whether it looks as if its own key had signed it. Nobody verifies that signature: it adds no trust.
    pub fn is_self_signed(&self) -> bool {
        self.is_self_issued() && self.likely_issued(self)
    }

    /// Whether it may have signed another certificate, by what both say (`ossl_x509_likely_issued`).
    pub fn likely_issued(&self, subject: &Certificate<'_>) -> bool {
        let is_malformed = self.extensions.is_malformed || subject.extensions.is_malformed;
        self.subject == subject.issuer
            && !is_malformed
            && self.has_key_of(subject)
            && Kind::of_key(&self.parsed.subject_pki).has_signed(&subject.parsed)
    }

    /// Whether the authority key identifier of another certificate is about this one (`X509_check_akid`).
    fn has_key_of(&self, subject: &Certificate<'_>) -> bool {
        let Some(key) = &subject.extensions.authority_key else {
            return true;
        };
        let own_serial = digits(self.parsed.raw_serial());
        let ids = key.id.zip(self.extensions.subject_key);
        ids.is_none_or(|(id, own)| id == own)
            && key.serial.is_none_or(|serial| digits(serial) == own_serial)
            && key
                .issuer
                .as_ref()
                .is_none_or(|issuer| *issuer == self.issuer)
    }

    /// Whether its key usage, if it has one, lets it sign certificates.
    pub fn may_sign(&self) -> bool {
        let usage = self.extensions.key_usage;
        usage.is_none_or(|usage| usage.key_cert_sign())
    }

    /// Whether and why it may be an issuer.
    pub fn authority(&self) -> Authority {
        let Extensions {
            basic,
            key_usage,
            netscape,
            ..
        } = &self.extensions;
        if self.extensions.is_malformed || !self.may_sign() {
            return Authority::None;
        }
        let is_first_version = self.parsed.version() == X509Version::V1;
        match basic {
            Some(basic) if basic.ca => Authority::Stated,
            Some(_) => Authority::None,
            None if is_first_version && self.is_self_signed() => Authority::Tolerated,
            None if key_usage.is_some() => Authority::Tolerated,
            // Of Netscape's types of authorities, that for TLS is asked for.
            None if netscape.is_some_and(|netscape| netscape.ssl_ca()) => Authority::Tolerated,
            None => Authority::None,
        }
    }

    /// Whether its usages let it be the certificate of a TLS server (`check_purpose_ssl_server`), or, for an issuer, be
    /// above one.
    pub fn is_for_servers(&self, is_issuer: bool) -> bool {
        // OpenSSL does not ask a malformed one.
        if self.extensions.is_malformed {
            return true;
        }
        let usage = self.extensions.key_usage.map(|usage| {
            usage.digital_signature() || usage.key_encipherment() || usage.key_agreement()
        });
        let netscape = self
            .extensions
            .netscape
            .map(|netscape| netscape.ssl_server());
        let is_allowed = match is_issuer {
            true => self.authority() != Authority::None,
            false => usage != Some(false) && netscape != Some(false),
        };
        is_allowed && self.extensions.is_for_servers != Some(false)
    }

    /// How many intermediates may be below it.
    pub fn path_length(&self) -> Option<u32> {
        self.extensions.basic.as_ref()?.path_len_constraint
    }

    /// The signature's algorithm in DER, without its own tag and length; `None` where the two that a certificate has differ.
    pub fn signature_algorithm(&self) -> Option<&'a [u8]> {
        if self.parsed.signature != self.parsed.signature_algorithm {
            return None;
        }
        Some(self.algorithm)
    }
}

/// What a certificate is made of: what is signed, the algorithm and the signature. x509-parser looks at their tags' numbers
/// alone, and a signature does not cover the tags themselves.
fn parts(der: &[u8]) -> Option<[&[u8]; 3]> {
    let (rest, outer) = part(der, Tag::Sequence)?;
    let (others, signed) = part(outer, Tag::Sequence)?;
    let (others, algorithm) = part(others, Tag::Sequence)?;
    let (others, signature) = part(others, Tag::BitString)?;
    let is_whole = rest.is_empty() && others.is_empty();
    is_whole.then_some([signed, algorithm, signature])
}

/// The content of the first value, which must be of this type, and what follows the value.
fn part(der: &[u8], tag: Tag) -> Option<(&[u8], &[u8])> {
    let (rest, any) = Any::from_der(der).ok()?;
    any.class().assert_eq(Class::Universal).ok()?;
    any.tag().assert_eq(tag).ok()?;
    let is_constructed = any.header.is_constructed();
    (is_constructed == (tag == Tag::Sequence)).then_some((rest, any.data))
}

/// A number without the zeros before it.
fn digits(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|&byte| byte != 0);
    &number[first.unwrap_or(number.len())..]
}
