//! Builds the chain of a certificate as `build_chain` of OpenSSL does (crypto/x509/x509_vfy.c): it prefers trusted issuers,
//! never goes back on an issuer, and accepts only chains that end at a self-signed trusted certificate.
//!
//! ```text
//! leaf ── trusted issuer? ──yes──▶ only trusted issuers from here on ── self-signed? ──▶ done
//!   ▲            │ no
//!   └─ sent issuer? ──no──▶ fault
//! ```

use super::{Certificate, DistinguishedName, Fault};
use std::rc::Rc;

/// OpenSSL adds no issuer to a chain that is longer.
const MAX_LENGTH: usize = 101;

/// The trusted certificates.
pub trait Trusted {
    /// The certificates with this subject, in order.
    fn of_subject(&self, subject: &DistinguishedName) -> Vec<Rc<Certificate<'_>>>;
}

/// A chain, the leaf first.
#[derive(Debug)]
pub struct Chain<'a> {
    pub certificates: Vec<Rc<Certificate<'a>>>,
    /// How many of them are not from the trusted certificates.
    untrusted: usize,
    /// Seconds since 1970.
    now: i64,
}

impl<'a> Chain<'a> {
    /// Builds the chain of the leaf, the first certificate that a server has sent. The fault says why the chain does not end
    /// at a trusted root.
    pub fn build(
        sent: &[Rc<Certificate<'a>>],
        trusted: &'a dyn Trusted,
        now: i64,
    ) -> (Self, Option<Fault>) {
        let mut chain = Chain {
            certificates: sent.iter().take(1).cloned().collect(),
            untrusted: 1,
            now,
        };
        let mut others = sent.to_vec();
        loop {
            match chain.step(&mut others, trusted) {
                Step::On => {}
                Step::Trusted => return (chain, None),
                Step::Stuck => break,
            }
        }
        let fault = chain.fault();
        (chain, Some(fault))
    }

    fn step(&mut self, others: &mut Vec<Rc<Certificate<'a>>>, trusted: &'a dyn Trusted) -> Step {
        let Some(last) = self.certificates.last().cloned() else {
            return Step::Stuck;
        };
        if let Some(step) = self.add_trusted(&last, trusted) {
            return step;
        }
        let has_trusted = self.untrusted < self.certificates.len();
        match has_trusted || !self.add_sent(&last, others) {
            true => Step::Stuck,
            false => Step::On,
        }
    }

    /// Looks for the trusted issuer of the last certificate. `None` if no trust anchor is.
    fn add_trusted(&mut self, last: &Certificate<'a>, trusted: &'a dyn Trusted) -> Option<Step> {
        if self.certificates.len() > MAX_LENGTH {
            return None;
        }
        let issuers = trusted.of_subject(&last.fields.issuer);
        let issuer = self.best(issuers.iter().filter(|issuer| issuer.likely_issued(last)))?;
        if last.is_self_signed() {
            // A trusted certificate of the same name proves nothing: it must be the same certificate.
            if last.der != issuer.der {
                return None;
            }
            self.certificates.pop();
            self.untrusted -= 1;
        }
        let is_root = issuer.is_self_signed();
        self.certificates.push(issuer);
        Some(match is_root {
            true => Step::Trusted,
            false => Step::On,
        })
    }

    /// Adds the issuer of the last certificate, if the server has sent it.
    fn add_sent(&mut self, last: &Certificate<'a>, others: &mut Vec<Rc<Certificate<'a>>>) -> bool {
        if last.is_self_signed() || self.certificates.len() > MAX_LENGTH {
            return false;
        }
        let is_own = last.is_self_issued() && self.certificates.len() == 1;
        let fits = |issuer: &&Rc<Certificate<'a>>| {
            issuer.likely_issued(last) && (is_own || !self.has(issuer))
        };
        let Some(issuer) = self.best(others.iter().filter(fits)) else {
            return false;
        };
        others.retain(|other| !Rc::ptr_eq(other, &issuer));
        self.certificates.push(issuer);
        self.untrusted += 1;
        true
    }

    fn has(&self, certificate: &Certificate<'_>) -> bool {
        let mut others = self.certificates.iter();
        others.any(|other| other.der == certificate.der)
    }

    /// The first issuer that is valid now, or else the one with the latest end of validity.
    fn best<'i>(
        &self,
        issuers: impl Iterator<Item = &'i Rc<Certificate<'a>>>,
    ) -> Option<Rc<Certificate<'a>>>
    where
        'a: 'i,
    {
        let mut best: Option<&Rc<Certificate<'a>>> = None;
        for issuer in issuers {
            if issuer.fault_of_dates(self.now).is_none() {
                return Some(issuer.clone());
            }
            if best.is_none_or(|best| issuer.not_after() > best.not_after()) {
                best = Some(issuer);
            }
        }
        best.cloned()
    }

    /// The fault of a chain that has no further issuer.
    fn fault(&self) -> Fault {
        let length = self.certificates.len();
        let last = self.certificates.last();
        if last.is_some_and(|last| last.is_self_signed()) {
            return match length {
                1 => Fault::DepthZeroSelfSignedCert,
                _ => Fault::SelfSignedCertInChain,
            };
        }
        match self.untrusted < length {
            true => Fault::UnableToGetIssuerCert,
            false => Fault::UnableToGetIssuerCertLocally,
        }
    }
}

/// The result of a step of the search.
enum Step {
    On,
    Trusted,
    Stuck,
}
