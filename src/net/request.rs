//! An HTTP request, but for the URL that it goes to.

use bytes::Bytes;

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The name in the request line.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// An HTTP request, but for the URL that it goes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The form in the body (`application/x-www-form-urlencoded`).
    pub form: Option<Bytes>,
    /// Whether the server answers only when an event comes, however long that takes.
    pub is_long_poll: bool,
    /// The header field of the answer that the caller reads, in lower case.
    pub wanted_field: &'static str,
}
