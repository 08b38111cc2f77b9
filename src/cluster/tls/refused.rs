//! Says in Node.js's words why a certificate was refused.

use super::names::Names;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, OtherError};
use std::error::Error as StdError;
use std::fmt;
use webpki::EndEntityCert;

/// A certificate that was refused, in the words of Node.js.
#[derive(Debug, Clone)]
pub struct Refused {
    pub code: &'static str,
    pub message: String,
}

/// Whether a certificate was refused only because it is one of those that sign others.
pub fn is_root_as_leaf(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) = error
    else {
        return false;
    };
    matches!(cause.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// Whether a certificate that must not sign others has signed one.
fn is_leaf_as_root(cause: &(dyn StdError + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(webpki::Error::EndEntityUsedAsCa))
}

/// Whether a certificate was refused for its dates.
pub fn is_of_dates(error: &rustls::Error) -> bool {
    use CertificateError as Cause;
    let rustls::Error::InvalidCertificate(cause) = error else {
        return false;
    };
    matches!(cause, Cause::Expired | Cause::ExpiredContext { .. })
        || matches!(cause, Cause::NotValidYet | Cause::NotValidYetContext { .. })
}

/// Whether a certificate was refused only for the names in it.
pub fn is_wrong_name(error: &rustls::Error) -> bool {
    use CertificateError as Cause;
    let rustls::Error::InvalidCertificate(cause) = error else {
        return false;
    };
    matches!(
        cause,
        Cause::NotValidForName | Cause::NotValidForNameContext { .. }
    )
}

impl Refused {
    /// Why this chain was refused for this name.
    pub fn new(
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
            Cause::InvalidPurpose | Cause::InvalidPurposeContext { .. } => Refused::purpose(),
            Cause::UnknownIssuer => Refused::untrusted(leaf, intermediates),
            Cause::NotValidForName | Cause::NotValidForNameContext { .. } => {
                Refused::wrong_name(leaf, name)
            }
            Cause::Other(_) if is_root_as_leaf(error) => Refused::untrusted(leaf, intermediates),
            Cause::Other(OtherError(cause)) if is_leaf_as_root(&**cause) => Refused::purpose(),
            _ => Refused::other(error),
        }
    }

    fn because(code: &'static str, message: &str) -> Self {
        Refused {
            code,
            message: message.to_owned(),
        }
    }

    fn purpose() -> Self {
        Refused::because("INVALID_PURPOSE", "unsuitable certificate purpose")
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
        let reason = Names::of(leaf).why_not(&name.to_str());
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
