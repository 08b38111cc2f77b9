//! Failures of HTTP/2, and of hosts that do not speak it.

use super::{aborted, find, hung_up};
use crate::api::error::{Delivery, Failure};
use rustls::AlertDescription;
use std::io;

/// How a host shows that it speaks no HTTP/2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoHttp2 {
    /// ALPN did not choose it (RFC 7301).
    NotChosen,
    /// The host answers the preface in another protocol.
    OtherAnswer,
    /// The host closes the connection without any answer to the preface.
    Closed,
}

/// A host that speaks no HTTP/2 where it must. No request was sent to it.
///
/// A host that closes the connection may also be a proxy whose etcd is restarting: such a failure passes, and has a code of Node.
pub fn no_http2(how: NoHttp2) -> Failure {
    let how = match how {
        NoHttp2::NotChosen => "TLS did not choose the protocol h2 (ALPN)",
        NoHttp2::OtherAnswer => "the host answered in another protocol",
        NoHttp2::Closed => {
            return Failure::new(
                "ECONNRESET",
                "the host closed the connection before its SETTINGS: it is not up, or the port speaks no HTTP/2, which gRPC needs",
            );
        }
    };
    Failure::new(
        "ERR_ETCD_NO_GRPC",
        format!("the port speaks no HTTP/2, which gRPC needs: {how}"),
    )
}

/// A server that ended the handshake because it speaks no HTTP/2, the only protocol that it was offered.
pub fn of_refused_protocol(cause: &io::Error) -> Option<Failure> {
    match find::<rustls::Error>(cause)? {
        rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol) => {
            Some(no_http2(NoHttp2::NotChosen))
        }
        _ => None,
    }
}

/// A request over HTTP/2 that failed before its answer. `fault` is the failure of its connection, if it is known.
pub fn of_stream(error: &h2::Error, fault: Option<Failure>) -> Failure {
    match is_unprocessed(error) {
        true => Failure {
            spares_host: is_graceful(error) || is_refused(error),
            ..hung_up().with_delivery(Delivery::Unprocessed)
        },
        false => fault.unwrap_or_else(hung_up).after_sending(),
    }
}

/// An answer over HTTP/2 whose body was cut off.
pub fn of_stream_body(fault: Option<Failure>) -> Failure {
    fault.map_or_else(aborted, Failure::after_sending)
}

/// Whether the server states that it did not process a request (RFC 9113 §8.7). h2 gives the error of a `GOAWAY` only to streams above
/// its last one.
fn is_unprocessed(error: &h2::Error) -> bool {
    error.is_remote() && (error.is_go_away() || is_refused(error))
}

/// Whether a healthy server has no room for the request at this moment.
fn is_refused(error: &h2::Error) -> bool {
    error.reason() == Some(h2::Reason::REFUSED_STREAM)
}

/// Whether a server ends a connection without an error, as after a number of requests (RFC 9113 §6.8).
pub fn is_graceful(error: &h2::Error) -> bool {
    error.is_remote() && error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR)
}
