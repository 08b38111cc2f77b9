//! Basic credentials, as the value of an `Authorization` header (RFC 7617). Pure.

use crate::net::{basic_auth, basic_auth_of};
use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::HeaderValue;
use std::fmt;
use url::Url;

/// Basic credentials. `Debug` does not show them.
#[derive(Clone)]
pub struct Credentials(pub(super) HeaderValue);

impl Credentials {
    /// The credentials of a user.
    pub fn new(user: &str, pass: &str) -> Self {
        Credentials(basic_auth(user.as_bytes(), pass.as_bytes()))
    }

    /// The credentials in a URL.
    pub(super) fn of(url: &Url) -> Option<Self> {
        basic_auth_of(url).map(Credentials)
    }
}

/// The name and the password in the value of an `Authorization` header.
pub fn user_of(authorization: &HeaderValue) -> Option<(String, String)> {
    let text = authorization.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = BASE64_STANDARD.decode(text).ok()?;
    let text = String::from_utf8_lossy(&decoded);
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credentials")
    }
}
