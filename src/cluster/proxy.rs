//! The proxies that the environment names, read as `request` reads them, on which etcdjs rests.

use crate::error::Failure;
use reqwest::Proxy;
use std::fmt;
use std::sync::Arc;
use url::Url;

/// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; each is empty where it is not set.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `http` hosts, and for `https` hosts where `https` is empty.
    pub http: String,
    /// For `https` hosts.
    pub https: String,
    /// Host names (suffixes), with a port or without, that are reached directly; `*` means all.
    pub no: String,
}

/// They may hold credentials.
impl fmt::Debug for Proxies {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Proxies")
    }
}

impl Proxies {
    /// The rule that says through which proxy a URL is reached.
    pub fn rule(proxies: Arc<Proxies>) -> Proxy {
        Proxy::custom(move |url| proxies.proxy_of(url))
    }

    /// Whether every URL is reached directly.
    pub fn is_empty(&self) -> bool {
        self.http.is_empty() && self.https.is_empty()
    }

    /// The proxy through which a URL is reached.
    pub fn proxy_of(&self, url: &Url) -> Option<Url> {
        parse(self.text_of(url)?)
    }

    /// Why a URL cannot be reached: what the environment names as its proxy is no URL.
    pub fn fault(&self, url: &Url) -> Option<Failure> {
        let text = self.text_of(url)?;
        match parse(text) {
            Some(_) => None,
            None => Some(Failure::invalid_uri(text)),
        }
    }

    /// What the environment names as the proxy for a URL.
    fn text_of(&self, url: &Url) -> Option<&str> {
        if self.no == "*" || self.is_direct(url) {
            return None;
        }
        let text = match url.scheme() {
            "https" if !self.https.is_empty() => &self.https,
            _ => &self.http,
        };
        Some(text.as_str()).filter(|text| !text.is_empty())
    }

    fn is_direct(&self, url: &Url) -> bool {
        let host = zone(url.host_str().unwrap_or_default());
        let port = url.port_or_known_default().unwrap_or_default().to_string();
        let mut zones = self
            .no
            .split(',')
            .map(str::trim)
            .filter(|zone| !zone.is_empty());
        zones.any(|entry| match entry.split_once(':') {
            Some((name, of_port)) => of_port == port && host.ends_with(&zone(name)),
            None => host.ends_with(&zone(entry)),
        })
    }
}

fn parse(proxy: &str) -> Option<Url> {
    let parsed = Url::parse(proxy).ok().filter(Url::has_host);
    parsed.or_else(|| Url::parse(&format!("http://{proxy}")).ok())
}

/// A name with one dot before it, so that `oogle.com` does not match `google.com`.
fn zone(name: &str) -> String {
    format!(".{}", name.trim_start_matches('.').to_lowercase())
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_which_proxy_serves_a_url() {
        let (http, https) = ("http://p:1", "http://s:2");
        let table = [
            (http, https, "", "http://h:4001/", Some("http://p:1/")),
            (http, https, "", "https://h/", Some("http://s:2/")),
            (http, "", "", "https://h/", Some("http://p:1/")),
            ("p:1", "", "", "http://h/", Some("http://p:1/")),
            ("", "", "", "http://h/", None),
            (http, "", "*", "http://h/", None),
            (http, "", "x, h", "http://h/", None),
            (http, "", ".h", "http://a.h/", None),
            (
                http,
                "",
                "gle.com",
                "http://google.com/",
                Some("http://p:1/"),
            ),
            (http, "", "h:4001", "http://h:4001/", None),
            (http, "", "h:4002", "http://h:4001/", Some("http://p:1/")),
        ];
        for (http, https, no, url, proxy) in table {
            let proxies = Proxies {
                http: http.into(),
                https: https.into(),
                no: no.into(),
            };
            let found = proxies.proxy_of(&Url::parse(url).unwrap());
            assert_eq!(found.as_ref().map(Url::as_str), proxy, "{http} {no} {url}");
        }
    }

    #[test]
    fn a_proxy_that_is_no_url_is_a_fault() {
        let url = Url::parse("http://h:4001/").unwrap();
        for (http, no, is_fault) in [
            ("%%%", "", true),
            ("::::", "", true),
            (" ", "", true),
            ("%%%", "h", false),
            ("p:1", "", false),
            ("", "", false),
        ] {
            let proxies = Proxies {
                http: http.into(),
                no: no.into(),
                ..Proxies::default()
            };
            assert_eq!(proxies.fault(&url).is_some(), is_fault, "{http} {no}");
        }
    }
}
