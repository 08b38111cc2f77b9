//! Whether a certificate is for a host: Node's `tls.checkServerIdentity`, with its messages.

use super::x509::{Certificate, GeneralName, dotted};
use std::fmt::Write;
use std::net::IpAddr;

/// Why a certificate is not for this host. `None` if it is.
pub fn mismatch(certificate: &Certificate<'_>, host: &str) -> Option<String> {
    let host = without_root(host);
    match host.parse::<IpAddr>() {
        Ok(ip) => ip_mismatch(certificate, ip, host),
        Err(_) => dns_mismatch(certificate, host),
    }
}

/// An address is never taken from the common name.
fn ip_mismatch(certificate: &Certificate<'_>, host: IpAddr, shown: &str) -> Option<String> {
    let ips: Vec<_> = certificate
        .alternative_names()
        .iter()
        .filter_map(ip)
        .collect();
    if ips.contains(&Some(host)) {
        return None;
    }
    let ips = ips
        .iter()
        .map(|ip| ip.map(|ip| ip.to_string()).unwrap_or_default());
    let ips = ips.collect::<Vec<_>>().join(", ");
    Some(format!("IP: {shown} is not in the cert's list: {ips}"))
}

/// An address among the alternative names. `Some(None)` has a wrong length.
fn ip(name: &GeneralName<'_>) -> Option<Option<IpAddr>> {
    let GeneralName::Ip(bytes) = name else {
        return None;
    };
    let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
    Some(
        v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from))
            .ok(),
    )
}

/// The common names count only without a DNS name.
fn dns_mismatch(certificate: &Certificate<'_>, host: &str) -> Option<String> {
    let names = certificate.alternative_names();
    let mut dns = names.iter().filter_map(|name| match name {
        GeneralName::Dns(bytes) => Some(latin1(bytes)),
        _ => None,
    });
    let subject = Some(&certificate.fields.subject).filter(|subject| subject.is_text());
    let common: Vec<_> = subject
        .iter()
        .flat_map(|name| name.common_names().flatten())
        .collect();
    let is_for = |pattern: &str| matches(host, pattern);
    if names.iter().any(|name| matches!(name, GeneralName::Dns(_))) {
        let is_named = dns.any(|name| is_for(&name));
        let all = || names.iter().map(shown).collect::<Vec<_>>().join(", ");
        return (!is_named)
            .then(|| format!("Host: {host}. is not in the cert's altnames: {}", all()));
    }
    // In JavaScript an empty text is falsy, but a list that contains one is not.
    if matches!(common[..], [] | [""]) {
        return Some("Cert does not contain a DNS name".to_owned());
    }
    let is_named = common.iter().any(|name| is_for(name));
    (!is_named).then(|| format!("Host: {host}. is not cert's CN: {}", common.join(",")))
}

fn without_root(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether a name in a certificate, with at most one wildcard in its first label, matches a host.
fn matches(host: &str, pattern: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let pattern = without_root(pattern).to_ascii_lowercase();
    let (mut host, mut labels) = (host.split('.'), pattern.split('.'));
    let is_bad =
        |label: &str| label.is_empty() || label.chars().any(|one| !('!'..='\x7f').contains(&one));
    if pattern.split('.').any(is_bad) {
        return false;
    }
    let (Some(first), Some(label)) = (host.next(), labels.next()) else {
        return false;
    };
    let rest: Vec<_> = labels.collect();
    host.eq(rest.iter().copied()) && label_matches(first, label, rest.len())
}

/// Whether the first label of a host matches that of a name with this many other labels.
fn label_matches(host: &str, label: &str, others: usize) -> bool {
    // RFC 6125 §6.4.3: no wildcard within an internationalized label, and one at most.
    let Some((front, end)) = label.split_once('*').filter(|_| !label.contains("xn--")) else {
        return host == label;
    };
    let is_long = front.len() + end.len() <= host.len();
    let has_ends = host.starts_with(front) && host.ends_with(end);
    !end.contains('*') && others > 1 && is_long && has_ends
}

/// A name as Node.js prints it.
fn shown(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::Dns(bytes) => printed("DNS", &latin1(bytes), false),
        GeneralName::Email(bytes) => printed("email", &latin1(bytes), false),
        GeneralName::Uri(bytes) => printed("URI", &latin1(bytes), false),
        GeneralName::Directory(name) => printed("DirName", &name.rfc2253(), true),
        GeneralName::Ip(bytes) => format!("IP Address:{}", shown_ip(bytes)),
        GeneralName::RegisteredId(bytes) => {
            format!("Registered ID:{}", dotted(bytes))
        }
        GeneralName::Other(_) => "othername:<unsupported>".to_owned(),
        GeneralName::X400 => "X400Name:<unsupported>".to_owned(),
        GeneralName::EdiParty => "EdiPartyName:<unsupported>".to_owned(),
    }
}

/// An address without the short forms of IPv6.
fn shown_ip(bytes: &[u8]) -> String {
    match bytes.len() {
        4 => bytes
            .iter()
            .map(u8::to_string)
            .collect::<Vec<_>>()
            .join("."),
        16 => {
            let groups = bytes
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)));
            groups
                .map(|group| format!("{group:X}"))
                .collect::<Vec<_>>()
                .join(":")
        }
        length => format!("<invalid length={length}>"),
    }
}

/// The text in quotes, as in JSON, if it could be misread.
fn printed(kind: &str, text: &str, is_utf8: bool) -> String {
    let is_plain = |letter: char| letter >= ' ' && letter != '\x7f' && (is_utf8 || letter <= '~');
    let is_safe = |letter: char| is_plain(letter) && !matches!(letter, '"' | '\\' | ',' | '\'');
    if text.chars().all(is_safe) {
        return format!("{kind}:{text}");
    }
    let mut quoted = format!("{kind}:\"");
    for letter in text.chars() {
        // Writing to a string does not fail.
        let _ = match letter {
            '"' | '\\' => write!(quoted, "\\{letter}"),
            letter if is_plain(letter) && letter != ',' => write!(quoted, "{letter}"),
            letter => write!(quoted, "\\u{:04x}", u32::from(letter)),
        };
    }
    quoted + "\""
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests;
