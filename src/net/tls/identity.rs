//! Who the client or the server is: certificates and their keys.

use super::x509::{ADVICE, Certificate};
use super::{Pem, Unusable};
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::sync::Arc;

/// The certificates of a client or a server, each with its key.
pub struct Identity(Vec<Arc<CertifiedKey>>);

impl Identity {
    /// The certificates that the caller gave. `None` if the caller gave none.
    ///
    /// # Errors
    /// Where one cannot be used, or is of no use without the other. The content of neither is in the error.
    pub fn new(
        cert: Option<&Pem>,
        key: Option<&Pem>,
        provider: &CryptoProvider,
    ) -> Result<Option<Self>, Unusable> {
        let (cert, key) = match (cert, key) {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(Unusable::new("cert is of no use without its key")),
            (None, Some(_)) => return Err(Unusable::new("key is of no use without its cert")),
            (Some(cert), Some(key)) => (cert, key),
        };
        let keys = keys(key)?;
        let chains = chains(cert, keys.len() > 1)?;
        let pairs = keys.into_iter().map(|key| pair(&chains, key, provider));
        Ok(Some(Identity(pairs.collect::<Result<_, _>>()?)))
    }

    /// The certificate for a peer that takes these signatures. Of several of a kind the last one counts, as in OpenSSL.
    pub fn for_schemes(&self, schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let mut pairs = self.0.iter().rev();
        pairs
            .find(|pair| pair.key.choose_scheme(schemes).is_some())
            .cloned()
    }
}

/// The certificates that the caller gave: one chain in one or several texts, or a chain for each key.
fn chains(cert: &Pem, has_several: bool) -> Result<Vec<Vec<CertificateDer<'static>>>, Unusable> {
    if cert.has_none() {
        return Err(Unusable::new("cert has no certificate in PEM"));
    }
    Ok(match has_several {
        true => cert.by_text().collect(),
        false => vec![cert.certificates()],
    })
}

fn keys(key: &Pem) -> Result<Vec<PrivateKeyDer<'static>>, Unusable> {
    if key.contains("ENCRYPTED") {
        return Err(Unusable::new(
            "key is encrypted, which is not supported: decrypt it first",
        ));
    }
    let keys = key
        .texts()
        .flat_map(|text| PrivateKeyDer::pem_slice_iter(text));
    let keys: Vec<_> = keys.flatten().collect();
    match keys.is_empty() {
        true => Err(Unusable::new("key has no private key in PEM")),
        false => Ok(keys),
    }
}

fn pair(
    chains: &[Vec<CertificateDer<'static>>],
    key: PrivateKeyDer<'static>,
    provider: &CryptoProvider,
) -> Result<Arc<CertifiedKey>, Unusable> {
    let key = provider.key_provider.load_private_key(key);
    let key = key.map_err(|_| unsupported(chains))?;
    let public = key.public_key();
    let is_its = |chain: &&Vec<CertificateDer<'static>>| {
        let leaf = chain.first().and_then(|leaf| Certificate::new(leaf));
        let own = leaf.map(|leaf| leaf.fields.key.raw);
        own.is_some() && own == public.as_deref()
    };
    let chain = chains.iter().find(is_its);
    let chain = chain.ok_or_else(|| mismatch(chains))?;
    Ok(Arc::new(CertifiedKey::new(chain.clone(), key)))
}

/// Why no certificate fits a key.
fn mismatch(chains: &[Vec<CertificateDer<'static>>]) -> Unusable {
    let mut leaves = chains.iter().filter_map(|chain| chain.first());
    Unusable::new(match leaves.all(|leaf| Certificate::new(leaf).is_some()) {
        true => "key is not that of cert",
        false => "cert has a malformed certificate",
    })
}

/// Why a key cannot be used. Its certificate, if it has one, tells the reason.
fn unsupported(chains: &[Vec<CertificateDer<'static>>]) -> Unusable {
    let leaves = chains.iter().filter_map(|chain| chain.first());
    let mut unsupported = leaves.filter_map(|leaf| Certificate::new(leaf)?.unsupported());
    match unsupported.next() {
        Some(why) => Unusable::new(format!("cert and key cannot be used: {why}")),
        None => Unusable::new(format!("key is of no kind that is supported: {ADVICE}")),
    }
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.for_schemes(schemes)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Identity")
    }
}
