//! Finds the address of a proxy that can be connected to, for reqwest: its own connector tries the addresses of a name one after
//! the other, each until the system gives up.

use super::super::dial::connect;
use super::super::dns::addresses;
use super::super::race;
use super::progress::Progress;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error as StdError;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The time for which an address that has connected is used again, without another attempt to connect.
const REMEMBERED: Duration = Duration::from_secs(10);

/// Looks up the names of proxies.
#[derive(Debug)]
pub struct ProxyResolver {
    /// Bounds connecting, the look-up included.
    pub limit: Option<Duration>,
    pub connected: Arc<ConnectedAddresses>,
}

/// The address of each proxy's name that connected last, until a connection fails.
#[derive(Debug, Default)]
pub struct ConnectedAddresses(Mutex<Vec<(String, SocketAddr, Instant)>>);

impl ConnectedAddresses {
    /// Forgets all addresses: one of them may have failed.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn note(&self, name: &str, winner: SocketAddr) {
        let mut winners = self.lock();
        winners.retain(|(other, address, _)| other != name || address.port() != winner.port());
        winners.push((name.to_owned(), winner, Instant::now()));
    }

    /// The address of a name that connected last, if it is still one of these.
    fn among(&self, name: &str, addresses: &[SocketAddr]) -> Option<SocketAddr> {
        let winners = self.lock();
        let mut current = winners.iter().filter(|(other, address, since)| {
            other == name && addresses.contains(address) && since.elapsed() < REMEMBERED
        });
        current.next().map(|(_, address, _)| *address)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, SocketAddr, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No address of a proxy could be connected to. The [`Progress`] has the reasons.
#[derive(Debug)]
pub struct Unreachable;

impl Resolve for ProxyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (progress, limit, winners) = (Progress::current(), self.limit, self.connected.clone());
        Box::pin(async move {
            let begun = Instant::now();
            let mut found = addresses(name.as_str().to_owned()).await?;
            if let Some(progress) = progress {
                let delay = race::delay(limit, begun, found.len());
                found = reachable(name.as_str(), found, delay, &progress, &winners).await?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The address that a connection is opened to. Where a name has several, one that connects now, or has done so a moment ago:
/// the connection itself cannot be handed over, so it is closed again.
async fn reachable(
    name: &str,
    mut addresses: Vec<SocketAddr>,
    delay: Duration,
    progress: &Progress,
    winners: &ConnectedAddresses,
) -> Result<Vec<SocketAddr>, Unreachable> {
    if let (Some(port), 2..) = (progress.port(), addresses.len()) {
        addresses.iter_mut().for_each(|it| it.set_port(port));
        let known = winners.among(name, &addresses);
        let winner = match known {
            Some(winner) => winner,
            None => first_reachable(addresses, delay, progress).await?,
        };
        if known.is_none() {
            winners.note(name, winner);
        }
        addresses = vec![winner];
    }
    if let Some(last) = addresses.last() {
        progress.note_address(last.ip());
    }
    Ok(addresses)
}

async fn first_reachable(
    addresses: Vec<SocketAddr>,
    delay: Duration,
    progress: &Progress,
) -> Result<SocketAddr, Unreachable> {
    let connected = race::first_connected(addresses, delay, progress.attempts(), connect).await;
    let peer = connected.and_then(|stream| stream.peer_addr().ok());
    peer.ok_or(Unreachable)
}

impl StdError for Unreachable {}

impl fmt::Display for Unreachable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("no address of the proxy could be connected to")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn a_winner_is_remembered_for_its_name_and_port_for_ten_seconds_or_until_one_fails() {
        let at = |last, port| SocketAddr::from(([127, 0, 0, last], port));
        let winners = ConnectedAddresses::default();
        let both = [at(1, 80), at(2, 80)];
        winners.note("p", at(2, 80));
        assert_eq!(winners.among("p", &both), Some(at(2, 80)));
        assert_eq!(winners.among("q", &both), None);
        assert_eq!(winners.among("p", &[at(1, 81), at(2, 81)]), None);
        assert_eq!(winners.among("p", &[at(1, 80), at(3, 80)]), None);
        advance(REMEMBERED).await;
        assert_eq!(winners.among("p", &both), None);
        winners.note("p", at(2, 80));
        winners.forget();
        assert_eq!(winners.among("p", &both), None);
    }
}
