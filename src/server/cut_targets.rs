//! Request targets with a `#`. hyper cuts a target there and tells nobody: a write would change another key than its request names.
//!
//! The bytes of a connection pass by here on their way to hyper. A word with a `#` between a space and `HTTP/1.` is remembered, and a
//! request whose target hyper has made of it is refused. This knows no framing: a body may have such a word, too. Then one later
//! request for that very target on the same connection is refused without need.

use http::Uri;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// hyper refuses longer targets.
const LONGEST: usize = 65_535;

/// So many words are remembered.
const REMEMBERED: usize = 8;

/// The targets of a connection that hyper cuts.
#[derive(Debug, Default, Clone)]
pub struct CutTargets(Arc<Mutex<Scan>>);

impl CutTargets {
    /// Whether a request's target was cut. It is forgotten then.
    pub fn take(&self, target: &Uri) -> bool {
        let mut scan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |word: &Vec<u8>| Uri::try_from(&word[..]).is_ok_and(|cut| cut == *target);
        let at = scan.found.iter().position(is_it);
        at.is_some_and(|at| scan.found.remove(at).is_some())
    }

    fn scan(&self, bytes: &[u8]) {
        let mut scan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        scan.read(bytes);
    }
}

/// How far the bytes of a connection have been read, and what was found.
#[derive(Debug, Default)]
struct Scan {
    found: VecDeque<Vec<u8>>,
    /// The word that has begun.
    word: Vec<u8>,
    /// Whether a space stands before it.
    is_behind_space: bool,
    /// The word before it, if it may be a target.
    target: Option<Vec<u8>>,
}

impl Scan {
    fn read(&mut self, bytes: &[u8]) {
        let is_end = |byte: &u8| matches!(byte, b' ' | b'\r' | b'\n');
        for part in bytes.split_inclusive(is_end) {
            match part.split_last() {
                Some((end, word)) if is_end(end) => {
                    self.add(word);
                    self.end(*end);
                }
                _ => self.add(part),
            }
        }
    }

    /// A word that is too long for a target is none.
    fn add(&mut self, part: &[u8]) {
        if self.word.len() + part.len() > LONGEST {
            self.is_behind_space = false;
        }
        if self.is_behind_space {
            self.word.extend_from_slice(part);
        }
    }

    fn end(&mut self, end: u8) {
        let word = std::mem::take(&mut self.word);
        let target = self.target.take();
        if word.starts_with(b"HTTP/1.") {
            self.found.extend(target);
            self.found
                .drain(..self.found.len().saturating_sub(REMEMBERED));
        }
        let is_behind_space = end == b' ';
        self.target = (is_behind_space && word.contains(&b'#')).then_some(word);
        self.is_behind_space = is_behind_space;
    }
}

/// A connection whose bytes are looked at.
pub struct Scanned<S> {
    stream: S,
    targets: CutTargets,
}

impl<S> Scanned<S> {
    /// The connection, and where its cut targets are told.
    pub fn new(stream: S) -> (Self, CutTargets) {
        let targets = CutTargets::default();
        let told = targets.clone();
        (Scanned { stream, targets }, told)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Scanned<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        this.targets.scan(&buffer.filled()[before..]);
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Scanned<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bytes: &[u8], size: usize, targets: &[&'static str]) -> Vec<bool> {
        let cut = CutTargets::default();
        for part in bytes.chunks(size) {
            cut.scan(part);
        }
        let taken = |target: &&'static str| cut.take(&Uri::from_static(target));
        targets.iter().map(taken).collect()
    }

    #[test]
    fn a_target_that_hyper_cuts_is_told_once() {
        let table: [(&[u8], &'static str, bool); 8] = [
            (b"PUT /a#b HTTP/1.1\r\n\r\n", "/a", true),
            (b"PUT /a?x#b#c HTTP/1.0\n\n", "/a?x", true),
            (
                b"GET /z HTTP/1.1\r\n\r\nvalue=1PUT /a# HTTP/1.1\r\n",
                "/a",
                true,
            ),
            (b"PUT http://h/a#b HTTP/1.1\r\n", "http://h/a", true),
            (b"PUT /a%23b HTTP/1.1\r\nX: /a#b\r\n", "/a", false),
            (b"PUT /a#b HTTP/2\r\n", "/a", false),
            (b"PUT /a#b x HTTP/1.1\r\n", "/a", false),
            (b"PUT\r/a#b HTTP/1.1\r\n", "/a", false),
        ];
        for (bytes, target, expected) in table {
            for size in [1, 7, 100] {
                let found = taken(bytes, size, &["/other", target, target]);
                let shown = String::from_utf8_lossy(bytes);
                assert_eq!(found, [false, expected, false], "{shown}");
            }
        }
    }

    #[test]
    fn a_body_without_an_end_takes_no_memory() {
        let mut scan = Scan::default();
        scan.read(b" ");
        for _ in 0..1000 {
            scan.read(&[b'#'; 1000]);
        }
        for _ in 0..100 {
            scan.read(b" /a#b HTTP/1.1\r");
        }
        assert!(scan.word.capacity() <= 2 * LONGEST);
        assert_eq!(scan.found.len(), REMEMBERED);
    }
}
