//! One proxy: where it is, and the credentials for it.

use super::super::basic_auth::basic_auth_of;
use crate::api::error::Failure;
use http::Uri;
use http::header::HeaderValue;
use std::fmt;
use url::{Position, Url};

/// A proxy that speaks HTTP/1.1, in cleartext or behind TLS.
#[derive(Clone)]
pub struct Proxy {
    /// With the credentials.
    pub url: Url,
    /// The scheme, the host and the port.
    pub uri: Uri,
    /// The value of `Proxy-Authorization` (RFC 9110 §11.7.2).
    pub authorization: Option<HeaderValue>,
}

impl Proxy {
    /// The proxy at a URL. `None` if the host of the URL has a character that no name has.
    pub fn new(url: Url) -> Option<Self> {
        let authority = &url[Position::BeforeHost..Position::AfterPort];
        let uri = format!("{}://{authority}", url.scheme());
        Some(Proxy {
            uri: uri.parse().ok()?,
            authorization: basic_auth_of(&url),
            url,
        })
    }

    /// The same failure, with the name of this proxy in its message.
    pub fn name_in(&self, failure: Failure) -> Failure {
        let uri = self.uri.to_string();
        let name = uri.trim_end_matches('/');
        let message = format!("{} (proxy {name})", failure.message);
        Failure { message, ..failure }
    }
}

/// The URL may have credentials.
impl fmt::Debug for Proxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.uri, out)
    }
}
