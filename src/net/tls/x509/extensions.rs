//! The extensions that decide whether a certificate may be in a chain: what `ossl_x509v3_cache_extensions` of OpenSSL
//! (crypto/x509/v3_purp.c) keeps of them.

use super::constraints::NameConstraints;
use super::der::{self, BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, SEQUENCE};
use super::fields::Extension;
use super::{DistinguishedName, GeneralName};

const SUBJECT_KEY_ID: &str = "2.5.29.14";
const KEY_USAGE: &str = "2.5.29.15";
const ALTERNATIVE_NAMES: &str = "2.5.29.17";
const ISSUER_NAMES: &str = "2.5.29.18";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const NAME_CONSTRAINTS: &str = "2.5.29.30";
const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";
const AUTHORITY_KEY_ID: &str = "2.5.29.35";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
const NETSCAPE_TYPE: &str = "2.16.840.1.113730.1.1";
const PROXY: &str = "1.3.6.1.5.5.7.1.14";

/// Addresses and numbers of networks (RFC 3779).
const RESOURCES: [&str; 2] = ["1.3.6.1.5.5.7.1.7", "1.3.6.1.5.5.7.1.8"];

/// The extensions that may be critical (`X509_supported_extension` of OpenSSL). Policies are among them: OpenSSL looks at
/// them only where it is told to.
const SUPPORTED: [&str; 15] = [
    RESOURCES[0],
    RESOURCES[1],
    KEY_USAGE,
    ALTERNATIVE_NAMES,
    BASIC_CONSTRAINTS,
    NAME_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    NETSCAPE_TYPE,
    PROXY,
    // Policies, their mappings and constraints, and the inhibition of any policy.
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.36",
    "2.5.29.54",
    // The exemption of OCSP responders from OCSP.
    "1.3.6.1.5.5.7.48.1.5",
];

/// The extensions whose content counts.
const READ: [&str; 10] = [
    SUBJECT_KEY_ID,
    KEY_USAGE,
    ALTERNATIVE_NAMES,
    BASIC_CONSTRAINTS,
    NAME_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    AUTHORITY_KEY_ID,
    EXTENDED_KEY_USAGE,
    NETSCAPE_TYPE,
    PROXY,
];

/// `serverAuth`, and the Server Gated Cryptography of Microsoft and of Netscape, which OpenSSL takes for it.
const FOR_SERVERS: [&str; 3] = [
    "1.3.6.1.5.5.7.3.1",
    "1.3.6.1.4.1.311.10.3.3",
    "2.16.840.1.113730.4.1",
];

/// Bits of key usages (RFC 5280 §4.2.1.3): of digitalSignature, keyEncipherment, and keyAgreement.
pub const FOR_TLS: u16 = 1 | 1 << 2 | 1 << 4;
pub const KEY_CERT_SIGN: u16 = 1 << 5;
/// Bits of Netscape's types.
pub const NETSCAPE_SERVER: u16 = 1 << 1;
pub const NETSCAPE_AUTHORITY: u16 = 1 << 5;

/// The extensions of a certificate.
#[derive(Debug, Default)]
pub struct Extensions<'a> {
    pub basic: Option<BasicConstraints>,
    /// Its bits, the first one being bit 0.
    pub key_usage: Option<u16>,
    /// Whether the extended key usage, if present, allows TLS servers.
    pub is_for_servers: Option<bool>,
    /// As `key_usage`.
    pub netscape: Option<u16>,
    pub subject_key: Option<&'a [u8]>,
    pub authority_key: Option<AuthorityKey<'a>>,
    pub alternative_names: Option<Vec<GeneralName<'a>>>,
    pub constraints: Option<NameConstraints<'a>>,
    pub is_proxy: bool,
    /// Whether it is about resources of networks.
    pub has_resources: bool,
    /// Whether a critical one is not understood.
    pub has_unhandled: bool,
    /// Whether one of them is malformed, or there twice.
    pub is_malformed: bool,
}

/// Whether a certificate is an authority.
#[derive(Debug)]
pub struct BasicConstraints {
    pub ca: bool,
    pub path_length: Option<u32>,
}

/// Which certificate's key has signed.
#[derive(Debug)]
pub struct AuthorityKey<'a> {
    pub id: Option<&'a [u8]>,
    /// The issuer and the serial number of that certificate.
    pub issuer: Option<DistinguishedName>,
    pub serial: Option<&'a [u8]>,
}

impl<'a> Extensions<'a> {
    /// Reads the extensions of a certificate.
    pub fn new(all: &[Extension<'a>]) -> Self {
        let mut extensions = Extensions::default();
        let mut seen = Vec::new();
        for extension in all {
            let oid = extension.oid.as_str();
            extensions.has_unhandled |= extension.is_critical && !SUPPORTED.contains(&oid);
            extensions.has_resources |= RESOURCES.contains(&oid);
            if READ.contains(&oid) {
                let is_read =
                    !seen.contains(&oid) && extensions.read(oid, extension.value).is_some();
                extensions.is_malformed |= !is_read;
                seen.push(oid);
            }
        }
        extensions.is_malformed |= extensions.is_proxy && extensions.is_no_proxy(all);
        extensions
    }

    /// Whether it has extensions that a proxy certificate must not have (RFC 3820 §3.5 to §3.7): a CA, or alternative names.
    fn is_no_proxy(&self, all: &[Extension<'_>]) -> bool {
        let is_authority = self.basic.as_ref().is_some_and(|basic| basic.ca);
        let mut ids = all.iter().map(|extension| extension.oid.as_str());
        is_authority || ids.any(|id| [ALTERNATIVE_NAMES, ISSUER_NAMES].contains(&id))
    }

    /// Reads an extension. `None` if it is malformed. Like OpenSSL, it ignores bytes after the value.
    fn read(&mut self, oid: &str, value: &'a [u8]) -> Option<()> {
        let mut rest = value;
        match oid {
            SUBJECT_KEY_ID => self.subject_key = Some(der::value(&mut rest, OCTET_STRING)?),
            KEY_USAGE => {
                // RFC 5280 §4.2.1.3: at least one bit is set.
                let usage = der::first_bits(der::value(&mut rest, BIT_STRING)?);
                self.key_usage = Some(usage.filter(|usage| *usage != 0)?);
            }
            ALTERNATIVE_NAMES => self.alternative_names = Some(GeneralName::sequence(value)?),
            BASIC_CONSTRAINTS => self.basic = Some(BasicConstraints::first(&mut rest)?),
            NAME_CONSTRAINTS => self.constraints = Some(NameConstraints::new(value)?),
            CRL_DISTRIBUTION_POINTS => check_points(value)?,
            AUTHORITY_KEY_ID => self.authority_key = Some(AuthorityKey::first(&mut rest)?),
            EXTENDED_KEY_USAGE => self.is_for_servers = Some(is_for_servers(value)?),
            NETSCAPE_TYPE => {
                self.netscape = Some(der::first_bits(der::value(&mut rest, BIT_STRING)?)?);
            }
            PROXY => self.is_proxy = true,
            _ => {}
        }
        Some(())
    }
}

impl BasicConstraints {
    fn first(rest: &mut &[u8]) -> Option<Self> {
        let mut content = der::value(rest, SEQUENCE)?;
        let ca = match der::optional(&mut content, BOOLEAN)? {
            None => false,
            Some([byte]) => *byte != 0,
            Some(_) => return None,
        };
        let path_length = match content.is_empty() {
            true => None,
            false => Some(unsigned(der::integer(&mut content, INTEGER)?)?),
        };
        content
            .is_empty()
            .then_some(BasicConstraints { ca, path_length })
    }
}

/// A number that is not negative; the greatest one in place of others that are too large.
fn unsigned(integer: &[u8]) -> Option<u32> {
    let append = |sum: u32, &byte: &u8| sum.saturating_mul(256).saturating_add(u32::from(byte));
    let is_negative = integer.first().is_some_and(|first| first & 0x80 != 0);
    (!is_negative).then(|| integer.iter().fold(0, append))
}

impl<'a> AuthorityKey<'a> {
    fn first(rest: &mut &'a [u8]) -> Option<Self> {
        let mut content = der::value(rest, SEQUENCE)?;
        let id = der::optional(&mut content, 0x80)?;
        let names = der::optional(&mut content, 0xa1)?;
        let serial = der::optional(&mut content, 0x82)?;
        let is_read = content.is_empty() && serial.is_none_or(der::is_integer);
        let names = GeneralName::all(names.unwrap_or(&[]))?.into_iter();
        is_read.then_some(AuthorityKey {
            id,
            // OpenSSL looks at the first directory name alone.
            issuer: names.into_iter().find_map(|name| match name {
                GeneralName::Directory(name) => Some(name),
                _ => None,
            }),
            serial,
        })
    }
}

/// `None` if a point has neither a name nor an issuer (RFC 5280 §4.2.1.13), or is malformed.
fn check_points(mut der: &[u8]) -> Option<()> {
    der::list(der::value(&mut der, SEQUENCE)?, check_point).map(drop)
}

fn check_point(rest: &mut &[u8]) -> Option<()> {
    let mut point = der::value(rest, SEQUENCE)?;
    let name = der::optional(&mut point, 0xa0)?;
    let reasons = der::optional(&mut point, 0x81)?;
    let issuer = der::optional(&mut point, 0xa2)?;
    reasons.map_or(Some(()), |reasons| der::bits(reasons).map(drop))?;
    issuer.map_or(Some(()), |names| GeneralName::all(names).map(drop))?;
    name.map_or(Some(()), check_point_name)?;
    (point.is_empty() && (name.is_some() || issuer.is_some())).then_some(())
}

/// The name of a point is general names, or attributes that follow the name of the issuer.
fn check_point_name(mut name: &[u8]) -> Option<()> {
    let (tag, content) = der::first(&mut name)?;
    match tag {
        0xa0 => GeneralName::all(content).map(drop)?,
        0xa1 => DistinguishedName::check_set(content)?,
        _ => return None,
    }
    name.is_empty().then_some(())
}

fn is_for_servers(mut der: &[u8]) -> Option<bool> {
    let usages = der::list(der::value(&mut der, SEQUENCE)?, der::oid)?;
    let mut usages = usages.into_iter().map(der::dotted);
    Some(usages.any(|usage| FOR_SERVERS.contains(&usage.as_str())))
}
