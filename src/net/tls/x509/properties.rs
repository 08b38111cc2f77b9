use super::constraints::NameConstraints;
use super::fixtures::{LEAF, MIDDLE, NOW, ROOT, VERSION_1};
use super::tests::fault;
use super::*;
use crate::net::tls::names::mismatch;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A certificate in which some bytes have others in their place.
fn mutated(original: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    vec((any::<Index>(), any::<u8>()), 1..4).prop_map(|changes| {
        let mut der = original.to_vec();
        for (at, byte) in changes {
            let at = at.index(der.len());
            der[at] = byte;
        }
        der
    })
}

/// One in which a piece is left out, repeated or put in elsewhere.
fn shifted(original: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    (
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        any::<bool>(),
    )
        .prop_map(|(from, to, at, is_moved)| {
            let (from, to) = (from.index(original.len()), to.index(original.len()));
            let mut der = original.to_vec();
            let piece: Vec<_> = der.drain(from.min(to)..from.max(to)).collect();
            if is_moved {
                let at = at.index(der.len() + 1);
                der.splice(at..at, piece);
            }
            der
        })
}

fn changed(original: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![mutated(original), shifted(original)]
}

proptest! {
    #[test]
    fn a_chain_with_a_changed_certificate_is_not_taken(leaf in changed(LEAF), middle in changed(MIDDLE), old in changed(VERSION_1)) {
        prop_assert!(leaf == LEAF || fault(&[&leaf, MIDDLE], ROOT, NOW).is_some());
        prop_assert!(middle == MIDDLE || fault(&[LEAF, &middle], ROOT, NOW).is_some());
        prop_assert!(old == VERSION_1 || fault(&[&old], ROOT, NOW).is_some());
    }

    #[test]
    fn a_chain_without_its_root_in_ca_is_not_taken(sent in vec(select(vec![LEAF, MIDDLE, ROOT, VERSION_1]), 0..5)) {
        let other = MIDDLE;
        prop_assert!(fault(&sent, other, NOW).is_some());
    }

    #[test]
    fn a_chain_is_taken_in_any_order_that_begins_with_its_leaf(others in vec(select(vec![LEAF, MIDDLE, ROOT, VERSION_1]), 0..5)) {
        let sent = [&[LEAF], &others[..]].concat();
        prop_assert_eq!(fault(&sent, ROOT, NOW).is_none(), others.contains(&MIDDLE));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200), changed in changed(LEAF), host in "\\PC{0,20}") {
        for der in [&bytes, &changed] {
            if let Some(certificate) = Certificate::new(der) {
                let _ = mismatch(&certificate, &host);
                let _ = certificate.unsupported();
            }
            let _ = GeneralName::sequence(der);
            let _ = NameConstraints::new(der);
        }
    }
}
