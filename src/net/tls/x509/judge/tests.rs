use super::super::fixtures::{LEAF, MIDDLE, NOW};
use super::*;
use rustls::pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use std::sync::atomic::{AtomicUsize, Ordering};

static VERIFIED: AtomicUsize = AtomicUsize::new(0);

/// Counts the signatures that it refuses.
#[derive(Debug)]
struct Refusing;

impl SignatureVerificationAlgorithm for Refusing {
    fn verify_signature(&self, _: &[u8], _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        VERIFIED.fetch_add(1, Ordering::Relaxed);
        Err(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P256
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA256
    }
}

fn verdict(ders: &[&'static [u8]]) -> Verdict<'static> {
    let chain = ders
        .iter()
        .map(|der| Rc::new(Certificate::new(der).unwrap()));
    Verdict {
        chain: chain.collect(),
        fault: None,
        unsupported: None,
    }
}

#[test]
fn few_signatures_of_a_chain_that_is_not_trusted_are_verified() {
    let judge = Judge {
        algorithms: WebPkiSupportedAlgorithms {
            all: &[&Refusing],
            mapping: &[],
        },
        now: NOW as i64,
    };
    let mut verdict = verdict(&[LEAF; 100]);
    verdict.check_signatures(&judge, true);
    assert!(verdict.fault.is_some());
    assert_eq!(VERIFIED.load(Ordering::Relaxed), MAX_UNTRUSTED);
}

#[test]
fn the_comparisons_of_names_of_a_whole_chain_are_bounded() {
    let chain = |length| {
        let mut verdict = verdict(&[vec![LEAF; length], vec![MIDDLE; length]].concat());
        verdict.check_name_constraints();
        verdict.fault
    };
    assert_eq!(chain(10), None);
    assert_eq!(chain(500), Some(Fault::Unspecified));
}
