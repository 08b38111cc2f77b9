//! The body of an answer: all of it, or the event of a wait that is still to come.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Go's `net/http` buffers so many bytes of a body. It sends a longer one in chunks.
const BUFFERED: usize = 2048;

/// The body of the answer to a wait, with its event. `None` ends the connection without the end of the body, as etcd does when it
/// stops.
pub type Event = Pin<Box<dyn Future<Output = Option<Bytes>> + Send>>;

/// The body of an answer.
pub enum ReplyBody {
    /// All of it.
    Whole(Bytes),
    /// That of a wait. The header section is sent at once.
    Event(Event),
    /// It has been sent.
    Sent,
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        let data = match this {
            ReplyBody::Sent => return Poll::Ready(None),
            ReplyBody::Whole(data) => Some(std::mem::take(data)),
            ReplyBody::Event(event) => ready!(event.as_mut().poll(context)),
        };
        *this = ReplyBody::Sent;
        let data = data.ok_or_else(|| io::ErrorKind::ConnectionAborted.into());
        Poll::Ready(Some(data.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            ReplyBody::Whole(data) => data.is_empty(),
            ReplyBody::Event(_) => false,
            ReplyBody::Sent => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ReplyBody::Whole(data) if data.len() <= BUFFERED => {
                SizeHint::with_exact(data.len() as u64)
            }
            ReplyBody::Whole(_) | ReplyBody::Event(_) => SizeHint::default(),
            ReplyBody::Sent => SizeHint::with_exact(0),
        }
    }
}
