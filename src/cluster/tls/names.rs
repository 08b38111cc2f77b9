//! The names in a certificate, as Node.js reads and shows them. What decides whether a name is meant is the TLS
//! library, but for certificates that name their host in the subject alone: Node.js takes those too.

use rustls::pki_types::CertificateDer;
use std::net::IpAddr;
use webpki::EndEntityCert;

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// With its tag and its length.
const ALTERNATIVE_NAMES: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x11];
const OCTET_STRING: u8 = 0x04;
const DNS: u8 = 0x82;
const URI: u8 = 0x86;
const IP: u8 = 0x87;

/// The names in a certificate.
#[derive(Debug, Default)]
pub struct Names {
    dns: Vec<String>,
    ips: Vec<String>,
    /// All alternative names, as OpenSSL prints them.
    shown: Vec<String>,
    common: Option<String>,
    /// Whether the TLS library sees the name of a host in it, too.
    has_others: bool,
}

impl Names {
    /// Reads them; what is no certificate has none.
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        let mut names = Names::default();
        let parsed = EndEntityCert::try_from(certificate).ok();
        if let Some(parsed) = &parsed {
            names.common = common_name(parsed.subject()).map(lossy);
            names.has_others = parsed.valid_dns_names().next().is_some();
        }
        let mut rest = alternative_names(certificate).unwrap_or_default();
        while let Some((tag, content, others)) = value(rest) {
            names.add(tag, content);
            rest = others;
        }
        names
    }

    fn add(&mut self, tag: u8, content: &[u8]) {
        match tag {
            DNS => {
                self.dns.push(lossy(content));
                self.shown.push(format!("DNS:{}", lossy(content)));
            }
            IP => {
                let ip = ip(content).unwrap_or_default();
                self.shown.push(format!("IP Address:{ip}"));
                self.ips.push(ip);
            }
            URI => self.shown.push(format!("URI:{}", lossy(content))),
            _ => {}
        }
    }

    /// Whether the certificate is for this host by its subject: only where it has no other names of hosts.
    pub fn is_common(&self, host: &str) -> bool {
        let is = |common: &String| match common.strip_prefix("*.") {
            Some(zone) => host
                .split_once('.')
                .is_some_and(|(_, rest)| zone.contains('.') && rest.eq_ignore_ascii_case(zone)),
            None => common.eq_ignore_ascii_case(host),
        };
        let has_others = self.has_others || !self.dns.is_empty();
        !has_others && self.common.as_ref().is_some_and(is)
    }

    /// Why the certificate is not for this host.
    pub fn why_not(&self, host: &str) -> String {
        if host.parse::<IpAddr>().is_ok() {
            let ips = self.ips.join(", ");
            return format!("IP: {host} is not in the cert's list: {ips}");
        }
        match &self.common {
            _ if !self.dns.is_empty() => {
                let names = self.shown.join(", ");
                format!("Host: {host}. is not in the cert's altnames: {names}")
            }
            Some(common) => format!("Host: {host}. is not cert's CN: {common}"),
            None => "Cert does not contain a DNS name".to_owned(),
        }
    }
}

/// The common name in a subject: a sequence of sets of attributes.
fn common_name(mut subject: &[u8]) -> Option<&[u8]> {
    loop {
        let (_, set, others) = value(subject)?;
        let (_, attribute, _) = value(set)?;
        let (_, name, rest) = value(attribute)?;
        if name == COMMON_NAME {
            return value(rest).map(|(_, text, _)| text);
        }
        subject = others;
    }
}

/// The names in the extension that has them.
fn alternative_names(certificate: &[u8]) -> Option<&[u8]> {
    let mut rest = after(certificate, ALTERNATIVE_NAMES)?;
    loop {
        let (tag, content, others) = value(rest)?;
        if tag == OCTET_STRING {
            return value(content).map(|(_, names, _)| names);
        }
        // Whether the extension is critical.
        rest = others;
    }
}

fn after<'a>(bytes: &'a [u8], pattern: &[u8]) -> Option<&'a [u8]> {
    let at = bytes
        .windows(pattern.len())
        .position(|window| window == pattern)?;
    bytes.get(at + pattern.len()..)
}

/// The first value in DER: its tag, its content, and what follows it.
fn value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(first) {
        short @ 0..0x80 => (short, rest),
        long => {
            let (digits, rest) = rest.split_at_checked(long & 0x7f)?;
            let digits = digits.iter().take(4);
            (
                digits.fold(0, |sum, digit| sum << 8 | usize::from(*digit)),
                rest,
            )
        }
    };
    let (content, others) = rest.split_at_checked(length)?;
    Some((tag, content, others))
}

fn ip(bytes: &[u8]) -> Option<String> {
    let ip = match bytes.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
        _ => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
    };
    Some(ip.to_string())
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dns: &[&str], common: &str) -> Names {
        Names {
            dns: dns.iter().map(|&name| name.to_owned()).collect(),
            common: Some(common.to_owned()),
            ..Names::default()
        }
    }

    #[test]
    fn the_subject_counts_only_where_there_is_no_other_name() {
        assert!(names(&[], "Etcd.example").is_common("etcd.example"));
        assert!(names(&[], "*.a.example").is_common("etcd.a.example"));
        for (dns, common) in [
            (&["other"][..], "etcd.a.example"),
            (&[], "other"),
            (&[], "*.example"),
            (&[], "*.a.example.org"),
        ] {
            assert!(!names(dns, common).is_common("etcd.a.example"), "{common}");
        }
        assert!(!names(&[], "*.example").is_common("example"));
    }

    #[test]
    fn what_is_no_der_has_no_value() {
        for bytes in [&[][..], &[4], &[4, 2, 0], &[4, 0x84, 0xff], &[4, 0xff]] {
            assert!(value(bytes).is_none(), "{bytes:?}");
        }
        assert_eq!(value(&[4, 1, 7, 9]), Some((4, &[7][..], &[9][..])));
    }
}
