//! A request for an HTTP library: its header section, and its form in pieces, so that it shows when one goes out.

use super::progress::Progress;
use super::{Method, request};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Request, Uri};
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Bytes of a piece; a form that is no longer goes out at once.
const PIECE: usize = 64 * 1024;

/// The body of a request: a form, or nothing.
pub struct Upload {
    form: Bytes,
    /// Where it shows that a piece goes out; `None` where there is but one.
    progress: Option<Progress>,
}

impl Upload {
    /// The body of a request with this form.
    pub fn new(form: Bytes, progress: &Progress) -> Self {
        let in_pieces = form.len() > PIECE;
        Upload {
            form,
            progress: in_pieces.then(|| progress.clone()),
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.form.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(progress) = &self.progress {
            progress.note_activity();
        }
        let length = self.form.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.form.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.form.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.form.len() as u64)
    }
}

/// A request on its way to a URL, with these credentials.
pub fn message(
    uri: &Uri,
    encoded: &request::Request,
    authorization: Option<HeaderValue>,
    progress: &Progress,
) -> Request<Upload> {
    let form = encoded.form.clone().unwrap_or_default();
    message_head(uri, encoded, authorization).map(|()| Upload::new(form, progress))
}

/// The same request without its form.
pub fn message_head(
    uri: &Uri,
    encoded: &request::Request,
    authorization: Option<HeaderValue>,
) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = encoded.method.into();
    *request.uri_mut() = uri.clone();
    let headers = request.headers_mut();
    headers.extend(authorization.map(|value| (AUTHORIZATION, value)));
    if let Some(form) = &encoded.form {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(form.len()));
    }
    request
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
