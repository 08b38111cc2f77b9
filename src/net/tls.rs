//! TLS: the trust anchors of a client, and its own certificates.
//!
//! The options are those of Node's `tls.connect`, with the same meaning.

mod alert;
mod identity;
mod names;
mod refused;
mod roots;
mod serving;
mod verifier;
mod x509;

pub use alert::Alert;
use http::Uri;
use identity::Identity;
pub use refused::Refused;
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
pub use serving::server_config;
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use verifier::Verifier;
pub use x509::ADVICE as SUPPORTED_KEYS;
use x509::Certificate;

/// The trust anchors, and the client's own certificates.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// A PEM file with more certificates to trust, as `NODE_EXTRA_CA_CERTS` names it.
    pub extra_ca_certs: Option<PathBuf>,
    /// Whether any certificate will do.
    pub accept_any: bool,
    /// The only trust anchors, if given.
    pub ca: Option<Pem>,
    /// The client's certificates.
    pub cert: Option<Pem>,
    /// Their keys.
    pub key: Option<Pem>,
    /// The name to ask hosts for, and that their certificates must have, instead of that in their URL.
    pub servername: Option<String>,
}

/// Texts in PEM, which may be secret: they are not in its `Debug`.
#[derive(Clone)]
pub struct Pem(Vec<String>);

/// An option that cannot be used: why, without its content.
#[derive(Debug)]
pub struct Unusable(Cow<'static, str>);

/// The TLS settings of a client.
#[derive(Debug)]
pub struct Tls {
    either: Arc<ClientConfig>,
    http2: Arc<ClientConfig>,
    http1: Arc<ClientConfig>,
    verifier: Verifier,
    /// The name that every host's certificate must have, if the caller gave one.
    servername: Option<ServerName<'static>>,
}

/// The protocols that the client offers (ALPN).
#[derive(Debug, Clone, Copy)]
pub enum Protocols {
    /// HTTP/2, or else HTTP/1.1.
    Either,
    /// HTTP/2 alone.
    Http2,
    /// HTTP/1.1.
    Http1,
}

/// The name of HTTP/2 among the protocols of a connection.
pub const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

impl Tls {
    /// The settings that the options make.
    ///
    /// # Errors
    /// [`Unusable`] if they cannot be used.
    pub fn new(trust: Trust) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        if let Some(ca) = &trust.ca {
            ca.check_as_ca(trust.accept_any)?;
        }
        let identity = Identity::new(trust.cert.as_ref(), trust.key.as_ref(), &provider)?;
        let servername = trust.servername.clone().map(ServerName::try_from);
        let servername = servername.transpose();
        let servername =
            servername.map_err(|_| Unusable::new("servername is no name of a host"))?;
        let verifier = Verifier::new(trust, servername.clone(), provider.clone());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier.clone()));
        let config = match identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(identity)),
            None => builder.with_no_client_auth(),
        };
        Ok(Tls {
            either: offering(&config, &[HTTP2, HTTP1]),
            http2: offering(&config, &[HTTP2]),
            http1: offering(&config, &[HTTP1]),
            verifier,
            servername,
        })
    }

    /// The settings of a connection for these protocols.
    pub fn config(&self, protocols: Protocols) -> Arc<ClientConfig> {
        match protocols {
            Protocols::Either => self.either.clone(),
            Protocols::Http2 => self.http2.clone(),
            Protocols::Http1 => self.http1.clone(),
        }
    }

    /// The settings of connections to hosts through proxies with these names. They are for HTTP/1.1.
    pub fn through(&self, proxies: Vec<ServerName<'static>>) -> ClientConfig {
        let mut config = ClientConfig::clone(&self.config(Protocols::Http1));
        let verifier = Arc::new(self.verifier.with_proxies(proxies));
        config.dangerous().set_certificate_verifier(verifier);
        config
    }

    /// The name that the host of a URL is asked for, and that its certificate must have.
    ///
    /// # Errors
    /// If the text is no name.
    pub fn name_of(&self, uri: &Uri) -> Result<ServerName<'static>, InvalidDnsNameError> {
        if let Some(name) = &self.servername {
            return Ok(name.clone());
        }
        name_in(uri)
    }
}

/// The name of the host of a URL.
///
/// # Errors
/// If the text is no name.
pub fn name_in(uri: &Uri) -> Result<ServerName<'static>, InvalidDnsNameError> {
    let host = uri.host().unwrap_or_default();
    ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
}

fn offering(config: &ClientConfig, protocols: &[&[u8]]) -> Arc<ClientConfig> {
    let mut config = config.clone();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

impl Pem {
    /// These texts.
    pub fn new(texts: Vec<String>) -> Self {
        Pem(texts)
    }

    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(String::as_bytes)
    }

    /// All certificates in them.
    fn certificates(&self) -> Vec<CertificateDer<'static>> {
        self.by_text().flatten().collect()
    }

    /// The certificates of each text.
    fn by_text(&self) -> impl Iterator<Item = Vec<CertificateDer<'static>>> {
        let read = |text| CertificateDer::pem_slice_iter(text).flatten().collect();
        self.texts().map(read)
    }

    /// Whether there are texts, but no certificate in one of them.
    fn has_none(&self) -> bool {
        self.by_text().any(|certificates| certificates.is_empty())
    }

    /// Whether a chain can end at one of the certificates, which does not matter where any certificate will do.
    fn check_as_ca(&self, accept_any: bool) -> Result<(), Unusable> {
        if self.has_none() {
            return Err(Unusable::new("ca has no certificate in PEM"));
        }
        if accept_any {
            return Ok(());
        }
        let certificates = self.certificates();
        let read = certificates.iter().filter_map(|der| Certificate::new(der));
        let unsupported: Option<Vec<_>> = read.map(|root| root.unsupported()).collect();
        match unsupported.as_deref() {
            Some([why, ..]) => Err(Unusable::new(format!("ca cannot be used: {why}"))),
            _ => Ok(()),
        }
    }

    fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|text| text.contains(word))
    }
}

impl Unusable {
    fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Unusable(why.into())
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Pem")
    }
}

impl std::error::Error for Unusable {}

impl fmt::Display for Unusable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
