//! A request as it goes to a host, and the parameters in it.

use crate::api::error::Invalid;
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
    /// Whether a request that may have reached a server may be sent again.
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

    /// What every etcd answers at once, to anybody.
    pub fn probe() -> Self {
        Encoded::get("/version")
    }

    /// A write with a form; an error where etcd would not read it.
    pub(super) fn form(
        method: Method,
        path: String,
        form: Parameters,
        repeatable: bool,
    ) -> Result<Self, Invalid> {
        let form = form.encoded();
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

/// Parameters of a query or a form, in order.
#[derive(Default)]
pub(super) struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    pub(super) fn text(&mut self, name: &'static str, value: Option<&str>) {
        self.0.extend(value.map(|value| (name, value.to_owned())));
    }

    pub(super) fn flag(&mut self, name: &'static str, value: bool) {
        self.text(name, value.then_some("true"));
    }

    pub(super) fn encoded(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.extend_pairs(&self.0);
        out.finish()
    }
}
