//! Finds the address at which a proxy can be reached, for reqwest, whose own connector tries one address of a name after
//! the other, each until the system gives up.

use super::dial::connect;
use super::dns::addresses;
use super::progress::Progress;
use super::race;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error as StdError;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

/// Looks up the names of proxies.
#[derive(Debug)]
pub struct ProxyResolver {
    /// What bounds connecting, the look-up included.
    pub limit: Option<Duration>,
}

/// No address of a proxy could be connected to: the [`Progress`] has why.
#[derive(Debug)]
pub struct Unreachable;

impl Resolve for ProxyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (progress, limit) = (Progress::current(), self.limit);
        Box::pin(async move {
            let mut found = addresses(name.as_str().to_owned()).await?;
            if let Some(progress) = progress {
                found = reachable(found, limit, &progress).await?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The address that a connection is opened to. Where a name has several, one that connects now: the connection itself
/// cannot be handed over, so it is closed again.
async fn reachable(
    mut addresses: Vec<SocketAddr>,
    limit: Option<Duration>,
    progress: &Progress,
) -> Result<Vec<SocketAddr>, Unreachable> {
    if let (Some(port), 2..) = (progress.port(), addresses.len()) {
        addresses.iter_mut().for_each(|it| it.set_port(port));
        let delay = race::delay(limit, addresses.len());
        let try_address = async |address| connect(address).await.map(|_| address);
        let connected = race::first_connected(addresses, delay, progress, try_address).await;
        addresses = vec![connected.ok_or(Unreachable)?];
    }
    if let Some(last) = addresses.last() {
        progress.note_address(last.ip());
    }
    Ok(addresses)
}

impl StdError for Unreachable {}

impl fmt::Display for Unreachable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("no address of the proxy could be connected to")
    }
}
