use super::fixtures::{LEAF, MIDDLE, NOW, ROOT, VERSION_1};
use super::*;
use crate::net::tls::roots::Roots;
use rustls::crypto::ring::default_provider;
use std::rc::Rc;

fn judge(now: u64) -> Judge {
    Judge {
        algorithms: default_provider().signature_verification_algorithms,
        now: now as i64,
    }
}

/// The verdict if `root` is the only trust anchor.
pub fn fault(sent: &[&[u8]], root: &'static [u8], now: u64) -> Option<Fault> {
    let sent = sent.iter().map(|der| Certificate::new(der).map(Rc::new));
    let Some(sent) = sent.collect::<Option<Vec<_>>>() else {
        return Some(Fault::Unspecified);
    };
    let roots = Roots::of(&[root], false);
    let verdict = judge(now).judge(&sent, &roots);
    let unsupported = verdict.unsupported.map(|_| Fault::Unspecified);
    verdict.fault.or(unsupported)
}

#[test]
fn a_chain_is_judged_at_its_time_and_by_its_root() {
    let year = 365 * 24 * 60 * 60;
    for (sent, root, now, expected) in [
        (&[LEAF, MIDDLE][..], ROOT, NOW, None),
        (&[LEAF, MIDDLE, ROOT], ROOT, NOW, None),
        (&[VERSION_1], ROOT, NOW, None),
        (
            &[LEAF, MIDDLE],
            ROOT,
            NOW - 5 * year,
            Some(Fault::CertNotYetValid),
        ),
        (
            &[LEAF, MIDDLE],
            ROOT,
            NOW + 20 * year,
            Some(Fault::CertHasExpired),
        ),
        (&[LEAF], ROOT, NOW, Some(Fault::UnableToVerifyLeafSignature)),
        (&[LEAF], MIDDLE, NOW, Some(Fault::UnableToGetIssuerCert)),
        (
            &[VERSION_1],
            MIDDLE,
            NOW,
            Some(Fault::UnableToVerifyLeafSignature),
        ),
        (
            &[LEAF, MIDDLE, ROOT],
            MIDDLE,
            NOW,
            Some(Fault::UnableToGetIssuerCert),
        ),
    ] {
        assert_eq!(fault(sent, root, now), expected, "{} sent", sent.len());
    }
}

#[test]
fn each_fault_has_a_text_of_its_own_and_a_code() {
    let unnamed = Fault::Unspecified.message();
    for fault in [
        Fault::KeyUsageNoCertSign,
        Fault::SubtreeMinMax,
        Fault::CaKeyTooSmall,
        Fault::EcKeyExplicitParams,
    ] {
        assert_eq!(fault.code(), "UNSPECIFIED");
        assert_ne!(fault.message(), unnamed);
    }
}

#[test]
fn a_certificate_is_three_values_and_nothing_else() {
    let signed = Certificate::new(LEAF).unwrap().fields.signed.len();
    for (at, tag) in [(0, 0xb0), (4 + signed, 0x90), (4 + signed + 12, 0x83)] {
        let mut der = LEAF.to_vec();
        der[at] = tag;
        assert!(Certificate::new(&der).is_none(), "{tag:x} at {at}");
    }
    let mut longer = [LEAF, &[5, 0]].concat();
    assert!(Certificate::new(&longer).is_none());
    longer[3] += 2;
    assert!(Certificate::new(&longer).is_none());
}

#[test]
fn a_signature_is_whole_bytes_and_of_the_algorithm_that_it_covers() {
    let signed = Certificate::new(LEAF).unwrap().fields.signed.len();
    let outer = 4 + signed;
    // The last byte of the algorithm, ecdsa-with-SHA256, and the number of bits of the signature that are not used.
    for (at, byte, other) in [(outer + 11, 2, 3), (outer + 14, 0, 1)] {
        let mut der = LEAF.to_vec();
        assert_eq!(der[at], byte);
        der[at] = other;
        let refused = fault(&[&der, MIDDLE], ROOT, NOW);
        assert_eq!(refused, Some(Fault::CertSignatureFailure), "{at}");
    }
}
