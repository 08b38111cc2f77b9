//! A form on its way to a server, in pieces, so that it shows when one of them goes out.

use super::progress::Progress;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Bytes of a piece; a form that is no longer goes out at once.
const PIECE: usize = 64 * 1024;

/// The body of a request with a form.
pub fn body(form: &str, progress: &Progress) -> reqwest::Body {
    let form = Bytes::from(form.to_owned());
    if form.len() <= PIECE {
        return form.into();
    }
    let progress = progress.clone();
    reqwest::Body::wrap(Upload { form, progress })
}

struct Upload {
    form: Bytes,
    progress: Progress,
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
        self.progress.note_activity();
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
