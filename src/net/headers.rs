//! The header section of a request, for the HTTP libraries.

use super::{Method, Request};
use http::Uri;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};

/// The header section of a request to a URL, with these credentials.
pub fn message_head(
    uri: &Uri,
    request: &Request,
    authorization: Option<HeaderValue>,
) -> http::Request<()> {
    let mut message = http::Request::new(());
    *message.method_mut() = request.method.into();
    *message.uri_mut() = uri.clone();
    let headers = message.headers_mut();
    headers.extend(authorization.map(|value| (AUTHORIZATION, value)));
    if let Some(form) = &request.form {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(form.len()));
    }
    message
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => http::Method::GET,
            Method::Put => http::Method::PUT,
            Method::Post => http::Method::POST,
            Method::Delete => http::Method::DELETE,
        }
    }
}
