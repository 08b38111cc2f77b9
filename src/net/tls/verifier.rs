//! Decides whether a host's certificate is trusted.

use super::Trust;
use super::names;
use super::refused::Refused;
use super::roots::Roots;
use super::x509::{Certificate, Judge, confirm};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, ServerName, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use webpki::RawPublicKeyEntity;

/// Decides whether a certificate is trusted. The roots are read for the first certificate.
#[derive(Debug, Clone)]
pub struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    roots: Arc<OnceLock<Roots>>,
    /// The name that every host's certificate must have, if the caller gave one.
    servername: Option<ServerName<'static>>,
    /// The names of proxies, to which `servername` does not apply.
    proxies: Vec<ServerName<'static>>,
}

impl Verifier {
    /// A verifier with the trust anchors of these settings.
    pub fn new(
        trust: Trust,
        servername: Option<ServerName<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Self {
        Verifier {
            servername,
            trust,
            provider,
            roots: Arc::default(),
            proxies: Vec::new(),
        }
    }

    /// The same, for connections to these proxies, too. A host with the name of a proxy is verified by that name.
    pub fn with_proxies(&self, proxies: Vec<ServerName<'static>>) -> Self {
        Verifier {
            proxies,
            ..self.clone()
        }
    }

    /// The name that the certificate of a host or a proxy must have.
    fn expected<'n>(&'n self, name: &'n ServerName<'n>) -> &'n ServerName<'n> {
        let servername = self.servername.as_ref();
        let servername = servername.filter(|_| !self.proxies.contains(name));
        servername.unwrap_or(name)
    }

    fn verify(
        &self,
        sent: &[Rc<Certificate<'_>>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Refused> {
        let roots = self.roots.get_or_init(|| Roots::new(&self.trust));
        let algorithms = self.provider.signature_verification_algorithms;
        let verdict = self.judge(now).judge(sent, roots);
        if let Some(fault) = verdict.fault {
            return Err(Refused::by_fault(fault));
        }
        let leaf = sent.first().ok_or_else(|| unreadable(0))?;
        if let Some(mismatch) = names::mismatch(leaf, &name.to_str()) {
            return Err(Refused::by_name(&mismatch));
        }
        if let Some(why) = verdict.unsupported {
            return Err(Refused::unsupported(why));
        }
        match verdict.chain.last() {
            Some(root) if roots.is_public(root.der) => {
                confirm(&verdict.chain, &algorithms, now).map_err(|why| unconfirmed(leaf, &why))
            }
            _ => Ok(()),
        }
    }

    fn judge(&self, now: UnixTime) -> Judge {
        Judge {
            algorithms: self.provider.signature_verification_algorithms,
            now: i64::try_from(now.as_secs()).unwrap_or(i64::MAX),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.trust.accept_any {
            return Ok(ServerCertVerified::assertion());
        }
        let name = self.expected(name);
        let sent = read(std::iter::once(leaf).chain(intermediates));
        let verified = sent.and_then(|sent| self.verify(&sent, name, now));
        verified.map_err(refused)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        let key = key_of(certificate)?;
        let key = RawPublicKeyEntity::try_from(&key).map_err(|_| refused(unreadable(0)))?;
        let mut schemes = algorithms.mapping.iter();
        let scheme = schemes.find(|(scheme, _)| *scheme == signature.scheme);
        let mut ways = scheme.map_or(&[][..], |(_, ways)| ways).iter();
        let is_valid = |way: &&dyn SignatureVerificationAlgorithm| {
            key.verify_signature(*way, message, signature.signature())
                .is_ok()
        };
        match ways.any(is_valid) {
            true => Ok(HandshakeSignatureValid::assertion()),
            false => Err(CertificateError::BadSignature.into()),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(message, &key_of(certificate)?, signature, algorithms)
    }

    /// Only the schemes that can be verified: a host with several certificates sends the one that fits.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// For the certificate at this place of the chain that the server has sent.
fn unreadable(place: usize) -> Refused {
    let place = place + 1;
    Refused::unsupported(format!(
        "certificate {place} of those that the server sent cannot be read"
    ))
}

fn unconfirmed(leaf: &Certificate<'_>, why: &webpki::Error) -> Refused {
    let name = leaf.name();
    let root = "public authorities issue no such certificate";
    Refused::unsupported(format!(
        "the chain of the certificate {name} is refused: {why}: {root}"
    ))
}

fn read<'a>(
    certificates: impl Iterator<Item = &'a CertificateDer<'a>>,
) -> Result<Vec<Rc<Certificate<'a>>>, Refused> {
    let read = certificates.enumerate().map(|(place, der)| {
        let certificate = Certificate::new(der).ok_or_else(|| unreadable(place));
        certificate.map(Rc::new)
    });
    read.collect()
}

fn refused(refused: Refused) -> Error {
    CertificateError::Other(OtherError(Arc::new(refused))).into()
}

/// The public key of a certificate. rustls's own functions do not read certificates of version 1.
fn key_of<'a>(certificate: &'a CertificateDer<'_>) -> Result<SubjectPublicKeyInfoDer<'a>, Error> {
    let certificate = Certificate::new(certificate).ok_or_else(|| refused(unreadable(0)))?;
    if let Some(why) = certificate.unsupported() {
        return Err(refused(Refused::unsupported(why)));
    }
    Ok(SubjectPublicKeyInfoDer::from(certificate.fields.key.raw))
}

#[cfg(test)]
mod handshakes;
#[cfg(test)]
mod tests;
