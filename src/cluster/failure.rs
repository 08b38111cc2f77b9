//! Says in Node.js's words why an attempt brought no answer.
//!
//! The cause is looked up in the chain of an error's sources by its type, never by its text.

use super::connect::TimedOut;
use super::dns::LookupFailed;
use super::progress::Progress;
use super::tls::Refused;
use crate::error::Failure;
use rustls::{CertificateError, OtherError};
use std::error::Error as StdError;
use std::{fmt, io};
use url::{Host, Url};

/// The time to connect has run out.
pub fn connect_timeout() -> Failure {
    Failure::new("ETIMEDOUT", "ETIMEDOUT").with("connect", true)
}

/// The server has been silent for too long.
pub fn silence() -> Failure {
    Failure::new("ESOCKETTIMEDOUT", "ESOCKETTIMEDOUT")
        .with("connect", false)
        .after_sending()
}

/// A redirect that cannot be followed: a server has got the request, and has not done it.
pub fn redirect(message: String) -> Failure {
    Failure {
        message,
        sent: true,
        spares_host: true,
        ..Failure::default()
    }
}

/// A request over reqwest that ended before the head of an answer had come. `peer` is the host or the proxy that it
/// went to.
pub fn of_request(error: &reqwest::Error, peer: Option<&Url>, progress: &Progress) -> Failure {
    if error.is_connect() {
        return of_connecting(error, peer, progress);
    }
    match find::<hyper::Error>(error) {
        Some(hyper) if hyper.is_canceled() => hung_up(),
        Some(hyper) if hyper.is_parse() => of_protocol(hyper).after_sending(),
        _ => of_socket(error).unwrap_or_else(hung_up).after_sending(),
    }
}

/// An answer over reqwest that broke off in its body.
pub fn of_body(error: &reqwest::Error) -> Failure {
    of_socket(error).map_or_else(aborted, Failure::after_sending)
}

/// A server that closed the connection before it had answered.
pub fn hung_up() -> Failure {
    Failure::new("ECONNRESET", "socket hang up")
}

/// A server that closed the connection within its answer.
pub fn aborted() -> Failure {
    Failure::new("ECONNRESET", "aborted").after_sending()
}

/// A server whose answer has a body of more bytes than this client takes.
pub fn too_large(limit: usize) -> Failure {
    let message = format!(
        "the answer is larger than {limit} bytes, the limit of the option maxResponseSize: ask for less, or raise it"
    );
    Failure {
        spares_host: true,
        ..Failure::new("ERR_ETCD_RESPONSE_TOO_LARGE", message).after_sending()
    }
}

/// A server that does not keep to HTTP.
pub fn of_protocol(error: &dyn fmt::Display) -> Failure {
    Failure::new("HPE_INVALID_CONSTANT", format!("Parse Error: {error}"))
}

/// A server that goes over to another protocol.
pub fn switched() -> Failure {
    of_protocol(&"a switch of protocols that was not asked for")
}

/// A connection that could not be opened.
pub fn of_connecting(
    error: &(dyn StdError + 'static),
    peer: Option<&Url>,
    progress: &Progress,
) -> Failure {
    if let Some(failed) = find::<LookupFailed>(error) {
        return Failure::new(failed.code, failed.to_string())
            .with("syscall", "getaddrinfo")
            .with("hostname", failed.hostname.as_str());
    }
    if let Some(failure) = of_tls(error) {
        return failure;
    }
    match find::<io::Error>(error) {
        _ if find::<TimedOut>(error).is_some() => connect_timeout(),
        Some(cause) if cause.raw_os_error().is_some() => of_connect_call(cause, peer, progress),
        Some(cause) if cause.kind() == io::ErrorKind::TimedOut => connect_timeout(),
        _ => Failure::new(
            "ECONNRESET",
            "Client network socket disconnected before secure TLS connection was established",
        ),
    }
}

fn of_connect_call(cause: &io::Error, peer: Option<&Url>, progress: &Progress) -> Failure {
    let code = code(cause);
    let address = match (progress.address(), peer.and_then(Url::host)) {
        (Some(address), _) => address.to_string(),
        (None, Some(Host::Ipv6(address))) => address.to_string(),
        (None, host) => host.map(|host| host.to_string()).unwrap_or_default(),
    };
    let port = peer.and_then(Url::port_or_known_default);
    let port = port.unwrap_or_default();
    Failure {
        spares_host: OF_THIS_PROCESS.contains(&code),
        ..Failure::new(code, format!("connect {code} {address}:{port}"))
    }
    .with("syscall", "connect")
    .with("address", address)
    .with("port", port)
}

/// What says of this process, and not of the host, that it cannot connect.
const OF_THIS_PROCESS: [&str; 4] = ["EADDRNOTAVAIL", "EMFILE", "ENFILE", "ENOMEM"];

fn of_tls(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let cause = find::<rustls::Error>(error)?;
    if let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) = cause
        && let Some(refused) = cause.downcast_ref::<Refused>()
    {
        return Some(Failure::new(refused.code, refused.message.as_str()));
    }
    Some(Failure::new("EPROTO", format!("write EPROTO {cause}")).with("syscall", "write"))
}

fn of_socket(error: &(dyn StdError + 'static)) -> Option<Failure> {
    let cause = find::<io::Error>(error).filter(|cause| cause.raw_os_error().is_some());
    cause.map(of_io)
}

/// A read or a write that the system refused.
pub fn of_io(cause: &io::Error) -> Failure {
    let code = code(cause);
    let syscall = if code == "EPIPE" { "write" } else { "read" };
    Failure::new(code, format!("{syscall} {code}")).with("syscall", syscall)
}

/// The name of a system error. JS adds its number, which differs between systems.
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

/// Too many files are open in the process; the number is the same on every Unix.
const EMFILE: i32 = 24;
/// Too many files are open in the system; the number is the same on every Unix.
const ENFILE: i32 = 23;

/// The first error of a type in the chain of sources, and inside of I/O errors.
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
