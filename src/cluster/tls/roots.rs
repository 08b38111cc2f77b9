//! The roots that a client trusts: those that the caller gave, or else Mozilla's, which Node.js trusts too,
//! the system's, and those of `NODE_EXTRA_CA_CERTS`.
//!
//! They are read when the first certificate is seen: a client of `http` hosts pays nothing.

use super::Trust;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Whom a client trusts.
#[derive(Debug)]
pub struct Roots {
    /// Those that the caller or the environment gave.
    pub given: Vec<CertificateDer<'static>>,
    /// None where there is no root at all.
    pub chains: Option<Arc<WebPkiServerVerifier>>,
}

impl Roots {
    /// The roots of these settings.
    pub fn new(trust: &Trust, provider: &Arc<CryptoProvider>) -> Self {
        let (mut store, given) = match &trust.ca {
            Some(ca) => (RootCertStore::empty(), ca.certificates()),
            None => (defaults().clone(), read_pem(trust.extra_ca_certs.as_ref())),
        };
        store.add_parsable_certificates(given.iter().cloned());
        let builder =
            WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone());
        Roots {
            given,
            chains: builder.build().ok(),
        }
    }
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
