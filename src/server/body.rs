//! The body of an answer: all of it, or the event of a wait that is still to come.

use super::activity::Activity;
use super::budget::{SMALL, Share};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Go's `net/http` buffers so many bytes of a body. It sends a longer one in chunks.
const BUFFERED: usize = 2048;

/// A body is sent in pieces of so many bytes: the connection of a client that does not read has no copy of the rest.
const PIECE: usize = 16 * 1024;

/// The body of the answer to a wait, with its event. `None` ends the connection without the end of the body, as etcd does when it
/// stops.
pub type Event = Pin<Box<dyn Future<Output = Option<Whole>> + Send>>;

/// The body of an answer.
pub enum ReplyBody {
    /// All of it.
    Whole(Whole),
    /// That of a wait. The header section is sent at once.
    Event(Event),
    /// It has been sent.
    Ended,
}

/// A text, as far as it has not been sent.
#[derive(Default)]
pub struct Whole {
    text: Bytes,
    end: &'static str,
    /// Its share of the memory for large answers.
    pub share: Share,
}

/// A text that is shared.
struct Shared(Arc<str>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Whole {
    /// A text and a newline. A long text is not copied: it may be the event of many waits.
    pub fn line(text: &Arc<str>) -> Self {
        match text.len() > SMALL {
            true => Whole {
                text: Bytes::from_owner(Shared(text.clone())),
                end: "\n",
                ..Whole::default()
            },
            false => format!("{text}\n").into(),
        }
    }

    fn len(&self) -> usize {
        self.text.len() + self.end.len()
    }

    fn next(&mut self) -> Option<Bytes> {
        if self.text.is_empty() {
            self.text = std::mem::take(&mut self.end).into();
        }
        let piece = self.text.split_to(self.text.len().min(PIECE));
        (!piece.is_empty()).then_some(piece)
    }
}

impl<T: Into<Bytes>> From<T> for Whole {
    fn from(text: T) -> Self {
        Whole {
            text: text.into(),
            ..Whole::default()
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if let ReplyBody::Event(event) = this {
            let Some(whole) = ready!(event.as_mut().poll(context)) else {
                *this = ReplyBody::Ended;
                return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
            };
            *this = ReplyBody::Whole(whole);
        }
        let piece = match this {
            ReplyBody::Whole(whole) => whole.next(),
            ReplyBody::Event(_) | ReplyBody::Ended => None,
        };
        if this.is_end_stream() {
            *this = ReplyBody::Ended;
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            ReplyBody::Whole(whole) => whole.len() == 0,
            ReplyBody::Event(_) => false,
            ReplyBody::Ended => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ReplyBody::Whole(whole) if whole.len() <= BUFFERED => {
                SizeHint::with_exact(whole.len() as u64)
            }
            ReplyBody::Whole(_) | ReplyBody::Event(_) => SizeHint::default(),
            ReplyBody::Ended => SizeHint::with_exact(0),
        }
    }
}

/// A body. Its connection is told when all of it has been handed over.
pub struct Tracked {
    body: ReplyBody,
    activity: Arc<Activity>,
}

impl Tracked {
    /// The body of an answer.
    pub fn new(body: ReplyBody, activity: Arc<Activity>) -> Self {
        Tracked { body, activity }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.activity.flush();
    }
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
