//! Name constraints (RFC 5280 §4.2.1.10), as crypto/x509/v3_ncons.c of OpenSSL judges them.

use super::der::{self, SEQUENCE};
use super::{Certificate, Fault, GeneralName};

/// How many comparisons of names with constraints a whole chain may cost. OpenSSL allows as many for each two certificates:
/// an untrusted host could then occupy the client's thread for seconds.
pub const MAX_COMPARISONS: usize = 1 << 20;
/// Comparing as many bytes of a name costs about as much as a comparison does.
const BYTES_OF_COMPARISON: usize = 64;
/// `id-on-SmtpUTF8Mailbox`, an address in the form of another name (RFC 8398).
const SMTP_UTF8_MAILBOX: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 9];

/// The extension.
#[derive(Debug, Default)]
pub struct NameConstraints<'a> {
    permitted: Vec<Subtree<'a>>,
    excluded: Vec<Subtree<'a>>,
}

#[derive(Debug)]
struct Subtree<'a> {
    base: GeneralName<'a>,
    /// Whether it has a minimum other than 0, or a maximum, which RFC 5280 forbids.
    is_bounded: bool,
}

impl<'a> NameConstraints<'a> {
    /// Reads the value of the extension. `None` if it is malformed.
    pub fn new(mut der: &'a [u8]) -> Option<Self> {
        let mut lists = der::value(&mut der, SEQUENCE)?;
        let mut list = |tag| {
            let list = der::optional(&mut lists, tag)?;
            der::list(list.unwrap_or(&[]), Subtree::first)
        };
        let (permitted, excluded) = (list(0xa0)?, list(0xa1)?);
        lists.is_empty().then_some(NameConstraints {
            permitted,
            excluded,
        })
    }

    /// Whether a certificate satisfies the constraints. Of a leaf without a DNS name, the common names count too. The comparisons are
    /// taken from `budget`; if it is exceeded, the certificate does not satisfy them.
    pub fn check(
        &self,
        certificate: &Certificate<'_>,
        is_leaf: bool,
        budget: &mut usize,
    ) -> Result<(), Fault> {
        let alternative = certificate.alternative_names();
        let constraints = self.permitted.len() + self.excluded.len();
        let names: usize = alternative.iter().map(GeneralName::size).sum();
        let bytes = certificate.fields.subject.size() + names;
        let names = certificate.fields.subject.len() + alternative.len();
        let cost = (names + bytes / BYTES_OF_COMPARISON).saturating_mul(constraints);
        *budget = match budget.checked_sub(cost) {
            Some(rest) => rest,
            None => return Err(Fault::Unspecified),
        };
        self.check_subject(certificate)?;
        alternative.iter().try_for_each(|name| self.allow(name))?;
        let is_dns = |name: &GeneralName<'_>| matches!(name, GeneralName::Dns(_));
        match is_leaf && !alternative.iter().any(is_dns) {
            true => self.check_common_names(certificate),
            false => Ok(()),
        }
    }

    fn check_subject(&self, certificate: &Certificate<'_>) -> Result<(), Fault> {
        let subject = &certificate.fields.subject;
        if subject.len() == 0 {
            return Ok(());
        }
        self.allow(&GeneralName::Directory(subject.clone()))?;
        subject.emails().try_for_each(|email| {
            let email = email.ok_or(Fault::UnsupportedNameSyntax)?;
            self.allow(&GeneralName::Email(email))
        })
    }

    fn check_common_names(&self, certificate: &Certificate<'_>) -> Result<(), Fault> {
        certificate
            .fields
            .subject
            .common_names()
            .try_for_each(|name| {
                let name = name.ok_or(Fault::Unspecified)?;
                // OpenSSL takes NULs at the end for harmless, and others for an attack.
                let name = name.trim_end_matches('\0');
                match name.contains('\0') {
                    true => Err(Fault::UnsupportedNameSyntax),
                    false if is_dns_name(name) => self.allow(&GeneralName::Dns(name.as_bytes())),
                    false => Ok(()),
                }
            })
    }

    fn allow(&self, name: &GeneralName<'_>) -> Result<(), Fault> {
        let mut is_permitted = None;
        for subtree in &self.permitted {
            if is_permitted != Some(true) || subtree.is_bounded {
                is_permitted = subtree.matches(name)?.or(is_permitted);
            }
        }
        if is_permitted == Some(false) {
            return Err(Fault::PermittedViolation);
        }
        for subtree in &self.excluded {
            if subtree.matches(name)? == Some(true) {
                return Err(Fault::ExcludedViolation);
            }
        }
        Ok(())
    }
}

impl<'a> Subtree<'a> {
    /// Reads the first subtree.
    fn first(rest: &mut &'a [u8]) -> Option<Self> {
        let mut content = der::value(rest, SEQUENCE)?;
        let base = GeneralName::first(&mut content)?;
        let [minimum, maximum] = [0x80, 0x81].map(|tag| der::optional(&mut content, tag));
        let (minimum, maximum) = (minimum?, maximum?);
        let is_read = minimum.into_iter().chain(maximum).all(der::is_integer);
        (is_read && content.is_empty()).then_some(Subtree {
            base,
            is_bounded: minimum.is_some_and(|minimum| minimum != [0]) || maximum.is_some(),
        })
    }
}

impl Subtree<'_> {
    /// Whether a name is in the subtree. `None` if the subtree is about names of another kind.
    fn matches(&self, name: &GeneralName<'_>) -> Result<Option<bool>, Fault> {
        use GeneralName as Name;
        let is_of_kind = match (name, &self.base) {
            (Name::Other(name), Name::Other(base)) => name == base,
            (Name::Other(name), Name::Email(_)) => *name == SMTP_UTF8_MAILBOX,
            (name, base) => std::mem::discriminant(name) == std::mem::discriminant(base),
        };
        if !is_of_kind {
            return Ok(None);
        }
        if self.is_bounded {
            return Err(Fault::SubtreeMinMax);
        }
        match (name, &self.base) {
            (Name::Directory(name), Name::Directory(base)) => Ok(name.starts_with(base)),
            (Name::Dns(name), Name::Dns(base)) => Ok(is_below(name, base)),
            (Name::Email(name), Name::Email(base)) => email_matches(name, base),
            (Name::Uri(name), Name::Uri(base)) => uri_matches(name, base),
            (Name::Ip(name), Name::Ip(base)) => ip_matches(name, base),
            _ => Err(Fault::UnsupportedConstraintType),
        }
        .map(Some)
    }
}

/// Whether a DNS name is the name of a constraint, or below it.
fn is_below(name: &[u8], base: &[u8]) -> bool {
    let Some(at) = name.len().checked_sub(base.len()) else {
        return false;
    };
    let (front, end) = name.split_at(at);
    let is_label = base.starts_with(b".") || front.last().is_none_or(|&last| last == b'.');
    base.is_empty() || (is_label && end.eq_ignore_ascii_case(base))
}

fn email_matches(email: &[u8], base: &[u8]) -> Result<bool, Fault> {
    let (local, host) = split_email(email).ok_or(Fault::UnsupportedNameSyntax)?;
    match split_email(base) {
        None if base.starts_with(b".") => Ok(ends_with(email, base)),
        None => Ok(host.eq_ignore_ascii_case(base)),
        Some((b"", base_host)) => Ok(host.eq_ignore_ascii_case(base_host)),
        Some((base_local, _)) if local.len() != base_local.len() => Ok(false),
        Some((base_local, _)) if base_local.contains(&0) || local.contains(&0) => {
            Err(Fault::UnsupportedNameSyntax)
        }
        Some((base_local, base_host)) => {
            Ok(local == base_local && host.eq_ignore_ascii_case(base_host))
        }
    }
}

/// The texts before and after the last `@`.
fn split_email(email: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = email.iter().rposition(|&byte| byte == b'@')?;
    Some((&email[..at], &email[at + 1..]))
}

/// Whether there is something before this end.
fn ends_with(name: &[u8], end: &[u8]) -> bool {
    let at = name.len().checked_sub(end.len()).filter(|&at| at > 0);
    at.is_some_and(|at| name[at..].eq_ignore_ascii_case(end))
}

fn uri_matches(uri: &[u8], base: &[u8]) -> Result<bool, Fault> {
    let colon = uri.iter().position(|&byte| byte == b':');
    let rest = colon.and_then(|at| uri[at..].strip_prefix(b"://"));
    let rest = rest.ok_or(Fault::UnsupportedNameSyntax)?;
    let position = |end| rest.iter().position(|&byte| byte == end);
    // OpenSSL looks for a port first, wherever its colon is.
    let length = position(b':').or_else(|| position(b'/'));
    let host = &rest[..length.unwrap_or(rest.len())];
    match host.is_empty() {
        true => Err(Fault::UnsupportedNameSyntax),
        false if base.starts_with(b".") => Ok(ends_with(host, base)),
        false => Ok(host.eq_ignore_ascii_case(base)),
    }
}

fn ip_matches(ip: &[u8], base: &[u8]) -> Result<bool, Fault> {
    if !matches!(ip.len(), 4 | 16) || !matches!(base.len(), 8 | 32) {
        return Err(Fault::UnsupportedNameSyntax);
    }
    let (network, mask) = base.split_at(base.len() / 2);
    let mut bytes = ip.iter().zip(network).zip(mask);
    let is_in = |((ip, network), mask): ((&u8, &u8), &u8)| ip & mask == network & mask;
    Ok(ip.len() == network.len() && bytes.all(is_in))
}

/// Whether a common name looks like the name of a host, of two labels or more (`cn2dnsid` in OpenSSL).
fn is_dns_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_label = |label: &str| {
        let is_framed = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !is_framed && label.bytes().all(is_letter)
    };
    name.contains('.') && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests;
