//! Whether a connection may serve another request, and how long it may be idle before (RFC 9112 §9.3). Pure.

use super::syntax::{number, tokens};
use std::time::Duration;

/// Subtracted from the announced idle time: the announcement takes time to arrive, and a server may close a little early. Node calls
/// this `agentKeepAliveTimeoutBuffer`.
const KEEP_ALIVE_MARGIN: Duration = Duration::from_secs(1);

/// What a header section says about the connection after the body.
pub struct Persistence {
    /// HTTP/1.1 keeps a connection by default, HTTP/1.0 only with `keep-alive` (RFC 9112 §9.3).
    is_kept: bool,
    is_closed: bool,
    idle: Duration,
}

impl Persistence {
    /// The default of the version of HTTP.
    pub fn new(is_kept: bool) -> Self {
        Persistence {
            is_kept,
            is_closed: false,
            idle: Duration::MAX,
        }
    }

    /// Notes a `Connection` field. Several fields are one list (RFC 9110 §7.6.1). `close` wins over `keep-alive` (RFC 9112 §9.6).
    pub fn note_options(&mut self, value: &[u8]) {
        for token in tokens(value) {
            self.is_closed |= token.eq_ignore_ascii_case(b"close");
            self.is_kept |= token.eq_ignore_ascii_case(b"keep-alive");
        }
    }

    /// Notes a `Keep-Alive` field (RFC 2068 §19.7.1): `timeout` in seconds, and `max`, the requests that are left.
    pub fn note_limits(&mut self, value: &[u8]) {
        for token in tokens(value) {
            match parameter(token) {
                Some((name, seconds)) if name.eq_ignore_ascii_case(b"timeout") => {
                    self.idle = self.idle.min(Duration::from_secs(seconds));
                }
                Some((name, 0)) if name.eq_ignore_ascii_case(b"max") => self.is_closed = true,
                _ => {}
            }
        }
    }

    /// How long the connection may be idle and then serve another request. Zero: it serves none.
    pub fn keep_for(&self) -> Duration {
        match self.is_kept && !self.is_closed {
            true => self.idle.saturating_sub(KEEP_ALIVE_MARGIN),
            false => Duration::ZERO,
        }
    }
}

/// A parameter whose value is a number.
fn parameter(token: &[u8]) -> Option<(&[u8], u64)> {
    let at = token.iter().position(|byte| *byte == b'=')?;
    let value = token[at + 1..].trim_ascii();
    Some((token[..at].trim_ascii(), number(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(is_1_1: bool, connection: &[&str], keep_alive: &[&str]) -> Option<u64> {
        let mut persistence = Persistence::new(is_1_1);
        let (options, limits) = (connection.iter(), keep_alive.iter());
        options.for_each(|value| persistence.note_options(value.as_bytes()));
        limits.for_each(|value| persistence.note_limits(value.as_bytes()));
        let seconds = persistence.keep_for().as_secs();
        (seconds > 0).then_some(seconds)
    }

    #[test]
    fn close_anywhere_closes_and_http_1_0_keeps_only_what_it_is_told_to() {
        for (is_1_1, connection, is_kept) in [
            (true, &[][..], true),
            (true, &["close", "keep-alive"], false),
            (true, &["keep-alive", "Close"], false),
            (true, &["keep-alive, close"], false),
            (true, &["x", "y"], true),
            (false, &[], false),
            (false, &["Keep-Alive"], true),
            (false, &["keep-alive", "close"], false),
        ] {
            let kept = kept(is_1_1, connection, &[]);
            assert_eq!(kept.is_some(), is_kept, "{is_1_1} {connection:?}");
        }
    }

    #[test]
    fn a_server_may_say_for_how_long_it_keeps_a_connection() {
        for (keep_alive, seconds) in [
            (&["timeout=5"][..], Some(4)),
            (&["timeout=5, max=100"], Some(4)),
            (&["max=3, Timeout = 2"], Some(1)),
            (&["timeout=9", "timeout=3"], Some(2)),
            (&["timeout=1"], None),
            (&["timeout=0"], None),
            (&["timeout=60, max=0"], None),
            (&["timeout=18446744073709551615"], Some(u64::MAX - 1)),
        ] {
            assert_eq!(kept(true, &[], keep_alive), seconds, "{keep_alive:?}");
        }
        for none in ["timeout=-5", "timeout=", "timeout", "timeout=x", "=5"] {
            assert_eq!(kept(true, &[], &[none]), kept(true, &[], &[]), "{none}");
        }
    }
}
