//! Which requests were written to a connection. h2 does not tell, and opens a stream when the server's SETTINGS allow it, even after the
//! request was given up.

/// The client's connection preface (RFC 9113 §3.4).
const PREFACE: usize = 24;

/// The bytes of a frame before its payload (RFC 9113 §4.1).
const FRAME_HEADER: usize = 9;

/// The type of a HEADERS frame (RFC 9113 §6.2).
const HEADERS: u8 = 1;

/// The requests of a connection, by their streams. h2 opens streams in the order of their numbers.
#[derive(Debug)]
pub struct SentRequests {
    frames: Frames,
    /// The last stream whose HEADERS were written.
    last: u32,
    /// The first stream that was given up before its HEADERS were written.
    given_up: Option<u32>,
}

/// The position in the frames that are written.
#[derive(Debug, Clone, Copy)]
struct Frames {
    /// The bytes of a frame's payload that follow.
    payload: usize,
    header: [u8; FRAME_HEADER],
    /// The bytes of a frame's header that were written.
    filled: usize,
}

impl SentRequests {
    /// Before the first byte.
    pub fn new() -> Self {
        let frames = Frames {
            payload: PREFACE,
            header: [0; FRAME_HEADER],
            filled: 0,
        };
        SentRequests {
            frames,
            last: 0,
            given_up: None,
        }
    }

    /// Whether these bytes may be written: not if they begin a request that was given up as not sent.
    pub fn allows(&self, bytes: &[u8]) -> bool {
        let Some(given_up) = self.given_up else {
            return true;
        };
        let last = { self.frames }.advance(bytes);
        last.is_none_or(|stream| stream < given_up)
    }

    /// Notes bytes that were written.
    pub fn note(&mut self, bytes: &[u8]) {
        if let Some(stream) = self.frames.advance(bytes) {
            self.last = stream;
        }
    }

    /// Gives up a request. True if its HEADERS were not written: then they never will be.
    pub fn give_up(&mut self, stream: u32) -> bool {
        let is_unsent = stream > self.last;
        if is_unsent {
            let first = self.given_up.map_or(stream, |first| first.min(stream));
            self.given_up = Some(first);
        }
        is_unsent
    }
}

impl Frames {
    /// Advances over these bytes. Returns the stream of the last HEADERS frame that begins in them.
    fn advance(&mut self, mut bytes: &[u8]) -> Option<u32> {
        let mut last = None;
        while !bytes.is_empty() {
            let skipped = self.payload.min(bytes.len());
            self.payload -= skipped;
            bytes = &bytes[skipped..];
            let taken = (FRAME_HEADER - self.filled).min(bytes.len());
            self.header[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
            if self.filled == FRAME_HEADER {
                self.filled = 0;
                last = self.begin_frame().or(last);
            }
        }
        last
    }

    /// The stream of a HEADERS frame.
    fn begin_frame(&mut self) -> Option<u32> {
        let [high, middle, low, kind, _, stream @ ..] = self.header;
        self.payload = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        (kind == HEADERS).then(|| u32::from_be_bytes(stream) & 0x7fff_ffff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, stream: u8, length: u8) -> Vec<u8> {
        let header = [0, 0, length, kind, 0, 0, 0, 0, stream];
        [&header[..], &vec![1; usize::from(length)]].concat()
    }

    /// The preface, SETTINGS, two requests, one of them with DATA.
    fn conversation() -> Vec<u8> {
        let preface = vec![b'x'; PREFACE];
        let frames = [frame(4, 0, 12), frame(HEADERS, 1, 30), frame(0, 1, 200)];
        [preface, frames.concat(), frame(HEADERS, 3, 9)].concat()
    }

    #[test]
    fn requests_are_found_in_any_pieces() {
        let bytes = conversation();
        for size in 1..bytes.len() {
            let mut sent = SentRequests::new();
            bytes.chunks(size).for_each(|piece| sent.note(piece));
            assert_eq!(sent.last, 3, "{size}");
        }
    }

    #[test]
    fn a_request_that_was_given_up_before_it_was_written_is_not_written_later() {
        let bytes = conversation();
        let mut sent = SentRequests::new();
        assert!(sent.give_up(3));
        assert!(sent.allows(&bytes[..60]));
        assert!(!sent.allows(&bytes));
        sent.note(&bytes[..60]);
        assert!(!sent.give_up(1));
        assert!(!sent.allows(&bytes[60..]));
    }
}
