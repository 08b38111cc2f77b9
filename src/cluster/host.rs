//! One host: parsed from the text that a caller gives, and the URLs of its paths.
//!
//! Pure. A text that is no URL is a host too: an attempt at it fails with the reason, and the other hosts of the list serve.

use super::MOST_FOUND;
use super::credentials::Credentials;
use super::list::{Member, Members};
use crate::api::error::Failure;
use crate::net::failure;
use crate::net::shown::Shown;
use crate::net::url_text::{self, EncodeName, with_encoded_name};
use bytes::Bytes;
use http::header::HeaderValue;
use http::uri::{self, Authority, PathAndQuery, Scheme, Uri};
use std::fmt;
use std::sync::Arc;
use url::{Position, Url};

/// The port of a host without one: the client port of etcd 0.x (point 3 of docs/compatibility.md).
const DEFAULT_PORT: &str = ":4001";

/// One host. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Host(Arc<Parsed>);

#[derive(Clone, PartialEq)]
struct Parsed {
    text: String,
    /// The URL, or the text if it is no URL, without credentials.
    endpoint: String,
    /// What an error advises if the text is no URL.
    advice: &'static str,
    base: Option<Base>,
}

#[derive(Clone, PartialEq)]
struct Base {
    /// Scheme, host, port and path, with no slash at the end and no credentials.
    url: String,
    scheme: Scheme,
    authority: Authority,
    /// Scheme, host and port.
    origin: Uri,
    /// The path of the URL, before the path of each request.
    path: String,
    authorization: Option<HeaderValue>,
}

impl Host {
    /// The hosts that a text names: one, or several with commas between them.
    pub fn parse_list(text: &str) -> Vec<Host> {
        Host::parse_list_with(text, &str::to_owned)
    }

    /// The hosts that a text names. `encode` encodes names outside ASCII.
    pub fn parse_list_with(text: &str, encode: EncodeName<'_>) -> Vec<Host> {
        match text.contains(',') {
            true => Host::members(text, encode).collect(),
            false => vec![Host::parse_member(Member::alone(text), encode)],
        }
    }

    /// The hosts of a list. Parses lazily: a list that a server sends may be very long.
    pub fn members<'a>(list: &'a str, encode: EncodeName<'a>) -> impl Iterator<Item = Host> + 'a {
        let is_host = |text: &str| Host::parse_member(Member::alone(text), encode).is_url();
        Members::new(list, is_host).map(|member| Host::parse_member(member, encode))
    }

    /// The hosts of a list of members' client URLs. Members that are no URL are left out.
    pub fn of_machines(machines: &str) -> Vec<Host> {
        let hosts = Host::members(machines, &str::to_owned).take(MOST_FOUND);
        hosts.filter(Host::is_url).collect()
    }

    /// One host: `name`, `name:port`, `[::1]`, `user:pass@name`, a URL with or without a path. A list of several hosts is one
    /// invalid host.
    pub fn parse(text: &str) -> Host {
        let mut hosts = Host::parse_list(text).into_iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => host,
            _ => {
                let member = Member {
                    is_ambiguous: true,
                    ..Member::alone(text)
                };
                Host::parse_member(member, &str::to_owned)
            }
        }
    }

    /// The host of a URL, without the path. The default port is the port of the scheme.
    pub fn of(url: &Url) -> Host {
        let text = &url[..Position::BeforePath];
        let base = Url::parse(text).ok().and_then(Base::new);
        Host::new(text.to_owned(), base, Shown::of(text, false, false))
    }

    fn parse_member(member: Member<'_>, encode: EncodeName<'_>) -> Host {
        let text = normalize(member.text);
        let url = match member.is_ambiguous {
            true => None,
            false => url_text::url(&with_encoded_name(&text, encode)),
        };
        let shown = Shown::of(&text, member.is_ambiguous, member.precedes_at);
        Host::new(text, url.and_then(Base::new), shown)
    }

    /// `shown` is what errors show of the text if it is no URL.
    fn new(text: String, base: Option<Base>, shown: Shown) -> Host {
        let (endpoint, advice) = match &base {
            Some(base) => (base.url.clone(), ""),
            None => (shown.text, shown.advice),
        };
        Host(Arc::new(Parsed {
            text,
            endpoint,
            advice,
            base,
        }))
    }

    /// The host with these credentials, unless its own URL has credentials.
    pub fn or_credentials(self, credentials: Option<&Credentials>) -> Host {
        let (Some(credentials), Some(base)) = (credentials, &self.0.base) else {
            return self;
        };
        if base.authorization.is_some() {
            return self;
        }
        let mut parsed = Parsed::clone(&self.0);
        if let Some(base) = &mut parsed.base {
            base.authorization = Some(credentials.0.clone());
        }
        Host(Arc::new(parsed))
    }

    /// The host as `store._hosts` shows it: with scheme, credentials and port.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The URL, or the text if it is no URL, without credentials.
    pub fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    /// The URL of a path on this host; `None` if the host is no `http` or `https` URL.
    pub fn uri(&self, path: &str) -> Option<Uri> {
        let base = self.0.base.as_ref()?;
        let path = Bytes::from([base.path.as_str(), path].concat());
        let path = PathAndQuery::from_maybe_shared(path).ok()?;
        uri_of(&base.scheme, &base.authority, path)
    }

    /// The URL of the host without a path; `None` if the host is no `http` or `https` URL.
    pub fn origin(&self) -> Option<&Uri> {
        self.0.base.as_ref().map(|base| &base.origin)
    }

    /// The value of the `Authorization` header for this host.
    pub fn own_authorization(&self) -> Option<&HeaderValue> {
        self.0.base.as_ref()?.authorization.as_ref()
    }

    /// The path of the host's URL, before the path of each request.
    pub fn path(&self) -> &str {
        self.0.base.as_ref().map_or("", |base| &base.path)
    }

    /// Whether the host is reached without TLS.
    pub fn is_cleartext(&self) -> bool {
        let scheme = self.0.base.as_ref().map(|base| &base.scheme);
        scheme == Some(&Scheme::HTTP)
    }

    /// Whether requests can be sent to the host.
    pub fn is_url(&self) -> bool {
        self.0.base.is_some()
    }

    /// Why the host has no URL.
    pub fn invalid(&self) -> Failure {
        match Url::parse(&self.0.text) {
            Ok(url) if url.has_host() && !is_http(&url) => failure::invalid_protocol(url.scheme()),
            _ => Failure {
                message: format!("Invalid URI \"{}\"{}", self.0.endpoint, self.0.advice),
                ..Failure::default()
            },
        }
    }

    /// The value of the `Authorization` header for a URL with this host's scheme, name and port.
    pub fn authorization(&self, uri: &Uri) -> Option<HeaderValue> {
        let base = self.0.base.as_ref()?;
        let authorization = base.authorization.as_ref()?;
        let is_here =
            uri.scheme() == Some(&base.scheme) && uri.authority() == Some(&base.authority);
        is_here.then(|| authorization.clone())
    }

    /// Whether both have the same URL, whatever their credentials.
    pub(super) fn is_at(&self, other: &Host) -> bool {
        match (&self.0.base, &other.0.base) {
            (Some(one), Some(two)) => one.url == two.url,
            _ => false,
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.base {
            Some(base) => base.url.fmt(out),
            None => out.write_str("(not a URL)"),
        }
    }
}

impl Base {
    fn new(mut url: Url) -> Option<Base> {
        if !is_http(&url) {
            return None;
        }
        let authorization = Credentials::of(&url).map(|credentials| credentials.0);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.set_fragment(None);
        let scheme: Scheme = url.scheme().parse().ok()?;
        let authority: Authority = url[Position::BeforeHost..Position::AfterPort]
            .parse()
            .ok()?;
        let origin = uri_of(&scheme, &authority, PathAndQuery::from_static("/"))?;
        Some(Base {
            scheme,
            authority,
            origin,
            path: url.path().trim_end_matches('/').to_owned(),
            url: url.as_str().trim_end_matches('/').to_owned(),
            authorization,
        })
    }
}

/// Adds the scheme and the port that are missing and drops one trailing slash.
fn normalize(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let address = authority
        .rsplit_once('@')
        .map_or(authority, |(_, address)| address);
    let after_brackets = address.rsplit_once(']').map_or(address, |(_, port)| port);
    let port = if after_brackets.contains(':') {
        ""
    } else {
        DEFAULT_PORT
    };
    format!("{scheme}://{authority}{port}{path}")
}

fn uri_of(scheme: &Scheme, authority: &Authority, path: PathAndQuery) -> Option<Uri> {
    let mut parts = uri::Parts::default();
    parts.scheme = Some(scheme.clone());
    parts.authority = Some(authority.clone());
    parts.path_and_query = Some(path);
    Uri::from_parts(parts).ok()
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

#[cfg(test)]
mod tests;
