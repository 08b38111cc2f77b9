//! Moves bytes: connections, DNS, TLS, proxies, HTTP/1.1 and HTTP/2, with their limits and with Node's names for failures.
//!
//! Knows no etcd: a request is a method, a URL and a form, an answer is a status, two header fields and a body.

mod basic_auth;
mod connect_attempts;
mod dial;
mod dns;
pub mod failure;
mod first_poll;
mod headers;
mod http1;
mod http2;
mod proxied;
mod proxies;
mod race;
mod request;
pub mod shown;
mod silence;
mod stream;
mod time_limit;
mod tls;
mod transport;
mod tunnel;
pub mod url_text;

pub use basic_auth::{basic_auth, basic_auth_of};
pub use http2::{Exchanged, Message, StreamReceiver, StreamSender};
pub use proxies::{Proxies, Variable};
pub use request::{Method, Request};
pub use silence::unless_silent;
use std::time::Duration;
pub use tls::{Pem, Trust, Unusable, server_config};
pub use transport::{Response, Transport};

/// The length in bytes from which on `http::Uri` refuses a URL.
pub const MAX_URL: usize = 65_535;

/// How hosts are reached.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Bounds connecting, with TLS, and a probe. `None` waits for ever.
    pub connect_timeout: Option<Duration>,
    /// Bounds each silence of a server. `None` waits for ever.
    pub timeout: Option<Duration>,
    /// The most bytes of the body of an answer.
    pub max_response_size: usize,
    /// The proxies of the environment.
    pub proxies: Proxies,
    /// The trust anchors, and the client's own certificate.
    pub trust: Trust,
}
