//! The extensions that decide whether a certificate may be in a chain: what `ossl_x509v3_cache_extensions` of OpenSSL
//! (crypto/x509/v3_purp.c) keeps of them.

use super::constraints::NameConstraints;
use super::{DistinguishedName, GeneralName};
use x509_parser::asn1_rs::{Oid, oid};
use x509_parser::extensions::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, GeneralName as ParsedName,
    KeyUsage, NSCertType, ParsedExtension, X509Extension,
};

const SUBJECT_KEY_ID: Oid<'_> = oid!(2.5.29.14);
const KEY_USAGE: Oid<'_> = oid!(2.5.29.15);
const ALTERNATIVE_NAMES: Oid<'_> = oid!(2.5.29.17);
const BASIC_CONSTRAINTS: Oid<'_> = oid!(2.5.29.19);
const NAME_CONSTRAINTS: Oid<'_> = oid!(2.5.29.30);
const CRL_DISTRIBUTION_POINTS: Oid<'_> = oid!(2.5.29.31);
const POLICIES: Oid<'_> = oid!(2.5.29.32);
const POLICY_MAPPINGS: Oid<'_> = oid!(2.5.29.33);
const AUTHORITY_KEY_ID: Oid<'_> = oid!(2.5.29.35);
const POLICY_CONSTRAINTS: Oid<'_> = oid!(2.5.29.36);
const EXTENDED_KEY_USAGE: Oid<'_> = oid!(2.5.29.37);
const INHIBIT_ANY_POLICY: Oid<'_> = oid!(2.5.29.54);
const NETSCAPE_TYPE: Oid<'_> = oid!(2.16.840.1.113730.1.1);
const OCSP_NO_CHECK: Oid<'_> = oid!(1.3.6.1.5.5.7.48.1.5);
const PROXY: Oid<'_> = oid!(1.3.6.1.5.5.7.1.14);
/// Addresses and numbers of networks (RFC 3779). OpenSSL checks them along the chain, which this package does not.
const RESOURCES: [Oid<'_>; 2] = [oid!(1.3.6.1.5.5.7.1.7), oid!(1.3.6.1.5.5.7.1.8)];

/// The extensions that may be critical (`X509_supported_extension` of OpenSSL).
const SUPPORTED: [Oid<'_>; 13] = [
    KEY_USAGE,
    ALTERNATIVE_NAMES,
    BASIC_CONSTRAINTS,
    NAME_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    POLICIES,
    POLICY_MAPPINGS,
    POLICY_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    INHIBIT_ANY_POLICY,
    NETSCAPE_TYPE,
    OCSP_NO_CHECK,
    PROXY,
];

/// Of these, what does not count: OpenSSL looks at policies only where it is told to.
const UNREAD: [Oid<'_>; 5] = [
    POLICIES,
    POLICY_MAPPINGS,
    POLICY_CONSTRAINTS,
    INHIBIT_ANY_POLICY,
    OCSP_NO_CHECK,
];

/// Server Gated Cryptography of Microsoft and of Netscape, which OpenSSL takes for `serverAuth`.
const GATED: [Oid<'_>; 2] = [oid!(1.3.6.1.4.1.311.10.3.3), oid!(2.16.840.1.113730.4.1)];

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
        let mut extensions = Extensions {
            has_unhandled: all.iter().any(is_unhandled),
            ..Extensions::default()
        };
        let mut seen = Vec::new();
        for extension in all.iter().filter(|extension| is_read(&extension.oid)) {
            let is_repeated = seen.contains(&&extension.oid);
            seen.push(&extension.oid);
            if is_repeated || extensions.read(extension).is_none() {
                extensions.is_malformed = true;
            }
        }
        extensions
    }

    /// Reads one; `None` where it is malformed.
    fn read(&mut self, extension: &X509Extension<'a>) -> Option<()> {
        use ParsedExtension as Parsed;
        match extension.parsed_extension() {
            _ if extension.oid == PROXY => self.is_proxy = true,
            Parsed::SubjectAlternativeName(_) => {
                self.alternative_names = Some(GeneralName::sequence(extension.value)?);
            }
            Parsed::NameConstraints(_) => {
                self.constraints = Some(NameConstraints::new(extension.value)?);
            }
            Parsed::BasicConstraints(basic) => self.basic = Some(basic.clone()),
            // RFC 5280 §4.2.1.3: at least one bit is set.
            Parsed::KeyUsage(usage) if usage.flags == 0 => return None,
            Parsed::KeyUsage(usage) => self.key_usage = Some(*usage),
            Parsed::ExtendedKeyUsage(usage) => self.is_for_servers = Some(is_for_servers(usage)),
            Parsed::NSCertType(netscape) => self.netscape = Some(*netscape),
            Parsed::SubjectKeyIdentifier(key) => self.subject_key = Some(key.0),
            Parsed::AuthorityKeyIdentifier(key) => {
                self.authority_key = Some(AuthorityKey::new(key)?);
            }
            Parsed::CRLDistributionPoints(_) => {}
            _ => return None,
        }
        Some(())
    }
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

fn is_unhandled(extension: &X509Extension<'_>) -> bool {
    let is_critical = extension.critical && !SUPPORTED.contains(&extension.oid);
    is_critical || RESOURCES.contains(&extension.oid)
}

/// Whether an extension is one of those whose content counts.
fn is_read(oid: &Oid<'_>) -> bool {
    SUPPORTED.contains(oid) && !UNREAD.contains(oid)
        || [SUBJECT_KEY_ID, AUTHORITY_KEY_ID].contains(oid)
}

fn is_for_servers(usage: &ExtendedKeyUsage<'_>) -> bool {
    usage.server_auth || usage.other.iter().any(|other| GATED.contains(other))
}
