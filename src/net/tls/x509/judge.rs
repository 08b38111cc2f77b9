//! The fault of a chain, as `verify_chain` of OpenSSL finds it (crypto/x509/x509_vfy.c), for the purpose of a TLS
//! server.
//!
//! Each check notes its fault and the checks continue, as Node.js configures OpenSSL. The last noted fault is reported.

use super::certificate::Authority;
use super::chain::{Chain, Trusted};
use super::constraints::MAX_COMPARISONS;
use super::key::{Kind, Signature};
use super::signature::{Verified, verify};
use super::{Certificate, Fault};
use rustls::crypto::WebPkiSupportedAlgorithms;
use std::rc::Rc;

/// The bits of strength that keys and digests need at OpenSSL's security level 1. Level 2, which newer versions of Node.js
/// have, refuses more keys, but none that this package could verify.
const MIN_STRENGTH: usize = 80;

/// How many signatures of a chain are verified that is not trusted anyway: they decide the code of the error alone, and a host
/// that is not trusted chooses their number.
const MAX_UNTRUSTED: usize = 8;

/// Judges chains.
#[derive(Debug)]
pub struct Judge {
    pub algorithms: WebPkiSupportedAlgorithms,
    /// Seconds since 1970.
    pub now: i64,
}

/// The verdict on a chain.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// The chain, the leaf first.
    pub chain: Vec<Rc<Certificate<'a>>>,
    /// The fault that Node reports.
    pub fault: Option<Fault>,
    /// Why this package cannot verify the chain, although Node.js may accept it.
    pub unsupported: Option<String>,
}

impl Judge {
    /// Judges the certificates of a server, the leaf first.
    pub fn judge<'a>(&self, sent: &[Rc<Certificate<'a>>], trusted: &'a dyn Trusted) -> Verdict<'a> {
        let (chain, fault) = Chain::build(sent, trusted, self.now);
        let mut verdict = Verdict {
            chain: chain.certificates,
            fault: None,
            unsupported: None,
        };
        verdict.check_leaf();
        verdict.note(fault);
        verdict.check_extensions();
        verdict.check_strength();
        verdict.check_signatures(self, fault.is_none());
        verdict.check_name_constraints();
        verdict.check_resources();
        verdict
    }
}

impl Verdict<'_> {
    fn note(&mut self, fault: Option<Fault>) {
        self.fault = fault.or(self.fault);
    }

    fn note_if(&mut self, is_faulty: bool, fault: Fault) {
        self.note(is_faulty.then_some(fault));
    }

    fn check_leaf(&mut self) {
        let Some(leaf) = self.chain.first() else {
            return self.note(Some(Fault::Unspecified));
        };
        let key = leaf.key.clone();
        self.unsupported = leaf.unsupported();
        self.note_if(key.strength() < MIN_STRENGTH, Fault::EeKeyTooSmall);
    }

    fn check_extensions(&mut self) {
        let chain = self.chain.clone();
        let mut intermediates = 0;
        for (depth, certificate) in chain.iter().enumerate() {
            let is_last = depth + 1 == chain.len();
            self.check_certificate(certificate, depth, is_last);
            let limit = certificate.path_length().filter(|_| depth > 1);
            let is_long = limit.is_some_and(|limit| intermediates > limit);
            self.note_if(is_long, Fault::PathLengthExceeded);
            if depth > 0 && !certificate.is_self_issued() {
                intermediates += 1;
            }
        }
    }

    fn check_certificate(&mut self, certificate: &Certificate<'_>, depth: usize, is_last: bool) {
        let extensions = &certificate.extensions;
        self.note_if(extensions.has_unhandled, Fault::UnhandledCriticalExtension);
        self.note_if(extensions.is_proxy, Fault::ProxyCertificatesNotAllowed);
        let is_authority = match certificate.authority() {
            Authority::None => false,
            Authority::Stated => true,
            Authority::Tolerated => is_last,
        };
        self.note_if(depth > 0 && !is_authority, Fault::InvalidCa);
        let is_explicit = certificate.key == Kind::ExplicitCurve;
        let is_alone = depth == 0 && is_last;
        self.note_if(!is_alone && is_explicit, Fault::EcKeyExplicitParams);
        let is_for_servers = certificate.is_for_servers(depth > 0);
        self.note_if(!is_for_servers, Fault::InvalidPurpose);
    }

    /// Skips the key of the leaf, which `check_leaf` has checked, and the signature of the root, which adds no trust.
    fn check_strength(&mut self) {
        let chain = self.chain.clone();
        for (depth, certificate) in chain.iter().enumerate() {
            let is_weak = certificate.key.strength() < MIN_STRENGTH;
            self.note_if(depth > 0 && is_weak, Fault::CaKeyTooSmall);
            let signature = Signature::of(&certificate.fields.outer_algorithm.oid);
            let strength = signature.map_or(0, |(_, strength)| strength);
            let is_last = depth + 1 == chain.len();
            self.note_if(!is_last && strength < MIN_STRENGTH, Fault::CaMdTooWeak);
        }
    }

    /// The signatures and the dates, from the root down.
    fn check_signatures(&mut self, judge: &Judge, mut is_trusted: bool) {
        let mut untrusted = 0;
        let chain = self.chain.clone();
        let Some((last, others)) = chain.split_last() else {
            return;
        };
        let is_own_issuer = last.likely_issued(last);
        if is_own_issuer || others.is_empty() {
            self.note_if(!is_own_issuer, Fault::UnableToVerifyLeafSignature);
            self.note(last.fault_of_dates(judge.now));
        }
        for pair in chain.windows(2).rev() {
            let [subject, issuer] = pair else { return };
            self.note_if(!issuer.may_sign(), Fault::KeyUsageNoCertSign);
            if is_trusted || untrusted < MAX_UNTRUSTED {
                is_trusted &= self.check_signature(subject, issuer, judge);
                untrusted += usize::from(!is_trusted);
            }
            self.note(subject.fault_of_dates(judge.now));
        }
    }

    /// Whether the signature is good.
    fn check_signature(
        &mut self,
        subject: &Certificate<'_>,
        issuer: &Certificate<'_>,
        judge: &Judge,
    ) -> bool {
        let verified = verify(subject, issuer, &judge.algorithms);
        let is_good = verified == Verified::Good;
        match verified {
            Verified::Good => {}
            Verified::Bad => self.note(Some(Fault::CertSignatureFailure)),
            Verified::Unsupported(why) => self.unsupported = Some(why),
        }
        is_good
    }

    fn check_name_constraints(&mut self) {
        let chain = self.chain.clone();
        let mut budget = MAX_COMPARISONS;
        for (depth, certificate) in chain.iter().enumerate().rev() {
            // RFC 5280 §4.2.1.10: constraints do not apply to self-issued certificates, except to the leaf.
            if depth > 0 && certificate.is_self_issued() {
                continue;
            }
            let is_strange = certificate.extensions.is_proxy
                && !certificate
                    .fields
                    .subject
                    .is_of_proxy(&certificate.fields.issuer);
            self.note_if(is_strange, Fault::ProxySubjectNameViolation);
            for issuer in chain.iter().skip(depth + 1).rev() {
                if let Some(constraints) = &issuer.extensions.constraints {
                    self.note(
                        constraints
                            .check(certificate, depth == 0, &mut budget)
                            .err(),
                    );
                }
            }
        }
    }

    /// RFC 3779: OpenSSL accepts resources that the issuer has as well. This package does not compare them, and refuses the
    /// chain: certificates of TLS hosts have no such resources.
    fn check_resources(&mut self) {
        let mut chain = self.chain.iter();
        let has_resources = chain.any(|certificate| certificate.extensions.has_resources);
        self.note_if(has_resources, Fault::UnnestedResource);
    }
}

#[cfg(test)]
mod tests;
