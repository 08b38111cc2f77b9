//! The extensions that decide whether a certificate may be in a chain: what `ossl_x509v3_cache_extensions` of OpenSSL
//! (crypto/x509/v3_purp.c) keeps of them.

use super::constraints::NameConstraints;
use super::general_name::is_oid;
use super::{DistinguishedName, GeneralName, fields};
use x509_parser::asn1_rs::FromDer;
use x509_parser::error::X509Error;
use x509_parser::extensions::{
    AuthorityKeyIdentifier, BasicConstraints, CRLDistributionPoints, ExtendedKeyUsage,
    GeneralName as ParsedName, KeyIdentifier, KeyUsage, NSCertType, X509Extension,
};

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

/// Server Gated Cryptography of Microsoft and of Netscape, which OpenSSL takes for `serverAuth`.
const GATED: [&str; 2] = ["1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"];

/// The extensions of a certificate.
#[derive(Debug, Default)]
pub struct Extensions<'a> {
    pub basic: Option<BasicConstraints>,
    pub key_usage: Option<KeyUsage>,
    /// Whether the extended key usage, where there is one, is for TLS servers.
    pub is_for_servers: Option<bool>,
    pub netscape: Option<NSCertType>,
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
    pub fn new(all: &[X509Extension<'a>]) -> Self {
        let mut extensions = Extensions::default();
        let mut seen = Vec::new();
        for extension in all {
            let oid = extension.oid.to_id_string();
            let is_supported = SUPPORTED.contains(&oid.as_str());
            extensions.has_unhandled |= extension.critical && !is_supported;
            extensions.has_resources |= RESOURCES.contains(&oid.as_str());
            extensions.is_malformed |= !is_oid(extension.oid.as_bytes());
            if READ.contains(&oid.as_str()) {
                let is_read =
                    !seen.contains(&oid) && extensions.read(&oid, extension.value).is_some();
                extensions.is_malformed |= !is_read;
                seen.push(oid);
            }
        }
        extensions.is_malformed |= extensions.is_proxy && extensions.is_no_proxy(all);
        extensions
    }

    /// Whether it has what a proxy may not have (RFC 3820 §3.5 to §3.7): it is an authority, or has alternative names.
    fn is_no_proxy(&self, all: &[X509Extension<'_>]) -> bool {
        let is_authority = self.basic.as_ref().is_some_and(|basic| basic.ca);
        let mut ids = all.iter().map(|extension| extension.oid.to_id_string());
        is_authority || ids.any(|id| [ALTERNATIVE_NAMES, ISSUER_NAMES].contains(&id.as_str()))
    }

    /// Reads one; `None` where it is malformed.
    fn read(&mut self, oid: &str, value: &'a [u8]) -> Option<()> {
        match oid {
            SUBJECT_KEY_ID => self.subject_key = Some(parsed::<KeyIdentifier<'_>>(value)?.0),
            KEY_USAGE => {
                // RFC 5280 §4.2.1.3: at least one bit is set.
                let usage = parsed::<KeyUsage>(value).filter(|usage| usage.flags != 0);
                self.key_usage = Some(usage?);
            }
            ALTERNATIVE_NAMES => self.alternative_names = Some(GeneralName::sequence(value)?),
            BASIC_CONSTRAINTS => self.basic = Some(parsed(value)?),
            NAME_CONSTRAINTS => self.constraints = Some(NameConstraints::new(value)?),
            CRL_DISTRIBUTION_POINTS => check_points(value)?,
            AUTHORITY_KEY_ID => self.authority_key = Some(AuthorityKey::new(&parsed(value)?)?),
            EXTENDED_KEY_USAGE => self.is_for_servers = Some(is_for_servers(&parsed(value)?)),
            NETSCAPE_TYPE => self.netscape = Some(parsed(value)?),
            PROXY => self.is_proxy = true,
            _ => {}
        }
        Some(())
    }
}

fn parsed<'a, T: FromDer<'a, X509Error>>(value: &'a [u8]) -> Option<T> {
    T::from_der(value).ok().map(|(_, parsed)| parsed)
}

impl<'a> AuthorityKey<'a> {
    /// Reads the extension; `None` where the issuer is malformed.
    fn new(key: &AuthorityKeyIdentifier<'a>) -> Option<Self> {
        let mut names = key.authority_cert_issuer.iter().flatten();
        // OpenSSL looks at the first directory name alone.
        let issuer = names.find_map(|name| match name {
            ParsedName::DirectoryName(name) => Some(DistinguishedName::new(name)),
            _ => None,
        });
        Some(AuthorityKey {
            id: key.key_identifier.as_ref().map(|id| id.0),
            issuer: match issuer {
                Some(issuer) => Some(issuer?),
                None => None,
            },
            serial: key.authority_cert_serial,
        })
    }
}

/// `None` where a point has neither a name nor an issuer (RFC 5280 §4.2.1.13), or is malformed.
fn check_points(der: &[u8]) -> Option<()> {
    parsed::<CRLDistributionPoints<'_>>(der)?;
    let mut points = fields::only(der, fields::SEQUENCE)?;
    while !points.is_empty() {
        let mut point = fields::value(&mut points, fields::SEQUENCE)?;
        let name = fields::optional(&mut point, 0xa0)?;
        fields::optional(&mut point, 0x81)?;
        name.or(fields::optional(&mut point, 0xa2)?)?;
    }
    Some(())
}

fn is_for_servers(usage: &ExtendedKeyUsage<'_>) -> bool {
    let mut others = usage.other.iter().map(|other| other.to_id_string());
    usage.server_auth || others.any(|other| GATED.contains(&other.as_str()))
}
