//! Looks names up as Node.js does, by the system's resolver, and keeps its reason when it fails.

use super::progress::Progress;
use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType, getaddrinfo};
use hyper_util::client::legacy::connect::dns::Name as HyperName;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::IntoIter;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The system's resolver, for both HTTP clients.
#[derive(Debug, Clone, Copy)]
pub struct SystemResolver;

/// A name that has no address, and the code that Node.js gives for it.
#[derive(Debug, Clone)]
pub struct LookupFailed {
    pub hostname: String,
    pub code: &'static str,
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = addresses(name.as_str().to_owned()).await?;
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

impl Service<HyperName> for SystemResolver {
    type Response = IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: HyperName) -> Self::Future {
        Box::pin(addresses(name.as_str().to_owned()))
    }
}

async fn addresses(hostname: String) -> Result<IntoIter<SocketAddr>, BoxError> {
    let addresses = tokio::task::spawn_blocking(move || look_up(&hostname)).await??;
    if let Some(last) = addresses.last() {
        Progress::note_address(last.ip());
    }
    Ok(addresses.into_iter())
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
