//! Why a connection could not be opened: the name was not found, or no address could be connected to.

use super::super::connect_attempts::{Attempt, ConnectAttempts};
use super::super::dns::LookupFailed;
use super::super::proxied::{Progress, TimedOut, Unreachable};
use super::{code, connect_timeout, disconnected, find, hung_up, of_io, of_tls};
use crate::api::error::{ByAddress, Failure};
use std::error::Error as StdError;
use std::io;
use url::{Host, Url};

/// A connection that could not be opened.
pub fn of_connecting(
    error: &(dyn StdError + 'static),
    peer: Option<&Url>,
    progress: &Progress,
) -> Failure {
    if let Some(failed) = find::<LookupFailed>(error) {
        return of_lookup(failed);
    }
    if find::<Unreachable>(error).is_some() {
        return of_attempts(progress.attempts());
    }
    if let Some(failure) = of_tls(error) {
        return failure;
    }
    match find::<io::Error>(error) {
        _ if find::<TimedOut>(error).is_some() => connect_timeout_at(progress.attempts()),
        Some(cause) if is_broken(cause) => of_io(cause),
        Some(cause) if cause.raw_os_error().is_some() => of_peer(cause, peer, progress),
        Some(cause) if cause.kind() == io::ErrorKind::TimedOut => connect_timeout(),
        _ => disconnected(
            peer.and_then(Url::host_str),
            peer.and_then(Url::port_or_known_default),
        ),
    }
}

/// Whether a connection broke after it was opened.
fn is_broken(cause: &io::Error) -> bool {
    let is_of_system = cause.raw_os_error().is_some();
    is_of_system && matches!(code(cause), "ECONNRESET" | "EPIPE")
}

/// The time to connect is over. The message names each address that was tried, if there are several.
pub fn connect_timeout_at(attempts: &ConnectAttempts) -> Failure {
    let failures = attempts.map(of_attempt);
    match failures.len() {
        0 | 1 => connect_timeout(),
        _ => Failure {
            message: format!("ETIMEDOUT: {}", messages(&failures)),
            errors: Some(Box::new(ByAddress(failures))),
            ..connect_timeout()
        },
    }
}

/// No address of a host could be connected to. The code and the fields are those of the first address, as in Node.
pub fn of_attempts(attempts: &ConnectAttempts) -> Failure {
    let failures = attempts.map(of_attempt);
    let Some(first) = failures.first() else {
        return hung_up();
    };
    match failures.len() {
        1 => first.clone(),
        _ => Failure {
            message: messages(&failures),
            spares_host: failures.iter().all(|failure| failure.spares_host),
            errors: Some(Box::new(ByAddress(failures.clone()))),
            ..first.clone()
        },
    }
}

fn messages(failures: &[Failure]) -> String {
    let messages: Vec<&str> = failures.iter().map(|one| one.message.as_str()).collect();
    messages.join(", ")
}

/// A failed attempt, or one whose time is over.
fn of_attempt(attempt: &Attempt) -> Failure {
    let code = attempt.error.as_ref().map_or("ETIMEDOUT", code);
    let address = attempt.address;
    of_connect_call(code, address.ip().to_string(), address.port())
}

fn of_peer(cause: &io::Error, peer: Option<&Url>, progress: &Progress) -> Failure {
    let address = match (progress.address(), peer.and_then(Url::host)) {
        (Some(address), _) => address.to_string(),
        (None, Some(Host::Ipv6(address))) => address.to_string(),
        (None, host) => host.map(|host| host.to_string()).unwrap_or_default(),
    };
    let port = peer.and_then(Url::port_or_known_default);
    of_connect_call(code(cause), address, port.unwrap_or_default())
}

fn of_connect_call(code: &str, address: String, port: u16) -> Failure {
    Failure {
        spares_host: OF_THIS_PROCESS.contains(&code),
        ..Failure::new(code, format!("connect {code} {address}:{port}"))
    }
    .with("syscall", "connect")
    .with("address", address)
    .with("port", port)
}

/// A name that was not found.
pub fn of_lookup(failed: &LookupFailed) -> Failure {
    Failure::new(failed.code, failed.to_string())
        .with("syscall", "getaddrinfo")
        .with("hostname", failed.hostname.as_str())
}

/// Codes that concern this process and not the host.
const OF_THIS_PROCESS: [&str; 4] = ["EADDRNOTAVAIL", "EMFILE", "ENFILE", "ENOMEM"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    /// Attempts at ports 1, 2, …: failed with these errors, or still running.
    fn attempts(errors: &[Option<io::ErrorKind>]) -> ConnectAttempts {
        let noted = ConnectAttempts::default();
        let attempts: Vec<(SocketAddr, _)> = (1..)
            .zip(errors)
            .map(|(port, error)| (([10, 0, 0, 1], port).into(), *error))
            .collect();
        let addresses: Vec<SocketAddr> = attempts.iter().map(|(address, _)| *address).collect();
        noted.note_addresses(&addresses);
        for (address, error) in attempts {
            if let Some(kind) = error {
                noted.note_failure(address, kind.into());
            }
        }
        noted
    }

    #[test]
    fn a_host_is_spared_where_this_process_could_not_ask_any_of_its_addresses() {
        use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, OutOfMemory};
        let table: [(&[_], bool); 4] = [
            (&[Some(AddrNotAvailable)], true),
            (&[Some(AddrNotAvailable), Some(OutOfMemory)], true),
            (&[Some(AddrNotAvailable), Some(ConnectionRefused)], false),
            (&[Some(ConnectionRefused)], false),
        ];
        for (errors, spares_host) in table {
            let failure = of_attempts(&attempts(errors));
            assert_eq!(failure.spares_host, spares_host, "{errors:?}");
            assert_eq!(failure.errors.is_some(), errors.len() > 1);
        }
    }

    #[test]
    fn a_timeout_names_the_addresses_where_there_are_several() {
        let refused = Some(io::ErrorKind::ConnectionRefused);
        let table: [(&[_], &str); 3] = [
            (&[], "ETIMEDOUT"),
            (&[None], "ETIMEDOUT"),
            (
                &[refused, None],
                "ETIMEDOUT: connect ECONNREFUSED 10.0.0.1:1, connect ETIMEDOUT 10.0.0.1:2",
            ),
        ];
        for (errors, message) in table {
            let failure = connect_timeout_at(&attempts(errors));
            assert_eq!(failure.message, message);
            assert_eq!(failure.fields, connect_timeout().fields);
        }
    }
}
