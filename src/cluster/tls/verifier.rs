//! Decides whether a host's certificate is trusted.

use super::Trust;
use super::names::Names;
use super::refused::{Refused, is_root_as_leaf, is_wrong_name};
use super::roots::Roots;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};
use std::sync::{Arc, OnceLock};

/// Decides whether a certificate is trusted. The roots are read when the first one is seen.
#[derive(Debug)]
pub struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    roots: OnceLock<Roots>,
    /// The name of every host, where the caller gave one.
    servername: Option<ServerName<'static>>,
}

impl Verifier {
    /// Trusts what these settings trust.
    pub fn new(
        trust: Trust,
        servername: Option<ServerName<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Self {
        Verifier {
            servername,
            trust,
            provider,
            roots: OnceLock::new(),
        }
    }

    fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let roots = self
            .roots
            .get_or_init(|| Roots::new(&self.trust, &self.provider));
        let Some(chains) = &roots.chains else {
            return Err(CertificateError::UnknownIssuer.into());
        };
        let verified = chains.verify_server_cert(leaf, intermediates, name, ocsp, now);
        match verified {
            // A self-signed certificate that is trusted by name is both root and leaf: Node.js takes it.
            Err(error) if is_root_as_leaf(&error) && roots.has(leaf) => {
                verify_server_name(&ParsedCertificate::try_from(leaf)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            Err(error) if is_wrong_name(&error) && is_common_name(leaf, name) => {
                Ok(ServerCertVerified::assertion())
            }
            Ok(verified) => {
                let signed = std::iter::once(leaf).chain(intermediates);
                let Some(fault) = roots.fault_of_dates(signed, now) else {
                    return Ok(verified);
                };
                let chains = roots.up_to_date(now).ok_or_else(|| fault.clone())?;
                let verified = chains.verify_server_cert(leaf, intermediates, name, ocsp, now);
                verified.map_err(|_| fault)
            }
            Err(error) => Err(error),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.trust.accept_any {
            return Ok(ServerCertVerified::assertion());
        }
        let name = self.servername.as_ref().unwrap_or(name);
        self.verify(leaf, intermediates, name, ocsp, now)
            .map_err(|error| {
                let refused = Refused::new(&error, leaf, intermediates, name);
                CertificateError::Other(OtherError(Arc::new(refused))).into()
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn is_common_name(leaf: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    match name {
        ServerName::DnsName(host) => Names::of(leaf).is_common(host.as_ref()),
        _ => false,
    }
}
