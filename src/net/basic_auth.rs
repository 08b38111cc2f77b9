//! Basic authentication, as the value of a header field (RFC 7617 §2). Pure.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::HeaderValue;
use percent_encoding::percent_decode_str;
use url::Url;

/// The value for a user. `Debug` does not show it.
pub fn basic_auth(user: &[u8], pass: &[u8]) -> HeaderValue {
    let basic = format!(
        "Basic {}",
        BASE64_STANDARD.encode([user, b":", pass].concat())
    );
    // Every character of base64 is allowed in a header field.
    let mut header = HeaderValue::try_from(basic).unwrap_or(HeaderValue::from_static("Basic"));
    header.set_sensitive(true);
    header
}

/// The value for the userinfo of a URL. `None` if the URL has none.
pub fn basic_auth_of(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let user: Vec<u8> = percent_decode_str(url.username()).collect();
    let pass: Vec<u8> = percent_decode_str(url.password().unwrap_or("")).collect();
    Some(basic_auth(&user, &pass))
}
