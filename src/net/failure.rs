//! Failures of attempts, in Node's words.
//!
//! The cause is found in the chain of an error's sources by its type, never by its text.

mod connecting;
mod http2;

use super::proxied::Progress;
use super::shown::quoted;
use super::tls::{Alert, Refused, SUPPORTED_KEYS};
use crate::api::error::{Delivery, Failure};
pub use connecting::{connect_timeout_at, of_attempts, of_connecting, of_lookup};
use http::Uri;
pub use http2::{NoHttp2, is_graceful, no_http2, of_refused_protocol, of_stream, of_stream_body};
use rustls::{AlertDescription, CertificateError, OtherError};
use serde_json::Value;
use std::error::Error as StdError;
use std::{fmt, io};
use url::Url;

/// A host whose URL has another scheme than `http` or `https`.
pub fn invalid_protocol(scheme: &str) -> Failure {
    Failure {
        message: format!("Invalid protocol: {scheme}:"),
        ..Failure::default()
    }
}

/// A text that is no URL.
pub fn invalid_uri(text: &str) -> Failure {
    Failure {
        message: format!("Invalid URI {}", quoted(text)),
        ..Failure::default()
    }
}

/// The time to connect is over.
pub fn connect_timeout() -> Failure {
    Failure::new("ETIMEDOUT", "ETIMEDOUT").with("connect", true)
}

/// The server has accepted the connection, and has not begun to speak HTTP/2 in time.
pub fn no_settings() -> Failure {
    silence().with_delivery(Delivery::NotSent)
}

/// The server was silent for too long.
pub fn silence() -> Failure {
    Failure::new("ESOCKETTIMEDOUT", "ESOCKETTIMEDOUT")
        .with("connect", false)
        .after_sending()
}

/// A redirect that cannot be followed: the server has received the request and declined it.
pub fn redirect(message: String) -> Failure {
    Failure {
        message,
        delivery: Delivery::Declined,
        spares_host: true,
        ..Failure::default()
    }
}

/// A request over reqwest that failed before the header section of an answer. `peer` is the host or the proxy.
pub fn of_request(error: &reqwest::Error, peer: Option<&Url>, progress: &Progress) -> Failure {
    if error.is_connect() {
        return of_connecting(error, peer, progress);
    }
    let hyper = find::<hyper::Error>(error);
    let failure = match hyper {
        Some(hyper) if hyper.is_parse() => of_protocol(hyper),
        _ => of_alert(error)
            .or_else(|| of_socket(error))
            .unwrap_or_else(hung_up),
    };
    // hyper cancels a request only before it has given any of it to a connection.
    match hyper {
        Some(hyper) if hyper.is_canceled() => failure.with_delivery(Delivery::NotSent),
        _ => failure.with_delivery(Delivery::HandedOver),
    }
}

/// An answer over reqwest whose body was cut off.
pub fn of_body(error: &reqwest::Error) -> Failure {
    let failure = of_alert(error).or_else(|| of_socket(error));
    failure.map_or_else(aborted, Failure::after_sending)
}

/// A server that closed the connection before its answer.
pub fn hung_up() -> Failure {
    Failure::new("ECONNRESET", "socket hang up")
}

/// A server that closed the connection in the middle of its answer.
pub fn aborted() -> Failure {
    Failure::new("ECONNRESET", "aborted").after_sending()
}

/// Checks the size of a body against the limit.
pub fn check_size(size: u64, limit: usize) -> Result<(), Failure> {
    match size <= limit as u64 {
        true => Ok(()),
        false => Err(response_too_large(limit)),
    }
}

/// An answer with more bytes than the limit.
pub fn response_too_large(limit: usize) -> Failure {
    let message = format!(
        "the answer is larger than {limit} bytes, the limit of the option maxResponseSize: ask for less, or raise it"
    );
    Failure {
        spares_host: true,
        ..Failure::new("ERR_ETCD_RESPONSE_TOO_LARGE", message).after_sending()
    }
}

/// A server that breaks a rule of HTTP.
pub fn of_protocol(error: &dyn fmt::Display) -> Failure {
    Failure::new("HPE_INVALID_CONSTANT", format!("Parse Error: {error}"))
}

/// A proxy that opened no tunnel to a host. The code and the words are those of `request`, which etcdjs uses.
pub fn no_tunnel(what: &str, value: impl fmt::Display) -> Failure {
    let message = format!("tunneling socket could not be established, {what}={value}");
    Failure::new("ECONNRESET", message)
}

/// A server that speaks HTTP/2 alone.
pub fn speaks_http2() -> Failure {
    Failure {
        speaks_http2: true,
        ..of_protocol(&"the host speaks HTTP/2 alone on this port, as etcd does on one for gRPC")
    }
}

/// A server that switches to another protocol.
pub fn switched() -> Failure {
    of_protocol(&"a switch of protocols that was not asked for")
}

/// A failed TLS handshake.
pub fn of_handshake(cause: &io::Error, uri: &Uri) -> Failure {
    if let Some(failure) = of_tls(cause) {
        return failure;
    }
    match cause.raw_os_error() {
        Some(_) => of_io(cause),
        None => disconnected(uri.host(), uri.port_u16()),
    }
}

fn disconnected(host: Option<&str>, port: Option<u16>) -> Failure {
    let message = "Client network socket disconnected before secure TLS connection was established";
    let failure = Failure::new("ECONNRESET", message).with("path", Value::Null);
    let failure = failure.with("host", host.unwrap_or_default().trim_matches(['[', ']']));
    match port {
        Some(port) => failure.with("port", port),
        None => failure,
    }
}

fn of_tls(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let cause = find::<rustls::Error>(error)?;
    if let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) = cause
        && let Some(refused) = cause.downcast_ref::<Refused>()
    {
        return Some(Failure::new(refused.code, refused.message.as_str()));
    }
    let cause = match cause {
        rustls::Error::AlertReceived(alert @ AlertDescription::HandshakeFailure) => {
            let alert = Alert::new(*alert).message();
            format!(
                "{alert}: the host may require a client certificate (options cert and key), or have no key that is supported: {SUPPORTED_KEYS}"
            )
        }
        rustls::Error::AlertReceived(alert) => Alert::new(*alert).message(),
        other => other.to_string(),
    };
    Some(Failure::new("EPROTO", format!("write EPROTO {cause}")).with("syscall", "write"))
}

/// A connection that broke while it was used. Only the transport knows how far the request got.
pub fn of_broken(cause: &io::Error) -> Failure {
    of_alert(cause)
        .or_else(|| of_tls(cause))
        .unwrap_or_else(|| of_io(cause))
}

/// A TLS alert after the handshake. With TLS 1.3 a server refuses the client's certificate that late. The alert does not tell what the
/// server has read before, so it proves nothing about a request (RFC 8446 §6.2).
fn of_alert(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let Some(rustls::Error::AlertReceived(alert)) = find(error) else {
        return None;
    };
    let alert = Alert::new(*alert);
    let failure = Failure::new(&alert.code(), alert.message());
    let failure = failure.with("library", "SSL routines");
    Some(failure.with("reason", alert.reason))
}

fn of_socket(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let cause = find::<io::Error>(error).filter(|cause| cause.raw_os_error().is_some());
    cause.map(of_io)
}

/// A failed read or write of the system.
pub fn of_io(cause: &io::Error) -> Failure {
    let code = code(cause);
    let syscall = if code == "EPIPE" { "write" } else { "read" };
    Failure::new(code, format!("{syscall} {code}")).with("syscall", syscall)
}

/// Node's name of a system error. lib/errors.js adds the number, which differs between systems.
fn code(error: &io::Error) -> &'static str {
    use io::ErrorKind as Is;
    match error.kind() {
        Is::ConnectionRefused => "ECONNREFUSED",
        Is::ConnectionReset => "ECONNRESET",
        Is::ConnectionAborted => "ECONNABORTED",
        Is::NotConnected => "ENOTCONN",
        Is::AddrInUse => "EADDRINUSE",
        Is::AddrNotAvailable => "EADDRNOTAVAIL",
        Is::BrokenPipe => "EPIPE",
        Is::TimedOut => "ETIMEDOUT",
        Is::HostUnreachable => "EHOSTUNREACH",
        Is::NetworkUnreachable => "ENETUNREACH",
        Is::NetworkDown => "ENETDOWN",
        Is::PermissionDenied => "EACCES",
        Is::InvalidInput => "EINVAL",
        Is::OutOfMemory => "ENOMEM",
        _ if cfg!(unix) && error.raw_os_error() == Some(EMFILE) => "EMFILE",
        _ if cfg!(unix) && error.raw_os_error() == Some(ENFILE) => "ENFILE",
        _ => "UNKNOWN",
    }
}

/// Too many open files in the process. The number is the same on every Unix.
const EMFILE: i32 = 24;
/// Too many open files in the system. The number is the same on every Unix.
const ENFILE: i32 = 23;

/// The first error of a type in the chain of sources, also inside I/O errors.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
