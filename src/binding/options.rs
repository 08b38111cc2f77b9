//! What JavaScript says of a client: its hosts, its time limits, the environment.

use crate::client::{Api, Discovery, Store};
use crate::cluster::{Credentials, Host};
use crate::net::url_text::{EncodeName, with_encoded_name};
use crate::net::{Pem, Proxies, Settings, Trust, Variable};
use napi::bindgen_prelude::Function;
use napi_derive::napi;
use std::time::Duration;

/// Encodes the name of a host, see [`EncodeName`].
pub type Encode<'a> = Function<'a, String, String>;

/// A name of a host as JavaScript encodes it; empty where it is none.
pub fn encoded(encode: &Encode<'_>, name: &str) -> String {
    encode.call(name.to_owned()).unwrap_or_default()
}

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
    /// The environment variable that names a proxy, where one is set.
    pub http_proxy: Option<JsVariable>,
    /// See `http_proxy`.
    pub https_proxy: Option<JsVariable>,
    /// The value of the environment variable, empty where it is not set.
    pub no_proxy: String,
    /// The path in NODE_EXTRA_CA_CERTS.
    pub extra_ca_certs: Option<String>,
    /// Whether a certificate must be trusted.
    pub reject_unauthorized: bool,
    /// PEM: trust anchors, instead of the roots.
    pub ca: Option<Vec<String>>,
    /// PEM: the client's certificates.
    pub cert: Option<Vec<String>>,
    /// PEM: their keys.
    pub key: Option<Vec<String>>,
    /// The name that a host's certificate must be for, instead of that in its URL.
    pub servername: Option<String>,
    /// For hosts without credentials in their URL.
    pub auth: Option<Auth>,
    /// The name of the store in memory, instead of a cluster; empty for one of the client alone.
    pub memory: Option<String>,
    /// Which API of etcd keeps the keys.
    pub api: JsApi,
    /// Whether the v3 API is to give v2's `createdIndex`.
    pub exact_created_index: bool,
}

/// Which API of etcd keeps the keys, see [`Api`].
#[napi(string_enum = "lowercase")]
pub enum JsApi {
    /// See [`Api`].
    Auto,
    /// See [`Api`].
    V2,
    /// See [`Api`].
    V3,
}

/// A variable of the environment, see [`Variable`].
#[napi(object)]
pub struct JsVariable {
    /// See [`Variable`].
    pub name: String,
    /// See [`Variable`].
    pub value: String,
}

impl From<JsVariable> for Variable {
    fn from(JsVariable { name, value }: JsVariable) -> Self {
        Variable { name, value }
    }
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
    /// The discovery service that the caller gave.
    pub fn discovery(&self, encode: EncodeName<'_>) -> Option<Discovery> {
        let url = with_encoded_name(self.discovery.as_deref()?.trim(), encode);
        Some(Discovery::new(url.into_owned()))
    }

    /// The hosts that the caller gave.
    pub fn seeds(&self, encode: EncodeName<'_>) -> Vec<Host> {
        let auth = self.auth.as_ref();
        let credentials = auth.map(|auth| Credentials::new(&auth.user, &auth.pass));
        let lists = self.hosts.iter();
        let hosts = lists.flat_map(|list| Host::parse_list_with(list, encode));
        hosts
            .map(|host| host.or_credentials(credentials.as_ref()))
            .collect()
    }

    /// The store that keeps the keys.
    pub fn store(&self) -> Store {
        if let Some(name) = &self.memory {
            return Store::Memory(name.clone());
        }
        Store::Cluster {
            api: match self.api {
                JsApi::Auto => Api::Auto,
                JsApi::V2 => Api::V2,
                JsApi::V3 => Api::V3,
            },
            exact_created_index: self.exact_created_index,
        }
    }

    /// How the cluster is reached.
    pub fn into_settings(self, encode: EncodeName<'_>) -> Settings {
        Settings {
            connect_timeout: duration(self.connect_timeout),
            timeout: duration(self.timeout),
            max_response_size: self.max_response_size as usize,
            proxies: Proxies::new(
                self.http_proxy.map(Into::into),
                self.https_proxy.map(Into::into),
                &self.no_proxy,
                encode,
            ),
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
