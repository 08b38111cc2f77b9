//! The roots that a client trusts: those that the caller gave, or else Mozilla's, which Node.js trusts too,
//! the system's, and those of `NODE_EXTRA_CA_CERTS`.
//!
//! They are read when the first certificate is seen: a client of `http` hosts pays nothing.

use super::Trust;
use super::refused::is_of_dates;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use webpki::EndEntityCert;

/// Whom a client trusts.
#[derive(Debug)]
pub struct Roots {
    /// Those that the caller or the environment gave.
    given: Vec<CertificateDer<'static>>,
    /// The others.
    defaults: RootCertStore,
    provider: Arc<CryptoProvider>,
    /// None where there is no root at all.
    pub chains: Option<Arc<WebPkiServerVerifier>>,
}

impl Roots {
    /// The roots of these settings.
    pub fn new(trust: &Trust, provider: &Arc<CryptoProvider>) -> Self {
        let (defaults, given) = match &trust.ca {
            Some(ca) => (RootCertStore::empty(), ca.certificates()),
            None => (defaults().clone(), read_pem(trust.extra_ca_certs.as_ref())),
        };
        Roots {
            chains: chains(&defaults, given.iter(), provider),
            given,
            defaults,
            provider: provider.clone(),
        }
    }

    /// Whether a certificate is one of those that were given.
    pub fn has(&self, certificate: &CertificateDer<'_>) -> bool {
        self.given.iter().any(|given| given == certificate)
    }

    /// What is wrong with the dates of a given root that may have signed one of these certificates. The library does not
    /// look at the dates of roots; Node.js does.
    pub fn fault_of_dates<'a>(
        &self,
        mut signed: impl Iterator<Item = &'a CertificateDer<'a>>,
        now: UnixTime,
    ) -> Option<rustls::Error> {
        signed.find_map(|certificate| {
            let issuer = EndEntityCert::try_from(certificate).ok()?.issuer().to_vec();
            let is_its = |root: &&CertificateDer<'_>| {
                EndEntityCert::try_from(*root).is_ok_and(|root| root.subject() == issuer)
            };
            let mut roots = self.given.iter().filter(is_its);
            roots.find_map(|root| self.dates(root, now))
        })
    }

    /// What verifies without the given roots whose dates are wrong.
    pub fn up_to_date(&self, now: UnixTime) -> Option<Arc<WebPkiServerVerifier>> {
        let is_right = |root: &&CertificateDer<'_>| self.dates(root, now).is_none();
        let given = self.given.iter().filter(is_right);
        chains(&self.defaults, given, &self.provider)
    }

    /// What is wrong with a root's dates. As a host's certificate it is refused, but first of all for these.
    fn dates(&self, root: &CertificateDer<'_>, now: UnixTime) -> Option<rustls::Error> {
        let name = ServerName::from(IpAddr::from([0; 4]));
        let chains = self.chains.as_ref()?;
        let verified = chains.verify_server_cert(root, &[], &name, &[], now);
        verified.err().filter(is_of_dates)
    }
}

fn chains<'a>(
    defaults: &RootCertStore,
    given: impl Iterator<Item = &'a CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<WebPkiServerVerifier>> {
    let mut store = defaults.clone();
    store.add_parsable_certificates(given.cloned());
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone());
    builder.build().ok()
}

/// Mozilla's roots and the system's; the latter are read once in a process, in some 10 ms.
fn defaults() -> &'static RootCertStore {
    static DEFAULTS: OnceLock<RootCertStore> = OnceLock::new();
    DEFAULTS.get_or_init(|| {
        let mut store = RootCertStore::empty();
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        store
    })
}

/// What cannot be read adds nothing, as in Node.js, which warns of it when it starts.
fn read_pem(path: Option<&PathBuf>) -> Vec<CertificateDer<'static>> {
    let certificates = path.and_then(|path| CertificateDer::pem_file_iter(path).ok());
    certificates.into_iter().flatten().flatten().collect()
}
