//! The options of a client, as JavaScript gives them.

use crate::cluster::{Pem, Proxies, Settings, Trust};
use crate::hosts::{Credentials, Host};
use napi_derive::napi;
use std::time::Duration;

/// What a client is made of.
#[napi(object)]
pub struct ClientOptions {
    /// Hosts as the caller gave them.
    pub hosts: Vec<String>,
    /// The URL of the cluster at a discovery service.
    pub discovery: Option<String>,
    /// Milliseconds; none waits for ever.
    pub connect_timeout: Option<f64>,
    /// See `connect_timeout`.
    pub timeout: Option<f64>,
    /// Bytes of the body of an answer.
    pub max_response_size: f64,
    /// Values of the environment variables, empty where they are not set.
    pub http_proxy: String,
    /// See `http_proxy`.
    pub https_proxy: String,
    /// See `http_proxy`.
    pub no_proxy: String,
    /// The path in NODE_EXTRA_CA_CERTS.
    pub extra_ca_certs: Option<String>,
    /// Whether a certificate must be trusted.
    pub reject_unauthorized: bool,
    /// PEM: whom to trust instead of the roots.
    pub ca: Option<Vec<String>>,
    /// PEM: the client's certificates.
    pub cert: Option<Vec<String>>,
    /// PEM: their keys.
    pub key: Option<Vec<String>>,
    /// The name that a host's certificate must be for, instead of that in its URL.
    pub servername: Option<String>,
    /// For hosts without credentials in their URL.
    pub auth: Option<Auth>,
}

/// Whom a host is to take the client for.
#[napi(object)]
pub struct Auth {
    /// The user's name.
    pub user: String,
    /// The password.
    pub pass: String,
}

impl ClientOptions {
    /// The hosts that the caller gave.
    pub fn seeds(&self) -> Vec<Host> {
        let auth = self.auth.as_ref();
        let credentials = auth.map(|auth| Credentials::new(&auth.user, &auth.pass));
        let hosts = self.hosts.iter().flat_map(|host| Host::parse_list(host));
        hosts
            .map(|host| host.or_credentials(credentials.as_ref()))
            .collect()
    }

    /// What its cluster needs.
    pub fn into_settings(self) -> Settings {
        Settings {
            connect_timeout: duration(self.connect_timeout),
            timeout: duration(self.timeout),
            max_response_size: self.max_response_size as usize,
            proxies: Proxies {
                http: self.http_proxy,
                https: self.https_proxy,
                no: self.no_proxy,
            },
            trust: Trust {
                extra_ca_certs: self.extra_ca_certs.map(Into::into),
                accept_any: !self.reject_unauthorized,
                ca: self.ca.map(Pem::new),
                cert: self.cert.map(Pem::new),
                key: self.key.map(Pem::new),
                servername: self.servername,
            },
        }
    }
}

/// Milliseconds as a duration; what is none waits for ever.
pub fn duration(ms: Option<f64>) -> Option<Duration> {
    Duration::try_from_secs_f64(ms? / 1000.0).ok()
}
