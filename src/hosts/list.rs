//! Splits a list of hosts into its members. Pure.
//!
//! A comma separates two hosts, but it may also stand in a password. A member ends at the first comma before which there
//! is a whole host:
//!
//! | list | members |
//! |---|---|
//! | `a:1,u:p@b:2` | `a:1`, `u:p@b:2` |
//! | `u:p@a:1,u:p@b:2` | `u:p@a:1`, `u:p@b:2` |
//! | `u:se,cret@a,b` | `u:se,cret@a`, `b`: `u:se` is no host, because `se` is no port |
//! | `u:se/cr,et@a,b` | all of it, which is no host |
//!
//! No host is the beginning of another one, then, and lists can be joined: the members of `a,b` are those of `a` and
//! those of `b`. Where the text before an `@` belongs to no host it may be a password, and all that follows is one member.

/// The members of a list, none of them empty.
#[derive(Debug)]
pub struct Members<'a, F> {
    rest: &'a str,
    /// The length of what follows the last `@` of the list.
    after_last_at: usize,
    is_host: F,
}

impl<'a, F: Fn(&str) -> bool> Members<'a, F> {
    /// `is_host` tells whether a text without the commas around it is a host.
    pub fn new(list: &'a str, is_host: F) -> Self {
        let after_last_at = list.rsplit('@').next().map_or(0, str::len);
        Members {
            rest: list,
            after_last_at,
            is_host,
        }
    }

    /// Where the next member ends.
    fn end(&self) -> usize {
        let end = end_of_piece(self.rest, 0);
        let (piece, rest) = self.rest.split_at(end);
        let is_host = piece.trim().is_empty() || !may_end_at_user(piece) && (self.is_host)(piece);
        match is_host || rest.len() <= self.after_last_at {
            true => end,
            false if piece.contains('@') && begins_with_scheme(rest) => end,
            false => self.end_of_credentials(),
        }
    }

    /// Where a member ends that begins with a piece of credentials: the whole list where that is no host either.
    fn end_of_credentials(&self) -> usize {
        let at = self.rest.find('@').unwrap_or(self.rest.len());
        let end = end_of_piece(self.rest, at);
        match (self.is_host)(&self.rest[..end]) {
            true => end,
            false => self.rest.len(),
        }
    }
}

impl<'a, F: Fn(&str) -> bool> Iterator for Members<'a, F> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        while !self.rest.is_empty() {
            let (member, rest) = self.rest.split_at(self.end());
            self.rest = rest.strip_prefix(',').unwrap_or(rest);
            if !member.trim().is_empty() {
                return Some(member.trim());
            }
        }
        None
    }
}

/// Where the comma is that follows, or the end.
fn end_of_piece(list: &str, from: usize) -> usize {
    list[from..]
        .find(',')
        .map_or(list.len(), |comma| from + comma)
}

/// Whether there is nothing between a colon and the end of the authority: it is an empty port, or a password begins.
fn may_end_at_user(piece: &str) -> bool {
    let rest = piece.split_once("://").map_or(piece, |(_, rest)| rest);
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    !authority.contains('@') && authority.trim_end().ends_with(':')
}

fn begins_with_scheme(rest: &str) -> bool {
    let piece = rest.trim_start_matches(',').trim_start();
    piece.starts_with("http://") || piece.starts_with("https://")
}
