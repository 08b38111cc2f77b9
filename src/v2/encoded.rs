//! A request as it goes to a host.

use crate::api::error::Invalid;
use crate::api::parameters::Parameters;
use crate::net::{self, Method};
use bytes::Bytes;
use url::form_urlencoded;

/// etcd reads at most this many bytes of a form (`http.maxFormSize` of Go's `net/http`).
pub const MAX_FORM: usize = 10 * 1024 * 1024;

/// A request as it goes to a host.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// The method and the form.
    pub request: net::Request,
    /// The path with its query, all in ASCII.
    pub path: String,
    /// Whether the request may be repeated though a server may have processed it.
    pub repeatable: bool,
}

impl Encoded {
    /// A read of a path.
    pub fn get(path: impl Into<String>) -> Self {
        Encoded {
            request: request(Method::Get, None),
            path: path.into(),
            repeatable: true,
        }
    }

    /// A request that every etcd answers at once, without credentials.
    pub fn probe() -> Self {
        Encoded::get("/version")
    }

    /// A write with a form.
    ///
    /// # Errors
    /// If the form is larger than etcd reads.
    pub(super) fn form(
        method: Method,
        path: String,
        form: &Parameters,
        repeatable: bool,
    ) -> Result<Self, Invalid> {
        let form = encoded(form);
        if form.len() > MAX_FORM {
            return Err(Invalid::LongForm {
                bytes: form.len(),
                limit: MAX_FORM,
            });
        }
        Ok(Encoded {
            request: request(method, Some(form.into())),
            path,
            repeatable,
        })
    }
}

/// A request whose answer's field for the store's index is read.
pub(super) fn request(method: Method, form: Option<Bytes>) -> net::Request {
    net::Request {
        method,
        form,
        is_long_poll: false,
        wanted_field: "x-etcd-index",
    }
}

/// Parameters as the text of a query or a form.
pub(super) fn encoded(parameters: &Parameters) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    out.extend_pairs(&parameters.0);
    out.finish()
}
