//! Sends a form as fast as the flow control of its stream and connection allows.

use bytes::Bytes;
use h2::SendStream;
use std::task::{Context, Poll};

/// The rest of a form, and its stream.
#[derive(Debug)]
pub struct Upload {
    stream: SendStream<Bytes>,
    form: Bytes,
    is_done: bool,
}

/// Sends what the windows allow of a form, if any of it is left. Ready when a part was sent.
pub fn poll_send(upload: &mut Option<Box<Upload>>, context: &mut Context<'_>) -> Poll<()> {
    let Some(form) = upload else {
        return Poll::Pending;
    };
    let moved = form.poll_send(context);
    if form.is_done {
        *upload = None;
    }
    moved
}

impl Upload {
    /// Starts to send a form. `None` if it is with h2 as a whole: a form of at most `at_once` bytes is.
    pub fn start(stream: SendStream<Bytes>, form: Bytes, at_once: usize) -> Option<Box<Self>> {
        let mut upload = Upload {
            stream,
            form,
            is_done: false,
        };
        if upload.form.len() <= at_once {
            upload.send(at_once);
        } else {
            upload.stream.reserve_capacity(upload.form.len());
        }
        (!upload.is_done).then(|| Box::new(upload))
    }

    /// Sends what the windows allow. Ready when a part was sent, or when nothing is left.
    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut moved = Poll::Pending;
        while !self.is_done {
            let Poll::Ready(granted) = self.stream.poll_capacity(context) else {
                return moved;
            };
            match granted {
                Some(Ok(bytes)) => self.send(bytes),
                // The stream has ended; its answer tells how.
                Some(Err(_)) | None => self.is_done = true,
            }
            moved = Poll::Ready(());
        }
        moved
    }

    fn send(&mut self, bytes: usize) {
        let piece = self.form.split_to(bytes.min(self.form.len()));
        self.is_done = self.form.is_empty();
        if !piece.is_empty() && self.stream.send_data(piece, self.is_done).is_err() {
            self.is_done = true;
        }
    }
}
