//! Looks names up as Node.js does, by the system's resolver, and keeps its reason when it fails.

use super::progress::Progress;
use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType, getaddrinfo};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::net::SocketAddr;

/// The system's resolver.
pub struct SystemResolver;

/// A name that has no address, and the code that Node.js gives for it.
#[derive(Debug, Clone)]
pub struct LookupFailed {
    pub hostname: String,
    pub code: &'static str,
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let hostname = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::task::spawn_blocking(move || look_up(&hostname)).await?;
            let addresses = found?;
            if let Some(last) = addresses.last() {
                Progress::note_address(last.ip());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
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
    let addresses: Vec<SocketAddr> = found.flatten().map(|info| info.sockaddr).collect();
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
