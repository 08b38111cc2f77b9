//! A second verification, by webpki, for chains that end at a public authority.
//!
//! Anyone can get a certificate from a public authority, so a flaw of this package's own verification must not be enough to
//! impersonate a host. webpki is stricter than OpenSSL (it refuses version 1, critical policies, and authorities as leaves),
//! but public authorities issue no such certificates. For chains of the caller's own authorities there is no second
//! verification: it would need exceptions for those certificates, and an attacker chooses what a forged certificate is.

use super::Certificate;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, UnixTime};
use std::rc::Rc;
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

/// Verifies a chain, the leaf first and the root last, without the name of the leaf.
pub fn confirm(
    chain: &[Rc<Certificate<'_>>],
    algorithms: &WebPkiSupportedAlgorithms,
    now: UnixTime,
) -> Result<(), Error> {
    let chain = chain.iter().map(|one| CertificateDer::from(one.der));
    let chain: Vec<_> = chain.collect();
    let [leaf, intermediates @ .., root] = &chain[..] else {
        return Err(Error::UnknownIssuer);
    };
    let anchors = [anchor_from_trusted_cert(root)?];
    let usage = KeyUsage::server_auth();
    EndEntityCert::try_from(leaf)?
        .verify_for_usage(
            algorithms.all,
            &anchors,
            intermediates,
            now,
            usage,
            None,
            None,
        )
        .map(drop)
}
