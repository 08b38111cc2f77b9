//! Whether the key of one certificate has signed another.

use super::Certificate;
use super::ecdsa_sha512;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use webpki::{Error, RawPublicKeyEntity};

/// What became of a verification.
#[derive(Debug, PartialEq, Eq)]
pub enum Verified {
    Good,
    Bad,
    /// It cannot be verified here, and why.
    Unsupported(String),
}

/// Verifies the signature of `subject` with the key of `issuer`.
pub fn verify(
    subject: &Certificate<'_>,
    issuer: &Certificate<'_>,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Verified {
    let key = &issuer.parsed.subject_pki;
    if let Some(why) = issuer.unsupported() {
        return Verified::Unsupported(why);
    }
    let signature = &subject.parsed.signature_value;
    let Some(algorithm) = subject
        .signature_algorithm()
        .filter(|_| signature.unused_bits == 0)
    else {
        return Verified::Bad;
    };
    let is_its =
        |one: &&&dyn SignatureVerificationAlgorithm| one.signature_alg_id().as_ref() == algorithm;
    let key = SubjectPublicKeyInfoDer::from(key.raw);
    let Ok(key) = RawPublicKeyEntity::try_from(&key) else {
        return Verified::Bad;
    };
    let signed = subject.parsed.tbs_certificate.as_ref();
    let known = algorithms.all.iter().chain(ecdsa_sha512::ALGORITHMS);
    for algorithm in known.filter(is_its) {
        match key.verify_signature(*algorithm, signed, &signature.data) {
            Err(Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => {}
            Err(_) => return Verified::Bad,
            Ok(()) => return Verified::Good,
        }
    }
    Verified::Unsupported(format!(
        "the certificate {} has a signature of a kind that is not supported ({}): sign it with SHA-256, as `openssl x509 -sha256` does",
        subject.name(),
        subject.parsed.signature_algorithm.algorithm,
    ))
}
