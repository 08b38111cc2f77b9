//! The faults of chains, with Node's codes and OpenSSL's words.

/// A fault of a chain: OpenSSL's `X509_V_ERR_…` of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Unspecified,
    UnableToGetIssuerCert,
    UnableToGetIssuerCertLocally,
    UnableToVerifyLeafSignature,
    DepthZeroSelfSignedCert,
    SelfSignedCertInChain,
    CertSignatureFailure,
    CertNotYetValid,
    CertHasExpired,
    ErrorInCertNotBeforeField,
    ErrorInCertNotAfterField,
    InvalidCa,
    PathLengthExceeded,
    InvalidPurpose,
    KeyUsageNoCertSign,
    UnhandledCriticalExtension,
    ProxyCertificatesNotAllowed,
    ProxySubjectNameViolation,
    PermittedViolation,
    ExcludedViolation,
    SubtreeMinMax,
    UnsupportedConstraintType,
    UnsupportedNameSyntax,
    EeKeyTooSmall,
    CaKeyTooSmall,
    CaMdTooWeak,
    EcKeyExplicitParams,
    UnnestedResource,
}

/// Node.js's code for each fault that its `X509ErrorCode` (src/crypto) has no name for.
const UNNAMED: &str = "UNSPECIFIED";

impl Fault {
    /// Node.js's code.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// OpenSSL's text.
    pub fn message(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Fault::Unspecified => (UNNAMED, "unspecified certificate verification error"),
            Fault::UnableToGetIssuerCert => (
                "UNABLE_TO_GET_ISSUER_CERT",
                "unable to get issuer certificate",
            ),
            Fault::UnableToGetIssuerCertLocally => (
                "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
                "unable to get local issuer certificate",
            ),
            Fault::UnableToVerifyLeafSignature => (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "unable to verify the first certificate",
            ),
            Fault::DepthZeroSelfSignedCert => {
                ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate")
            }
            Fault::SelfSignedCertInChain => (
                "SELF_SIGNED_CERT_IN_CHAIN",
                "self-signed certificate in certificate chain",
            ),
            Fault::CertSignatureFailure => {
                ("CERT_SIGNATURE_FAILURE", "certificate signature failure")
            }
            Fault::CertNotYetValid => ("CERT_NOT_YET_VALID", "certificate is not yet valid"),
            Fault::CertHasExpired => ("CERT_HAS_EXPIRED", "certificate has expired"),
            Fault::ErrorInCertNotBeforeField => (
                "ERROR_IN_CERT_NOT_BEFORE_FIELD",
                "format error in certificate's notBefore field",
            ),
            Fault::ErrorInCertNotAfterField => (
                "ERROR_IN_CERT_NOT_AFTER_FIELD",
                "format error in certificate's notAfter field",
            ),
            Fault::InvalidCa => ("INVALID_CA", "invalid CA certificate"),
            Fault::PathLengthExceeded => {
                ("PATH_LENGTH_EXCEEDED", "path length constraint exceeded")
            }
            Fault::InvalidPurpose => ("INVALID_PURPOSE", "unsuitable certificate purpose"),
            other => (UNNAMED, other.unnamed()),
        }
    }

    /// The text of a fault that Node.js has no code for.
    fn unnamed(self) -> &'static str {
        match self {
            Fault::KeyUsageNoCertSign => "key usage does not include certificate signing",
            Fault::UnhandledCriticalExtension => "unhandled critical extension",
            Fault::ProxyCertificatesNotAllowed => {
                "proxy certificates not allowed, please set the appropriate flag"
            }
            Fault::ProxySubjectNameViolation => "proxy subject name violation",
            Fault::PermittedViolation => "permitted subtree violation",
            Fault::ExcludedViolation => "excluded subtree violation",
            Fault::SubtreeMinMax => "name constraints minimum and maximum not supported",
            Fault::UnsupportedConstraintType => "unsupported name constraint type",
            Fault::UnsupportedNameSyntax => "unsupported or invalid name syntax",
            Fault::EeKeyTooSmall => "EE certificate key too weak",
            Fault::CaKeyTooSmall => "CA certificate key too weak",
            Fault::CaMdTooWeak => "CA signature digest algorithm too weak",
            Fault::EcKeyExplicitParams => "Certificate public key has explicit ECC parameters",
            Fault::UnnestedResource => "RFC 3779 resource not subset of parent's resources",
            _ => "unspecified certificate verification error",
        }
    }
}
