//! gRPC's framing of messages: 5 bytes in front of each, and a status behind the last. Pure.
//!
//! ```text
//! 0 | length, 4 bytes | message      0: not compressed, which this client never asks for
//! ```

use bytes::{Buf, BufMut, Bytes, BytesMut};
use prost::Message;

/// The bytes in front of a message.
pub const PREFIX: usize = 5;

/// A message with its prefix.
pub fn framed(message: &impl Message) -> Bytes {
    let length = message.encoded_len();
    let mut bytes = BytesMut::with_capacity(PREFIX + length);
    bytes.put_u8(0);
    // A request is refused by its size long before 4 GiB.
    bytes.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    message.encode_raw(&mut bytes);
    bytes.freeze()
}

/// Why bytes are no messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// A message is compressed, or its prefix is none.
    Prefix,
    /// A message is longer than the limit.
    TooLong,
    /// The bytes end within a message.
    CutOff,
    /// There is more than one message.
    Several,
}

/// The only message of an answer. `None` if the answer has a status alone.
///
/// # Errors
/// If the bytes are not one whole message.
pub fn only_message(body: Bytes) -> Result<Option<Bytes>, Malformed> {
    let limit = body.len();
    let mut frames = Frames::new(limit);
    frames.push(body);
    let message = frames.next_message()?;
    match frames.is_empty() {
        true => Ok(message),
        false if message.is_none() => Err(Malformed::CutOff),
        false => Err(Malformed::Several),
    }
}

/// The messages of a stream whose bytes come in parts.
#[derive(Debug)]
pub struct Frames {
    bytes: BytesMut,
    limit: usize,
    /// The bytes of a message above the limit that have not come yet.
    skipped: usize,
}

/// What a stream of messages has.
#[derive(Debug, PartialEq, Eq)]
pub enum Framed {
    /// A whole message.
    Message(Bytes),
    /// The first bytes of a message above the limit. Its other bytes are dropped.
    TooLong(Bytes),
}

impl Frames {
    /// No bytes have come. A message of more than `limit` bytes is an error.
    pub fn new(limit: usize) -> Self {
        let (bytes, skipped) = (BytesMut::new(), 0);
        Frames {
            bytes,
            limit,
            skipped,
        }
    }

    /// Adds bytes that have come.
    pub fn push(&mut self, mut part: Bytes) {
        let skipped = self.skipped.min(part.len());
        self.skipped -= skipped;
        part.advance(skipped);
        match self.bytes.is_empty() {
            true => self.bytes = BytesMut::from(part),
            false => self.bytes.extend_from_slice(&part),
        }
    }

    /// Whether there is no byte of a further message.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The next whole message, if all of it has come.
    ///
    /// # Errors
    /// If what has come is no message.
    pub fn next_message(&mut self) -> Result<Option<Bytes>, Malformed> {
        match self.next_framed(0)? {
            Some(Framed::TooLong(_)) => Err(Malformed::TooLong),
            Some(Framed::Message(message)) => Ok(Some(message)),
            None => Ok(None),
        }
    }

    /// The next whole message, or the first `beginning` bytes of one above the limit, if they have come.
    ///
    /// # Errors
    /// If what has come is no message.
    pub fn next_framed(&mut self, beginning: usize) -> Result<Option<Framed>, Malformed> {
        let Some((prefix, _)) = self.bytes.split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let [0, length @ ..] = *prefix else {
            return Err(Malformed::Prefix);
        };
        let length = u32::from_be_bytes(length) as usize;
        let is_too_long = length > self.limit;
        let wanted = if is_too_long {
            beginning.min(length)
        } else {
            length
        };
        if self.bytes.len() < PREFIX + wanted {
            return Ok(None);
        }
        self.bytes.advance(PREFIX);
        let wanted = self.bytes.split_to(wanted).freeze();
        Ok(Some(match is_too_long {
            true => {
                self.skip(length - wanted.len());
                Framed::TooLong(wanted)
            }
            false => Framed::Message(wanted),
        }))
    }

    fn skip(&mut self, count: usize) {
        let here = count.min(self.bytes.len());
        self.bytes.advance(here);
        self.skipped = count - here;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(message: &[u8]) -> Vec<u8> {
        let length = (message.len() as u32).to_be_bytes();
        [&[0][..], &length, message].concat()
    }

    proptest! {
        #[test]
        fn messages_come_whole_however_their_bytes_are_cut(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
            cut in 1..20usize,
        ) {
            let bytes: Vec<u8> = messages.iter().flat_map(|message| frame(message)).collect();
            let mut frames = Frames::new(40);
            let mut came = Vec::new();
            for part in bytes.chunks(cut) {
                frames.push(Bytes::copy_from_slice(part));
                while let Some(message) = frames.next_message().unwrap() {
                    came.push(message.to_vec());
                }
            }
            prop_assert_eq!(came, messages);
            prop_assert!(frames.is_empty());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = only_message(Bytes::from(bytes.clone()));
            let mut frames = Frames::new(30);
            frames.push(Bytes::from(bytes));
            while let Ok(Some(_)) = frames.next_message() {}
        }
    }

    #[test]
    fn a_message_above_the_limit_is_dropped_up_to_its_end_and_its_first_bytes_are_told() {
        for cut in 1..40 {
            let bytes = [frame(b"one"), frame(&[7; 20]), frame(b"two")].concat();
            let mut frames = Frames::new(10);
            let mut seen = Vec::new();
            for part in bytes.chunks(cut) {
                frames.push(Bytes::copy_from_slice(part));
                assert!(frames.bytes.len() < 45);
                while let Some(framed) = frames.next_framed(4).unwrap() {
                    seen.push(framed);
                }
            }
            let message = |bytes| Framed::Message(Bytes::from_static(bytes));
            let dropped = Framed::TooLong(Bytes::from_static(&[7; 4]));
            assert_eq!(seen, [message(b"one"), dropped, message(b"two")]);
        }
    }

    #[test]
    fn an_answer_is_one_whole_message_or_none() {
        let table = [
            (vec![], Ok(None)),
            (frame(b"ab"), Ok(Some(Bytes::from_static(b"ab")))),
            (frame(b""), Ok(Some(Bytes::new()))),
            (frame(b"ab")[..6].to_vec(), Err(Malformed::CutOff)),
            (vec![0, 0], Err(Malformed::CutOff)),
            ([frame(b"a"), frame(b"b")].concat(), Err(Malformed::Several)),
            ([frame(b"a"), vec![0]].concat(), Err(Malformed::Several)),
            (vec![1, 0, 0, 0, 0], Err(Malformed::Prefix)),
            (vec![0, 255, 255, 255, 255], Err(Malformed::TooLong)),
        ];
        for (body, expected) in table {
            assert_eq!(
                only_message(Bytes::from(body.clone())),
                expected,
                "{body:?}"
            );
        }
    }
}
