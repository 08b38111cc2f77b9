//! The proxies of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), read as by `request`, which etcdjs uses.

use super::super::shown::quoted;
use super::super::url_text::{self, EncodeName, with_encoded_name};
use crate::api::error::Failure;
use http::Uri;
use reqwest::Proxy;
use rustls::pki_types::ServerName;
use std::fmt;
use std::sync::Arc;
use url::Url;

/// The supported forms, for errors.
const SUPPORTED: &str = "http://host:port, https://host:port and host:port are supported";

/// Schemes of proxies that users write into the environment.
const SCHEMES: [&str; 8] = [
    "http", "https", "socks", "socks4", "socks4a", "socks5", "socks5h", "ftp",
];

/// The proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `http` hosts, and for `https` hosts if `https` is `None`.
    http: Option<Named>,
    /// For `https` hosts.
    https: Option<Named>,
    /// Host names (suffixes), with a port or without, that are reached directly; `*` means all.
    no: Vec<String>,
}

/// A variable of the environment.
#[derive(Clone)]
pub struct Variable {
    /// Its name: both `HTTP_PROXY` and `http_proxy` count.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The proxy that a variable names, or why it cannot be used.
type Named = Result<Url, Failure>;

/// The parts of a URL that decide about its proxy.
#[derive(Clone, Copy)]
struct Origin<'a> {
    is_https: bool,
    host: &'a str,
    port: u16,
}

impl<'a> Origin<'a> {
    fn new(scheme: &str, host: Option<&'a str>, port: Option<u16>) -> Self {
        let is_https = scheme == "https";
        Origin {
            is_https,
            host: host.unwrap_or_default(),
            port: port.unwrap_or(if is_https { 443 } else { 80 }),
        }
    }
}

impl<'a> From<&'a Url> for Origin<'a> {
    fn from(url: &'a Url) -> Self {
        Origin::new(url.scheme(), url.host_str(), url.port())
    }
}

impl<'a> From<&'a Uri> for Origin<'a> {
    fn from(uri: &'a Uri) -> Self {
        let scheme = uri.scheme_str().unwrap_or_default();
        Origin::new(scheme, uri.host(), uri.port_u16())
    }
}

/// The value of a variable may contain credentials.
impl fmt::Debug for Proxies {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Proxies")
    }
}

/// The value may contain credentials.
impl fmt::Debug for Variable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

impl Proxies {
    /// The proxies that these variables name, of which `no` is a list. Names may be outside ASCII.
    pub fn new(
        http: Option<Variable>,
        https: Option<Variable>,
        no: &str,
        encode: EncodeName<'_>,
    ) -> Self {
        let zones = no.split(',').map(str::trim).filter(|zone| !zone.is_empty());
        let no = zones.map(|zone| with_encoded_name(zone, encode).into_owned());
        Proxies {
            http: http.map(|variable| named(&variable, encode)),
            https: https.map(|variable| named(&variable, encode)),
            no: no.collect(),
        }
    }

    /// The rule by which reqwest chooses the proxy of a URL.
    pub fn rule(proxies: Arc<Proxies>) -> Proxy {
        Proxy::custom(move |url| proxies.proxy_of(url))
    }

    /// The names that the certificates of proxies behind TLS must have.
    pub fn names(&self) -> Vec<ServerName<'static>> {
        let proxies = self.http.iter().chain(&self.https).flatten();
        let secure = proxies.filter(|proxy| proxy.scheme() == "https");
        let hosts = secure.filter_map(Url::host_str);
        let names = hosts.map(|host| host.trim_matches(['[', ']']).to_owned());
        names.flat_map(ServerName::try_from).collect()
    }

    /// Whether every URL is reached directly.
    pub fn is_empty(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// The proxy through which a URL is reached.
    pub fn proxy_of(&self, url: &Url) -> Option<Url> {
        self.named_for(url.into())?.as_ref().ok().cloned()
    }

    /// Why a URL cannot be reached: the environment names a proxy that cannot be used.
    pub fn fault(&self, url: &Url) -> Option<Failure> {
        self.named_for(url.into())?.as_ref().err().cloned()
    }

    /// Whether the environment names a proxy for a URL, be it one that cannot be used.
    pub fn are_for(&self, uri: &Uri) -> bool {
        !self.is_empty() && self.named_for(Origin::from(uri)).is_some()
    }

    /// What the environment names as the proxy for an origin.
    fn named_for(&self, origin: Origin<'_>) -> Option<&Named> {
        if self.no == ["*"] || self.is_direct(origin) {
            return None;
        }
        let of_https = self.https.as_ref().filter(|_| origin.is_https);
        of_https.or(self.http.as_ref())
    }

    fn is_direct(&self, origin: Origin<'_>) -> bool {
        let host = zone(origin.host);
        let port = origin.port.to_string();
        self.no.iter().any(|entry| match entry.split_once(':') {
            Some((name, of_port)) => of_port == port && host.ends_with(&zone(name)),
            None => host.ends_with(&zone(entry)),
        })
    }
}

fn named(Variable { name, value }: &Variable, encode: EncodeName<'_>) -> Named {
    let text = with_encoded_name(value.trim(), encode);
    let url = match (text.contains("://"), is_address(&text)) {
        (true, _) => url_text::url(&text).filter(|_| !has_two_schemes(&text)),
        (false, true) => url_text::url(&format!("http://{text}")),
        (false, false) => None,
    };
    let why = match url {
        Some(url) if matches!(url.scheme(), "http" | "https") => return Ok(url),
        Some(url) => format!("{}:// is not supported", url.scheme()),
        None => format!("not a valid URL: {}", quoted(value)),
    };
    Err(fault(name, &why))
}

/// Whether a text without a scheme is `[userinfo@]host[:port][/]`. Others are URLs with a typing error in their scheme, of
/// which the name would be taken for a host or a user: `http:/host`, `http//host`, `http:`, `http:user:password@host`.
fn is_address(text: &str) -> bool {
    let text = text.strip_suffix('/').unwrap_or(text);
    let (userinfo, address) = text.rsplit_once('@').unwrap_or(("", text));
    let user = userinfo.split(':').next().unwrap_or_default();
    let is_scheme = SCHEMES.iter().any(|it| user.eq_ignore_ascii_case(it));
    !text.contains(['/', '\\', '?', '#']) && !address.ends_with(':') && !is_scheme
}

/// Whether the host of a URL is the scheme of another one: `http://http://host`, `http://http//host`.
fn has_two_schemes(text: &str) -> bool {
    let (_, rest) = text.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let name = authority.strip_suffix(':').unwrap_or(authority);
    let is_scheme = SCHEMES.iter().any(|it| name.eq_ignore_ascii_case(it));
    is_scheme && rest[authority.len()..].starts_with("//")
}

/// The failure spares the host: the request did not leave the process.
fn fault(name: &str, why: &str) -> Failure {
    let message = format!("the proxy in {name} cannot be used: {why}; {SUPPORTED}");
    Failure {
        spares_host: true,
        ..Failure::new("ERR_ETCD_PROXY", message)
    }
}

/// A name with one dot before it, so that `oogle.com` does not match `google.com`.
fn zone(name: &str) -> String {
    format!(".{}", name.trim_start_matches('.').to_lowercase())
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests;
