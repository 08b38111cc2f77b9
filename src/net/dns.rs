//! Looks names up by the system's resolver, as Node does, and keeps the reason of a failure.

use super::race::interleaved;
use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType, getaddrinfo};
use std::fmt;
use std::net::SocketAddr;

/// The most addresses of a name that are tried: each one takes a socket, a share of the time limit and a part of the error's message,
/// and a name server chooses their number. 16 attempts, 10 ms apart, take 160 ms.
const MOST_ADDRESSES: usize = 16;

/// A name without an address, and Node's code for it.
#[derive(Debug, Clone)]
pub struct LookupFailed {
    pub hostname: String,
    pub code: &'static str,
}

/// The addresses of a name, in the order of the attempts.
pub async fn addresses(hostname: String) -> Result<Vec<SocketAddr>, LookupFailed> {
    let name = hostname.clone();
    let found = tokio::task::spawn_blocking(move || look_up(&name)).await;
    // The runtime has ended before the look-up started.
    let code = "EAI_FAIL";
    let found = found.unwrap_or(Err(LookupFailed { hostname, code }));
    Ok(to_try(found?))
}

/// The addresses to try, each once, in the order of the attempts.
fn to_try(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let mut chosen = Vec::with_capacity(found.len().min(MOST_ADDRESSES));
    for address in interleaved(found) {
        if chosen.len() < MOST_ADDRESSES && !chosen.contains(&address) {
            chosen.push(address);
        }
    }
    chosen
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

/// `EAI_NONAME` and `EAI_NODATA` are `ENOTFOUND` in Node; other codes keep their names.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn v4(last: u8) -> SocketAddr {
        ([10, 0, 0, last], 0).into()
    }

    fn v6(last: u16) -> SocketAddr {
        ([0xfd00, 0, 0, 0, 0, 0, 0, last], 0).into()
    }

    #[test]
    fn addresses_are_tried_once_each_with_the_families_in_turn() {
        let found = vec![v6(1), v6(1), v6(2), v6(2), v4(1), v4(1), v4(2)];
        assert_eq!(to_try(found), [v6(1), v4(1), v6(2), v4(2)]);
    }

    #[test]
    fn sixteen_addresses_of_a_name_are_tried_of_both_families() {
        let found = (1..=200).map(v4).chain((1..=200).map(v6));
        let chosen = to_try(found.collect());
        assert_eq!(chosen.len(), 16);
        assert_eq!(chosen.iter().filter(|it| it.is_ipv6()).count(), 8);
    }
}
