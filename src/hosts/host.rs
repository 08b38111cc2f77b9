//! One host: parsed from what a caller writes, and the URLs on it.

use crate::error::{Failure, MAX_LINE};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::header::HeaderValue;
use http::uri::{self, Authority, PathAndQuery, Scheme, Uri};
use percent_encoding::percent_decode_str;
use std::fmt;
use std::sync::Arc;
use url::{Position, Url};

/// The port of a host that names none: the client port of etcd 0.x, which etcdjs adds.
const DEFAULT_PORT: &str = ":4001";

/// One host as it was given. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Host(Arc<Parsed>);

/// Whom hosts are to take the client for: an `Authorization` header's value.
#[derive(Clone)]
pub struct Credentials(HeaderValue);

#[derive(Clone, PartialEq)]
struct Parsed {
    text: String,
    /// Without credentials.
    endpoint: String,
    base: Option<Base>,
}

#[derive(Clone, PartialEq)]
struct Base {
    /// Scheme, host, port and path, with no slash at the end and no credentials.
    url: String,
    scheme: Scheme,
    authority: Authority,
    /// The path of the URL.
    path: String,
    authorization: Option<HeaderValue>,
}

impl Host {
    /// The hosts that a string names: one, or several with commas between them.
    pub fn parse_list(text: &str) -> Vec<Host> {
        let whole = Host::parse(text);
        let is_one = !text.contains(',')
            || whole
                .0
                .base
                .as_ref()
                .is_some_and(|base| !base.url.contains(','));
        if is_one {
            return vec![whole];
        }
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts.map(Host::parse).collect()
    }

    /// One host: `name`, `name:port`, `[::1]`, `user:pass@name`, a URL with or without a path.
    /// What is no URL is kept too: it fails when a request is sent to it.
    pub fn parse(text: &str) -> Host {
        let text = normalize(text.trim());
        let base = Base::parse(&text);
        let endpoint = match &base {
            Some(base) => base.url.clone(),
            None => without_credentials(&text),
        };
        Host(Arc::new(Parsed {
            text,
            endpoint,
            base,
        }))
    }

    /// The host with these credentials, unless its URL has some.
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

    /// The host as `store._hosts` shows it: a scheme, credentials if any, a port.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The URL, or the text where it is no URL, without credentials.
    pub fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    /// The URL of a path on this host; `None` where the host is no `http` or `https` URL.
    pub fn uri(&self, path: &str) -> Option<Uri> {
        let base = self.0.base.as_ref()?;
        let path = Bytes::from([base.path.as_str(), path].concat());
        let mut parts = uri::Parts::default();
        parts.scheme = Some(base.scheme.clone());
        parts.authority = Some(base.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_maybe_shared(path).ok()?);
        Uri::from_parts(parts).ok()
    }

    /// The path of the host's URL, which comes before that of each request.
    pub fn path(&self) -> &str {
        self.0.base.as_ref().map_or("", |base| &base.path)
    }

    /// Whether nothing is encrypted on the way to it.
    pub fn is_cleartext(&self) -> bool {
        let scheme = self.0.base.as_ref().map(|base| &base.scheme);
        scheme == Some(&Scheme::HTTP)
    }

    /// Whether requests can be sent to it.
    pub fn is_url(&self) -> bool {
        self.0.base.is_some()
    }

    /// Why the host has no URL.
    pub fn invalid(&self) -> Failure {
        match Url::parse(&self.0.text) {
            Ok(url) if url.has_host() && !is_http(&url) => Failure::invalid_protocol(url.scheme()),
            _ => Failure::invalid_uri(&self.0.text),
        }
    }

    /// The value of the `Authorization` header for a URL with the host's scheme, name and port.
    pub fn authorization(&self, uri: &Uri) -> Option<HeaderValue> {
        let base = self.0.base.as_ref()?;
        let authorization = base.authorization.as_ref()?;
        let is_here =
            uri.scheme() == Some(&base.scheme) && uri.authority() == Some(&base.authority);
        is_here.then(|| authorization.clone())
    }

    /// Whether both are the same place, whatever their credentials.
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
    fn parse(text: &str) -> Option<Base> {
        // Whoever sends it: the parser takes seconds for a few megabytes.
        if text.len() > MAX_LINE {
            return None;
        }
        let mut url = Url::parse(text).ok()?;
        if !is_http(&url) || !url.has_host() {
            return None;
        }
        if has_broken_credentials(text) {
            return None;
        }
        let authorization = authorization(&url);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.set_fragment(None);
        Some(Base {
            scheme: url.scheme().parse().ok()?,
            authority: url[Position::BeforeHost..Position::AfterPort]
                .parse()
                .ok()?,
            path: url.path().trim_end_matches('/').to_owned(),
            url: url.as_str().trim_end_matches('/').to_owned(),
            authorization,
        })
    }
}

/// A / ? or # in a password that should have been encoded: what is before it is not the host.
fn has_broken_credentials(url: &str) -> bool {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let rest = rest.trim_start_matches(['/', '\\']);
    rest.split_once(['/', '\\', '?', '#'])
        .is_some_and(|(_, rest)| rest.contains('@'))
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
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

/// A text that may be no URL, without what may be credentials: all between its scheme and its last `@`.
pub fn without_credentials(text: &str) -> String {
    let is_scheme = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let parts = text
        .split_once("://")
        .filter(|(scheme, _)| is_scheme(scheme));
    let (scheme, rest) = parts.unwrap_or(("", text));
    let Some((_, rest)) = rest.rsplit_once('@') else {
        return text.to_owned();
    };
    match scheme {
        "" => rest.to_owned(),
        scheme => format!("{scheme}://{rest}"),
    }
}

/// The Basic credentials of a URL's userinfo, as an `Authorization` header has them.
fn authorization(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let user: Vec<u8> = percent_decode_str(url.username()).collect();
    let pass: Vec<u8> = percent_decode_str(url.password().unwrap_or("")).collect();
    Some(basic(&user, &pass))
}

fn basic(user: &[u8], pass: &[u8]) -> HeaderValue {
    let basic = format!(
        "Basic {}",
        BASE64_STANDARD.encode([user, b":", pass].concat())
    );
    // Base64 has no character that a header cannot hold.
    let mut header = HeaderValue::try_from(basic).unwrap_or(HeaderValue::from_static("Basic"));
    header.set_sensitive(true);
    header
}

impl Credentials {
    /// The credentials of a user.
    pub fn new(user: &str, pass: &str) -> Self {
        Credentials(basic(user.as_bytes(), pass.as_bytes()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credentials")
    }
}

#[cfg(test)]
mod tests;
