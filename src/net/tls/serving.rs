//! TLS of a server: its certificates, each with its key.

use super::identity::Identity;
use super::{HTTP1, Pem, Unusable};
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::Arc;

/// The settings of a server for HTTP/1.1 with these certificates and keys in PEM.
///
/// # Errors
/// If they cannot be used.
pub fn server_config(cert: &Pem, key: &Pem) -> Result<Arc<ServerConfig>, Unusable> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let identity = Identity::new(Some(cert), Some(key), &provider)?;
    let identity = identity.ok_or_else(|| Unusable::new("cert has no certificate in PEM"))?;
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Unusable::new(error.to_string()))?;
    let resolver = Arc::new(identity);
    let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
    config.alpn_protocols = vec![HTTP1.to_vec()];
    Ok(Arc::new(config))
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.for_schemes(hello.signature_schemes())
    }
}
