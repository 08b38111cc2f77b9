//! The roots that a client trusts: those that the caller gave, or else Mozilla's, which Node.js trusts too,
//! the system's, and those of `NODE_EXTRA_CA_CERTS`.
//!
//! They are read when the first certificate is seen: a client of `http` hosts pays nothing. Of each the subject is kept;
//! the rest is read again where a chain asks for that subject.

use super::Trust;
use super::x509::{Certificate, DistinguishedName, Trusted};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::HashSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::OnceLock;

/// Whom a client trusts.
#[derive(Debug)]
pub struct Roots {
    /// Those that the caller or the environment gave.
    given: Vec<Root>,
    /// The others.
    defaults: &'static [Root],
}

#[derive(Debug)]
struct Root {
    subject: DistinguishedName,
    der: CertificateDer<'static>,
}

impl Roots {
    /// The roots of these settings.
    pub fn new(trust: &Trust) -> Self {
        match &trust.ca {
            Some(ca) => Roots {
                given: readable(ca.certificates()),
                defaults: &[],
            },
            None => Roots {
                given: readable(read_pem(trust.extra_ca_certs.as_ref())),
                defaults: defaults(),
            },
        }
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
        let mozilla = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
        let system = rustls_native_certs::load_native_certs().certs;
        readable(mozilla.chain(system))
    })
}

/// Each certificate once, without those that cannot be read.
fn readable(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> Vec<Root> {
    let mut seen = HashSet::new();
    let certificates = certificates.into_iter();
    let unique = certificates.filter(|der| seen.insert(der.clone()));
    let read = unique.filter_map(|der| {
        let subject = Certificate::new(&der)?.subject;
        Some(Root { subject, der })
    });
    read.collect()
}

/// What cannot be read adds nothing, as in Node.js, which warns of it when it starts.
fn read_pem(path: Option<&PathBuf>) -> Vec<CertificateDer<'static>> {
    let certificates = path.and_then(|path| CertificateDer::pem_file_iter(path).ok());
    certificates.into_iter().flatten().flatten().collect()
}
