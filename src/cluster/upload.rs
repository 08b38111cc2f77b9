//! A form on its way to a server, in pieces, so that it shows when one of them goes out.

use super::progress::Progress;
use bytes::Bytes;
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
