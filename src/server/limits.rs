//! What bounds the memory and the time that a server gives to its clients.

use std::time::Duration;

/// The form of a request may have so many bytes (`maxFormSize` of Go's `net/http`).
pub const FORM: usize = 10 * 1024 * 1024;

/// The header section of a request may have so many bytes.
pub const HEADER_SECTION: usize = 64 * 1024;

/// The large forms that are received, of all connections, may have so many bytes together; the large answers that are not read yet
/// may have as many.
pub const LARGE: usize = 256 * 1024 * 1024;

/// The limits of a server that its owner may set.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections. From half of them on, a further one ends one that is idle; if none is, and all are open, it is closed at once.
    pub connections: usize,
    /// Registered waits. A further one is answered with the status 503.
    pub waits: usize,
    /// Bounds the TLS handshake, the header section of a request, its body, and each silence of a client that must read.
    pub silence: Duration,
    /// Bounds the end of a server: connections that are still open after it are cut.
    pub drain: Duration,
}
