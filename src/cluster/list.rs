//! Splits a list of hosts into its members. Pure.
//!
//! A comma separates two hosts, but it may also stand in a password that is not percent-encoded:
//!
//! ```text
//! `,http://` or `,https://` ──────────────→ always separates
//! other comma, the piece before it
//!   ├─ has an `@`, or is a plain host ────→ separates
//!   ├─ no `@` before the next `,http://` ─→ separates
//!   └─ otherwise the piece may begin a password: the member ends at the comma after the next `@`
//! ```
//!
//! A plain host is a host without a path. A member with a comma in it is credentials if it cannot be several hosts, of which
//! one has a typing error. Otherwise it is ambiguous: it is one invalid host, and errors show nothing before its last `@`.
//!
//! Invariant: take texts of which each alone is one member, a host or an invalid one. Joined by commas, they are the same
//! members. Exception: a text that has no `@` and is no plain host is joined to the texts behind it up to the first one with
//! an `@`, if that comes before the next `,http://` or `,https://`. Only what errors show of an invalid member depends on
//! the texts behind it.
//!
//! Limit: a first part of a password that is a port is read as one, because the text before the comma is a host then:
//! `u:12,cret@a` is the hosts `u:12` and `cret@a`.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A member of a list.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Without the spaces around it.
    pub text: &'a str,
    /// Whether it may be several hosts with a typing error as well as one with a comma in its password.
    pub is_ambiguous: bool,
    /// Whether an `@` follows in the list, so that this member may be the first part of a password.
    pub precedes_at: bool,
}

/// The members of a list, none of them empty.
#[derive(Debug)]
pub struct Members<'a, F> {
    list: &'a str,
    /// Where the next member begins.
    position: usize,
    /// Where the next `,http://` or `,https://` is, or the end of the list.
    segment_end: usize,
    last_at_of_segment: Option<usize>,
    last_at: Option<usize>,
    is_host: F,
}

impl<'a> Member<'a> {
    /// The only member of a list.
    pub fn alone(text: &'a str) -> Self {
        Member {
            text: text.trim(),
            is_ambiguous: false,
            precedes_at: false,
        }
    }
}

impl<'a, F: Fn(&str) -> bool> Members<'a, F> {
    /// `is_host` tells whether a text is one host.
    pub fn new(list: &'a str, is_host: F) -> Self {
        Members {
            list,
            position: 0,
            segment_end: 0,
            last_at_of_segment: None,
            last_at: list.rfind('@'),
            is_host,
        }
    }

    /// Each byte of a list is searched once for the ends of segments, however long a list a server sends.
    fn begin_segment(&mut self) {
        let rest = &self.list[self.position..];
        let mut commas = rest.match_indices(',').map(|(comma, _)| comma);
        let end = commas.find(|comma| begins_with_scheme(&rest[comma + 1..]));
        let segment = &rest[..end.unwrap_or(rest.len())];
        self.segment_end = self.position + segment.len();
        self.last_at_of_segment = segment.rfind('@').map(|at| self.position + at);
    }

    /// Where the next member ends, and whether it is ambiguous.
    fn end(&self) -> (usize, bool) {
        let end = self.end_of_piece(self.position);
        let piece = &self.list[self.position..end];
        let is_whole = piece.contains('@') || self.last_at_of_segment < Some(end);
        if is_whole || piece.trim().is_empty() || self.is_plain_host(piece.trim()) {
            return (end, false);
        }
        let at = self.list[end..].find('@').map_or(end, |at| end + at);
        let end = self.end_of_piece(at);
        let text = self.list[self.position..end].trim();
        (end, may_be_several(text) || !(self.is_host)(text))
    }

    /// Where the comma is that follows in the segment, or the end of the segment.
    fn end_of_piece(&self, from: usize) -> usize {
        let comma = self.list[from..self.segment_end].find(',');
        comma.map_or(self.segment_end, |comma| from + comma)
    }

    fn is_plain_host(&self, piece: &str) -> bool {
        let (_, rest) = split_scheme(piece);
        let address = rest.strip_suffix('/').unwrap_or(rest);
        !address.contains(['/', '\\', '?', '#']) && (self.is_host)(piece)
    }
}

impl<'a, F: Fn(&str) -> bool> Iterator for Members<'a, F> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        while self.position < self.list.len() {
            if self.position >= self.segment_end {
                self.begin_segment();
            }
            let (end, is_ambiguous) = self.end();
            let text = self.list[self.position..end].trim();
            self.position = end + ",".len();
            if !text.is_empty() {
                return Some(Member {
                    text,
                    is_ambiguous,
                    precedes_at: self.last_at >= Some(end),
                });
            }
        }
        None
    }
}

/// Whether a text with a comma before its last `@` may be several hosts of which the first one has a typing error.
/// `http://u:se,cret@a` and `u:se,cret@a` are one host: `se` is not like a port.
fn may_be_several(text: &str) -> bool {
    let (scheme, rest) = split_scheme(text);
    let userinfo = rest.rsplit_once('@').map_or(rest, |(userinfo, _)| userinfo);
    let (first, others) = userinfo.split_once(',').unwrap_or((userinfo, ""));
    let Some((user, port)) = first.trim().split_once(':') else {
        return true;
    };
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = !port.is_empty() && port.chars().all(char::is_alphabetic);
    match scheme {
        _ if is_number || is_like_ip(user, first.trim()) => true,
        "" => !is_word || others.contains(':'),
        _ => false,
    }
}

/// Whether a piece begins with an address, or is a bare IPv6 address, with a zone or without.
fn is_like_ip(name: &str, piece: &str) -> bool {
    let address = piece.split('%').next().unwrap_or(piece);
    let is_v6 = piece.starts_with('[') || address.parse::<Ipv6Addr>().is_ok();
    is_v6 || name.parse::<Ipv4Addr>().is_ok()
}

fn split_scheme(text: &str) -> (&str, &str) {
    text.split_once("://").unwrap_or(("", text))
}

fn begins_with_scheme(rest: &str) -> bool {
    let piece = rest.trim_start();
    let begins_with = |scheme: &str| {
        let start = piece.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins_with("http://") || begins_with("https://")
}

#[cfg(test)]
mod tests;
