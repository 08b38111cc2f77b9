//! Looks names up as Node.js does, by the system's resolver, and keeps its reason when it fails.

use super::race::interleaved;
use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType, getaddrinfo};
use std::fmt;
use std::net::SocketAddr;

/// A name that has no address, and the code that Node.js gives for it.
#[derive(Debug, Clone)]
pub struct LookupFailed {
    pub hostname: String,
    pub code: &'static str,
}

/// The addresses of a name, in the order in which they are tried.
pub async fn addresses(hostname: String) -> Result<Vec<SocketAddr>, LookupFailed> {
    let name = hostname.clone();
    let found = tokio::task::spawn_blocking(move || look_up(&name)).await;
    // The runtime ends before the look-up has begun.
    let code = "EAI_FAIL";
    let found = found.unwrap_or(Err(LookupFailed { hostname, code }));
    Ok(interleaved(found?))
}

fn look_up(hostname: &str) -> Result<Vec<SocketAddr>, LookupFailed> {
    let hints = AddrInfoHints {
        socktype: SockType::Stream.into(),
        ..AddrInfoHints::default()
    };
    let failed = |code| LookupFailed {
        hostname: hostname.to_owned(),
        code,
    };
    let found = getaddrinfo(Some(hostname), None, Some(hints))
        .map_err(|error| failed(code(error.kind())))?;
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for info in found.flatten() {
        if !addresses.contains(&info.sockaddr) {
            addresses.push(info.sockaddr);
        }
    }
    if addresses.is_empty() {
        return Err(failed("ENOTFOUND"));
    }
    Ok(addresses)
}

/// `EAI_NONAME` and `EAI_NODATA` are `ENOTFOUND` in Node.js; the others keep their names.
fn code(kind: LookupErrorKind) -> &'static str {
    match kind {
        LookupErrorKind::Again => "EAI_AGAIN",
        LookupErrorKind::Badflags => "EAI_BADFLAGS",
        LookupErrorKind::Fail => "EAI_FAIL",
        LookupErrorKind::Family => "EAI_FAMILY",
        LookupErrorKind::Memory => "EAI_MEMORY",
        LookupErrorKind::Service => "EAI_SERVICE",
        LookupErrorKind::Socktype => "EAI_SOCKTYPE",
        _ => "ENOTFOUND",
    }
}

impl std::error::Error for LookupFailed {}

impl fmt::Display for LookupFailed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "getaddrinfo {} {}", self.code, self.hostname)
    }
}
