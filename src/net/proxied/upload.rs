//! A request for reqwest: the header section, and the form in pieces, so that the time limit sees each piece go out.

use super::super::headers::message_head;
use super::progress::Progress;
use crate::net::Request as Outgoing;
use bytes::Bytes;
use http::header::HeaderValue;
use http::{Request, Uri};
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The bytes of a piece. A shorter form is one piece.
const PIECE: usize = 64 * 1024;

/// The body of a request: a form, or nothing.
pub struct Upload {
    form: Bytes,
    /// Notes each piece that goes out. `None` for a form of one piece.
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

/// A request to a URL, with these credentials.
pub fn message(
    uri: &Uri,
    outgoing: &Outgoing,
    authorization: Option<HeaderValue>,
    progress: &Progress,
) -> Request<Upload> {
    let form = outgoing.form.clone().unwrap_or_default();
    message_head(uri, outgoing, authorization).map(|()| Upload::new(form, progress))
}
