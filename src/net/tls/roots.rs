//! The trust anchors of a client: the certificates of the option `ca`, or else Mozilla's roots (as in Node), the roots of the system
//! and the certificates of `NODE_EXTRA_CA_CERTS`.
//!
//! They are read when the first certificate is verified: a client of `http` hosts pays nothing. Only the subjects are kept
//! parsed: a root is parsed again when a chain needs it.

use super::Trust;
use super::x509::{Certificate, DistinguishedName, Trusted};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::OnceLock;

/// The trust anchors of a client.
#[derive(Debug)]
pub struct Roots {
    /// The certificates that the caller or the environment gave.
    given: Vec<Root>,
    /// The others.
    defaults: &'static [Root],
}

#[derive(Debug)]
struct Root {
    subject: DistinguishedName,
    der: CertificateDer<'static>,
    /// Whether Mozilla trusts it.
    is_public: bool,
}

impl Roots {
    /// The roots of these settings.
    pub fn new(trust: &Trust) -> Self {
        match &trust.ca {
            Some(ca) => Roots {
                given: readable(private(ca.certificates())),
                defaults: &[],
            },
            None => Roots {
                given: readable(private(read_pem(trust.extra_ca_certs.as_ref()))),
                defaults: defaults(),
            },
        }
    }
}

impl Roots {
    /// Whether a root is trusted because Mozilla trusts it, and for no other reason.
    pub fn is_public(&self, der: &[u8]) -> bool {
        let mut roots = self.given.iter().chain(self.defaults);
        let root = roots.find(|root| *root.der == *der);
        root.is_some_and(|root| root.is_public)
    }
}

impl Trusted for Roots {
    fn of_subject(&self, subject: &DistinguishedName) -> Vec<Rc<Certificate<'_>>> {
        let roots = self.given.iter().chain(self.defaults);
        let named = roots.filter(|root| root.subject == *subject);
        let read = named.filter_map(|root| Certificate::new(&root.der));
        read.map(Rc::new).collect()
    }
}

/// Mozilla's roots and the system's; the latter are read once in a process, in some 10 ms.
fn defaults() -> &'static [Root] {
    static DEFAULTS: OnceLock<Vec<Root>> = OnceLock::new();
    DEFAULTS.get_or_init(|| {
        let public = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
        let system = rustls_native_certs::load_native_certs().certs;
        readable(public.map(|der| (der, true)).chain(private(system)))
    })
}

fn private(
    certificates: Vec<CertificateDer<'static>>,
) -> impl Iterator<Item = (CertificateDer<'static>, bool)> {
    certificates.into_iter().map(|der| (der, false))
}

/// Each certificate once. Certificates that cannot be read are left out.
fn readable(certificates: impl Iterator<Item = (CertificateDer<'static>, bool)>) -> Vec<Root> {
    let mut seen = HashSet::new();
    let unique = certificates.filter(|(der, _)| seen.insert(der.clone()));
    let read = unique.filter_map(|(der, is_public)| {
        let subject = Certificate::new(&der)?.fields.subject;
        Some(Root {
            subject,
            der,
            is_public,
        })
    });
    read.collect()
}

/// A file that cannot be read adds nothing, as in Node, which prints a warning at its start.
fn read_pem(path: Option<&PathBuf>) -> Vec<CertificateDer<'static>> {
    let certificates = path.and_then(|path| CertificateDer::pem_file_iter(path).ok());
    certificates.into_iter().flatten().flatten().collect()
}

#[cfg(test)]
impl Roots {
    /// These roots alone.
    pub fn of(ders: &[&'static [u8]], is_public: bool) -> Self {
        let roots = ders
            .iter()
            .map(|der| (CertificateDer::from(*der), is_public));
        Roots {
            given: readable(roots),
            defaults: &[],
        }
    }
}
