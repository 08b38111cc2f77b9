//! The proxies of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), read as by `request`, which etcdjs uses.

mod proxy;

use super::shown::quoted;
use super::url_text::{self, EncodeName, with_encoded_name};
use crate::api::error::Failure;
use http::Uri;
pub use proxy::Proxy;
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
    /// The hosts that are reached directly.
    direct: Direct,
}

/// The hosts that are reached without a proxy.
#[derive(Clone)]
enum Direct {
    /// All hosts: `*`.
    All,
    /// The hosts of these zones.
    Zones(Vec<Zone>),
}

/// A host and those below it, at one port or at all.
#[derive(Clone)]
struct Zone {
    /// In lower case, without a dot before it.
    name: String,
    port: Option<u16>,
}

impl Default for Direct {
    fn default() -> Self {
        Direct::Zones(Vec::new())
    }
}

impl Direct {
    /// The hosts of the entries of a list.
    fn new(entries: &[String]) -> Self {
        match entries {
            [all] if all == "*" => Direct::All,
            zones => Direct::Zones(zones.iter().filter_map(|entry| Zone::new(entry)).collect()),
        }
    }

    fn has(&self, origin: Origin<'_>) -> bool {
        match self {
            Direct::All => true,
            Direct::Zones(zones) => zones.iter().any(|zone| zone.has(origin)),
        }
    }
}

impl Zone {
    /// The zone of an entry. `None` if its port is none that a URL could have.
    fn new(entry: &str) -> Option<Self> {
        let (name, port) = match entry.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (entry, None),
        };
        let number = port.map(str::parse::<u16>).transpose().ok()?;
        let is_exact = number.map(|number| number.to_string()).as_deref() == port;
        is_exact.then(|| Zone {
            name: name.trim_start_matches('.').to_lowercase(),
            port: number,
        })
    }

    /// Whether the host of an origin is this host, or is below it: `oogle.com` does not match `google.com`.
    fn has(&self, origin: Origin<'_>) -> bool {
        let host = origin.host.trim_start_matches('.').as_bytes();
        let Some(above) = host.len().checked_sub(self.name.len()) else {
            return false;
        };
        let (below, name) = host.split_at(above);
        name.eq_ignore_ascii_case(self.name.as_bytes())
            && below.last().is_none_or(|last| *last == b'.')
            && self.port.is_none_or(|port| port == origin.port)
    }
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
type Named = Result<Proxy, Failure>;

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
        let no: Vec<String> = no.collect();
        Proxies {
            http: http.map(|variable| named(&variable, encode)),
            https: https.map(|variable| named(&variable, encode)),
            direct: Direct::new(&no),
        }
    }

    /// The rule by which reqwest chooses the proxy of a URL.
    pub fn rule(proxies: Arc<Proxies>) -> reqwest::Proxy {
        reqwest::Proxy::custom(move |url| proxies.proxy_of(url))
    }

    /// The names that the certificates of proxies behind TLS must have.
    pub fn names(&self) -> Vec<ServerName<'static>> {
        let proxies = self.http.iter().chain(&self.https).flatten();
        let urls = proxies.map(|proxy| &proxy.url);
        let secure = urls.filter(|url| url.scheme() == "https");
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
        let proxy = self.named_for(url.into())?.as_ref().ok()?;
        Some(proxy.url.clone())
    }

    /// Why a URL cannot be reached: the environment names a proxy that cannot be used.
    pub fn fault(&self, url: &Url) -> Option<Failure> {
        self.named_for(url.into())?.as_ref().err().cloned()
    }

    /// Whether the environment names a proxy for a URL, be it one that cannot be used.
    pub fn are_for(&self, uri: &Uri) -> bool {
        !self.is_empty() && self.named_for(Origin::from(uri)).is_some()
    }

    /// The proxy through which a host is reached.
    ///
    /// # Errors
    /// If the environment names one that cannot be used.
    pub fn proxy_for(&self, uri: &Uri) -> Result<Option<&Proxy>, Failure> {
        let named = self.named_for(Origin::from(uri));
        named
            .map(Result::as_ref)
            .transpose()
            .map_err(Failure::clone)
    }

    /// What the environment names as the proxy for an origin.
    fn named_for(&self, origin: Origin<'_>) -> Option<&Named> {
        if self.direct.has(origin) {
            return None;
        }
        let of_https = self.https.as_ref().filter(|_| origin.is_https);
        of_https.or(self.http.as_ref())
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
        Some(url) if !matches!(url.scheme(), "http" | "https") => {
            format!("{}:// is not supported", url.scheme())
        }
        url => match url.and_then(Proxy::new) {
            Some(proxy) => return Ok(proxy),
            None => format!("not a valid URL: {}", quoted(value)),
        },
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

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests;
