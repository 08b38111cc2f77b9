//! A request as it goes to a host, and the parameters in it.

use crate::error::{Invalid, MAX_FORM};
use bytes::Bytes;
use url::form_urlencoded;

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads and waits.
    Get,
    /// Writes.
    Put,
    /// In-order creations.
    Post,
    /// Removals.
    Delete,
}

impl Method {
    /// The method's name, as it goes out.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// A request as it goes to a host.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// The HTTP method.
    pub method: Method,
    /// The path with its query, all in ASCII.
    pub path: String,
    /// The form in the body.
    pub form: Option<Bytes>,
    /// Whether a request that may have reached a server may be sent again.
    pub repeatable: bool,
    /// Whether the answer comes only when something happens.
    pub lasts: bool,
}

impl Encoded {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Encoded {
            method: Method::Get,
            path: path.into(),
            form: None,
            repeatable: true,
            lasts: false,
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
            return Err(Invalid::LongForm(form.len()));
        }
        Ok(Encoded {
            method,
            path,
            form: Some(form.into()),
            repeatable,
            lasts: false,
        })
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
