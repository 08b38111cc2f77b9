//! How an `https` host is trusted: Mozilla's roots, which Node.js trusts too, and those of `NODE_EXTRA_CA_CERTS`.
//!
//! The latter are read when the first certificate is seen: a client of `http` hosts pays nothing.
//! A refused certificate is an error with the code that Node.js gives for it.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use webpki::EndEntityCert;

/// Whom to trust.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// A PEM file with more certificates to trust, as `NODE_EXTRA_CA_CERTS` names it.
    pub extra_ca_certs: Option<PathBuf>,
    /// Whether any certificate will do (`NODE_TLS_REJECT_UNAUTHORIZED=0`).
    pub accept_any: bool,
}

/// A certificate that was refused, in the words of Node.js.
#[derive(Debug, Clone)]
pub struct Refused {
    pub code: &'static str,
    pub message: String,
}

/// The TLS settings of a client.
pub fn config(trust: Trust) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier {
        trust,
        provider: provider.clone(),
        roots: OnceLock::new(),
    };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    roots: OnceLock<Roots>,
}

#[derive(Debug)]
struct Roots {
    extra: Vec<CertificateDer<'static>>,
    /// None where there is no root at all.
    chains: Option<Arc<WebPkiServerVerifier>>,
}

impl Verifier {
    fn roots(&self) -> &Roots {
        self.roots.get_or_init(|| {
            let extra = read_pem(self.trust.extra_ca_certs.as_ref());
            let mut store = RootCertStore::empty();
            store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            store.add_parsable_certificates(extra.iter().cloned());
            let builder =
                WebPkiServerVerifier::builder_with_provider(Arc::new(store), self.provider.clone());
            Roots {
                extra,
                chains: builder.build().ok(),
            }
        })
    }

    fn verify(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let roots = self.roots();
        let Some(chains) = &roots.chains else {
            return Err(CertificateError::UnknownIssuer.into());
        };
        let verified = chains.verify_server_cert(leaf, intermediates, name, ocsp, now);
        match verified {
            // A self-signed certificate that is trusted by name is both root and leaf: Node.js takes it.
            Err(error) if is_root_as_leaf(&error) && roots.extra.contains(leaf) => {
                verify_server_name(&ParsedCertificate::try_from(leaf)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
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

/// What cannot be read adds nothing, as in Node.js, which warns of it when it starts.
fn read_pem(path: Option<&PathBuf>) -> Vec<CertificateDer<'static>> {
    let certificates = path.and_then(|path| CertificateDer::pem_file_iter(path).ok());
    certificates.into_iter().flatten().flatten().collect()
}

fn is_root_as_leaf(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) = error
    else {
        return false;
    };
    matches!(cause.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

impl Refused {
    fn new(
        error: &rustls::Error,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
    ) -> Self {
        use CertificateError as Cause;
        let rustls::Error::InvalidCertificate(cause) = error else {
            return Refused::other(error);
        };
        match cause {
            Cause::Expired | Cause::ExpiredContext { .. } => {
                Refused::because("CERT_HAS_EXPIRED", "certificate has expired")
            }
            Cause::NotValidYet | Cause::NotValidYetContext { .. } => {
                Refused::because("CERT_NOT_YET_VALID", "certificate is not yet valid")
            }
            Cause::Revoked => Refused::because("CERT_REVOKED", "certificate revoked"),
            Cause::BadSignature => {
                Refused::because("CERT_SIGNATURE_FAILURE", "certificate signature failure")
            }
            Cause::UnknownIssuer => Refused::untrusted(leaf, intermediates),
            Cause::NotValidForName | Cause::NotValidForNameContext { .. } => {
                Refused::wrong_name(leaf, name)
            }
            _ if is_root_as_leaf(error) => Refused::untrusted(leaf, intermediates),
            _ => Refused::other(error),
        }
    }

    fn because(code: &'static str, message: &str) -> Self {
        Refused {
            code,
            message: message.to_owned(),
        }
    }

    fn other(error: &rustls::Error) -> Self {
        Refused::because("CERT_REJECTED", &error.to_string())
    }

    /// Which of the four codes OpenSSL gives depends on where the chain ends.
    fn untrusted(leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Self {
        if is_self_signed(leaf) {
            return Refused::because("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate");
        }
        if intermediates.iter().any(is_self_signed) {
            let message = "self-signed certificate in certificate chain";
            return Refused::because("SELF_SIGNED_CERT_IN_CHAIN", message);
        }
        if intermediates.is_empty() {
            let message = "unable to verify the first certificate";
            return Refused::because("UNABLE_TO_VERIFY_LEAF_SIGNATURE", message);
        }
        Refused::because(
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "unable to get local issuer certificate",
        )
    }

    fn wrong_name(leaf: &CertificateDer<'_>, name: &ServerName<'_>) -> Self {
        let host = name.to_str();
        let parsed = EndEntityCert::try_from(leaf).ok();
        let names = parsed.iter().flat_map(|cert| cert.valid_dns_names());
        let names: Vec<String> = names.map(|name| format!("DNS:{name}")).collect();
        let reason = match name {
            ServerName::IpAddress(_) => format!("IP: {host} is not in the cert's list"),
            _ => format!(
                "Host: {host}. is not in the cert's altnames: {}",
                names.join(", ")
            ),
        };
        let message = format!("Hostname/IP does not match certificate's altnames: {reason}");
        Refused::because("ERR_TLS_CERT_ALTNAME_INVALID", &message)
    }
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(certificate).is_ok_and(|cert| cert.issuer() == cert.subject())
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}
