//! Basic credentials, as the value of an `Authorization` header (RFC 7617). Pure.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::HeaderValue;
use percent_encoding::percent_decode_str;
use std::fmt;
use url::Url;

/// Basic credentials. `Debug` does not show them.
#[derive(Clone)]
pub struct Credentials(pub(super) HeaderValue);

impl Credentials {
    /// The credentials of a user.
    pub fn new(user: &str, pass: &str) -> Self {
        Credentials(basic(user.as_bytes(), pass.as_bytes()))
    }

    /// The credentials in a URL.
    pub(super) fn of(url: &Url) -> Option<Self> {
        if url.username().is_empty() && url.password().is_none() {
            return None;
        }
        let user: Vec<u8> = percent_decode_str(url.username()).collect();
        let pass: Vec<u8> = percent_decode_str(url.password().unwrap_or("")).collect();
        Some(Credentials(basic(&user, &pass)))
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

fn basic(user: &[u8], pass: &[u8]) -> HeaderValue {
    let basic = format!(
        "Basic {}",
        BASE64_STANDARD.encode([user, b":", pass].concat())
    );
    // Every character of base64 is allowed in a header field.
    let mut header = HeaderValue::try_from(basic).unwrap_or(HeaderValue::from_static("Basic"));
    header.set_sensitive(true);
    header
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credentials")
    }
}
