//! Whether the key of one certificate has signed another.

use super::Certificate;
use super::der;
use super::ecdsa_sha512;
use super::fields::Algorithm;
use super::key::Signature;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use webpki::{Error, RawPublicKeyEntity};

/// The result of a verification.
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
    if let Some(why) = issuer.unsupported() {
        return Verified::Unsupported(why);
    }
    let fields = &subject.fields;
    let is_consistent = fields.algorithm == fields.outer_algorithm;
    let Some(signature) = fields.signature.filter(|_| is_consistent) else {
        return Verified::Bad;
    };
    let is_its = |one: &&&dyn SignatureVerificationAlgorithm| {
        is_same(one.signature_alg_id().as_ref(), &fields.algorithm)
    };
    let key = SubjectPublicKeyInfoDer::from(issuer.fields.key.raw);
    let Ok(key) = RawPublicKeyEntity::try_from(&key) else {
        return Verified::Bad;
    };
    let known = algorithms.all.iter().chain(ecdsa_sha512::ALGORITHMS);
    for algorithm in known.filter(is_its) {
        match key.verify_signature(*algorithm, fields.signed, signature) {
            Err(Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => {}
            Err(_) => return Verified::Bad,
            Ok(()) => return Verified::Good,
        }
    }
    Verified::Unsupported(format!(
        "the certificate {} has a signature of a kind that is not supported ({}): sign it with SHA-256, as `openssl x509 -sha256` does",
        subject.name(),
        fields.algorithm.oid,
    ))
}

/// Whether an algorithm is a known one. As for OpenSSL, only those of RSASSA-PSS count of the parameters: all others have none,
/// or NULL, or ones without a meaning.
fn is_same(mut known: &[u8], algorithm: &Algorithm<'_>) -> bool {
    match Signature::of(&algorithm.oid) {
        None | Some((Signature::RsaPss, _)) => known == algorithm.der,
        Some(_) => der::oid(&mut known).is_some_and(|oid| der::dotted(oid) == algorithm.oid),
    }
}
