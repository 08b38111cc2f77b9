//! What the connections of a pool are for: the protocols that they may speak, their windows and their pings.

use super::super::dial::KEEPALIVE;
use super::super::tls::Protocols;
use std::time::Duration;

/// The longest time for which a server may leave a ping unanswered that owes answers to requests.
const LONGEST_PING_TIMEOUT: Duration = Duration::from_secs(60);

/// The shortest such time: a busy machine must not look dead.
const SHORTEST_PING_TIMEOUT: Duration = Duration::from_secs(10);

/// The same for streams, which have no other limit. gRPC's servers take a ping every 5 s at most.
const STREAM_PING_INTERVAL: Duration = Duration::from_secs(10);
const STREAM_PING_TIMEOUT: Duration = Duration::from_secs(15);

const MIB: u32 = 1024 * 1024;

/// The bytes of a frame that every server takes (`SETTINGS_MAX_FRAME_SIZE`, RFC 9113 §6.5.2).
const FRAME: usize = 16 * 1024;

/// What the connections of a pool are for.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// The protocols that a host behind TLS is offered. In cleartext a connection speaks HTTP/2 with prior knowledge (RFC 9113 §3.3).
    pub protocols: Protocols,
    /// The bytes of one answer that the server may send before they are read.
    pub stream_window: u32,
    /// The bytes of all answers that the server may send before they are read.
    pub connection_window: u32,
    /// A form of at most this many bytes is given to h2 at once: HEADERS and DATA share a write then. h2 grants a stream no capacity
    /// before its HEADERS are written, so that a form which is to be seen moving through small windows takes a second write.
    pub at_once: usize,
    /// The silence after which a server is pinged that has requests or streams in flight.
    pub ping_interval: Duration,
    /// The time within which it must answer.
    pub ping_timeout: Duration,
}

impl Profile {
    /// Requests over the protocol that ALPN chooses. `timeout` bounds each silence of a server.
    pub fn negotiated(timeout: Option<Duration>) -> Self {
        let longest = timeout.unwrap_or(LONGEST_PING_TIMEOUT);
        Profile {
            protocols: Protocols::Either,
            stream_window: 2 * MIB,
            connection_window: 5 * MIB,
            at_once: 0,
            ping_interval: KEEPALIVE,
            ping_timeout: longest.clamp(SHORTEST_PING_TIMEOUT, LONGEST_PING_TIMEOUT),
        }
    }

    /// Exchanges over HTTP/2 alone.
    pub fn exchanges(timeout: Option<Duration>) -> Self {
        Profile {
            protocols: Protocols::Http2,
            stream_window: 4 * MIB,
            connection_window: 16 * MIB,
            at_once: FRAME,
            ..Profile::negotiated(timeout)
        }
    }

    /// Streams in both directions, which may be silent for ever: only pings find a dead network.
    pub fn streams(timeout: Option<Duration>) -> Self {
        Profile {
            ping_interval: STREAM_PING_INTERVAL,
            ping_timeout: timeout.map_or(STREAM_PING_TIMEOUT, |it| it.min(STREAM_PING_TIMEOUT)),
            ..Profile::exchanges(timeout)
        }
    }
}
