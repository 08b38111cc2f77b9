//! A second verification, by webpki, for chains that end at a public authority.
//!
//! Anyone can get a certificate of a public authority for a name of their own, and try to pass with it for another host: a
//! flaw of this package's own judge must not be enough. webpki is stricter than OpenSSL (it takes no certificates of version
//! 1, no critical policies, no authority as a leaf), but a public authority issues nothing of that kind. Chains of the
//! caller's own authorities do not come here: to take what webpki refuses would be left to the certificate, and so to an
//! attacker.

use super::Certificate;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, UnixTime};
use std::rc::Rc;
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

/// Verifies a chain, the leaf first and the root last, but not whom the leaf is for.
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
