//! One certificate: its fields, read once, and the properties that OpenSSL derives from them.

use super::extensions::{Extensions, FOR_TLS, KEY_CERT_SIGN, NETSCAPE_AUTHORITY, NETSCAPE_SERVER};
use super::fields::Fields;
use super::key::Kind;
use super::{Fault, GeneralName};

/// A certificate.
#[derive(Debug)]
pub struct Certificate<'a> {
    /// The whole certificate: two certificates are the same if and only if these bytes are.
    pub der: &'a [u8],
    pub extensions: Extensions<'a>,
    pub fields: Fields<'a>,
    /// The kind of its key.
    pub key: Kind,
}

/// Why a certificate may sign others (`check_ca` of OpenSSL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// It may not.
    None,
    /// The basic constraints say so.
    Stated,
    /// It has no basic constraints, but other signs of an authority: OpenSSL accepts it as a root only.
    Tolerated,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate. `None` if the bytes are none.
    pub fn new(der: &'a [u8]) -> Option<Self> {
        let fields = Fields::new(der)?;
        Some(Certificate {
            der,
            extensions: Extensions::new(&fields.extensions),
            key: Kind::of_key(&fields.key),
            fields,
        })
    }

    /// The alternative names of the subject.
    pub fn alternative_names(&self) -> &[GeneralName<'a>] {
        self.extensions.alternative_names.as_deref().unwrap_or(&[])
    }

    /// The name of the certificate in a message.
    pub fn name(&self) -> String {
        format!("\"{}\"", self.fields.subject)
    }

    /// Why this package cannot verify signatures of its key. `None` if it can.
    pub fn unsupported(&self) -> Option<String> {
        let why = self.key.unsupported()?;
        Some(format!("the certificate {} has {why}", self.name()))
    }

    /// The fault of its dates at a time, in seconds since 1970.
    pub fn fault_of_dates(&self, now: i64) -> Option<Fault> {
        // As in OpenSSL's X509_cmp_time, the certificate is not valid in the second of notAfter. OpenSSL checks notAfter last,
        // so its faults are the reported ones.
        match (self.fields.not_before, self.fields.not_after) {
            (_, None) => Some(Fault::ErrorInCertNotAfterField),
            (_, Some(end)) if end <= now => Some(Fault::CertHasExpired),
            (None, _) => Some(Fault::ErrorInCertNotBeforeField),
            (Some(start), _) if start > now => Some(Fault::CertNotYetValid),
            _ => None,
        }
    }

    /// The end of its validity, in seconds since 1970. The earliest time if the date is malformed.
    pub fn not_after(&self) -> Option<i64> {
        self.fields.not_after
    }

    /// Whether subject and issuer are the same.
    pub fn is_self_issued(&self) -> bool {
        self.fields.subject == self.fields.issuer
    }

    /// Whether it is self-signed by its fields. The signature is not verified: it adds no trust.
    pub fn is_self_signed(&self) -> bool {
        self.is_self_issued() && self.likely_issued(self)
    }

    /// Whether it may have issued another certificate, by the fields of both (`ossl_x509_likely_issued`).
    pub fn likely_issued(&self, subject: &Certificate<'_>) -> bool {
        let is_malformed = self.extensions.is_malformed || subject.extensions.is_malformed;
        self.fields.subject == subject.fields.issuer
            && !is_malformed
            && self.has_key_of(subject)
            && self.key.has_signed(&subject.fields.algorithm.oid)
    }

    /// Whether the authority key identifier of another certificate is about this one (`X509_check_akid`).
    fn has_key_of(&self, subject: &Certificate<'_>) -> bool {
        let Some(key) = &subject.extensions.authority_key else {
            return true;
        };
        let own_serial = digits(self.fields.serial);
        let ids = key.id.zip(self.extensions.subject_key);
        ids.is_none_or(|(id, own)| id == own)
            && key.serial.is_none_or(|serial| digits(serial) == own_serial)
            && key
                .issuer
                .as_ref()
                .is_none_or(|issuer| *issuer == self.fields.issuer)
    }

    /// Whether its key usage, if it has one, lets it sign certificates.
    pub fn may_sign(&self) -> bool {
        let usage = self.extensions.key_usage;
        usage.is_none_or(|usage| usage & KEY_CERT_SIGN != 0)
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
        let is_first_version = self.fields.is_first_version;
        match basic {
            Some(basic) if basic.ca => Authority::Stated,
            Some(_) => Authority::None,
            None if is_first_version && self.is_self_signed() => Authority::Tolerated,
            None if key_usage.is_some() => Authority::Tolerated,
            // Of Netscape's types of authorities, that for TLS is asked for.
            None if netscape.is_some_and(|types| types & NETSCAPE_AUTHORITY != 0) => {
                Authority::Tolerated
            }
            None => Authority::None,
        }
    }

    /// Whether its usages let it be the certificate of a TLS server (`check_purpose_ssl_server`), or, for an issuer, be
    /// above one.
    pub fn is_for_servers(&self, is_issuer: bool) -> bool {
        // OpenSSL skips this check for malformed certificates; they are in no valid chain anyway.
        if self.extensions.is_malformed {
            return true;
        }
        let usage = self.extensions.key_usage.map(|usage| usage & FOR_TLS != 0);
        let netscape = self.extensions.netscape;
        let netscape = netscape.map(|types| types & NETSCAPE_SERVER != 0);
        let is_allowed = match is_issuer {
            true => self.authority() != Authority::None,
            false => usage != Some(false) && netscape != Some(false),
        };
        is_allowed && self.extensions.is_for_servers != Some(false)
    }

    /// How many intermediates may be below it.
    pub fn path_length(&self) -> Option<u32> {
        self.extensions.basic.as_ref()?.path_length
    }
}

/// A number without the zeros before it.
fn digits(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|&byte| byte != 0);
    &number[first.unwrap_or(number.len())..]
}
