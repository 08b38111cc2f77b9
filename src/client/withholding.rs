//! Learns which hosts hold back the header section of a wait's answer until the event comes, as etcd's `--proxy on` and
//! reverse proxies that buffer do.
//!
//! There a wait cannot tell when it is registered, and each write would wait for it in vain. A wait of such a host is
//! overtaken instead: a write that is applied tells it the index from which it polls again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A header section that takes longer was held back: as long as writes wait for a wait.
const LATE: Duration = Duration::from_secs(1);

/// A body that comes so long after its header section shows that its host does not hold back header sections. One that
/// comes with it shows nothing.
const APART: Duration = Duration::from_millis(100);

/// How many hosts are remembered: no cluster has more.
const MOST: usize = 256;

/// The hosts that waits were sent to, and whether they hold back header sections.
#[derive(Debug, Default)]
pub struct Withholding(Mutex<Vec<Known>>);

#[derive(Debug)]
struct Known {
    endpoint: String,
    withholds: bool,
}

/// The header section that a poll waits for. One that is late when it comes, or when the poll is given up, was held back.
#[derive(Debug)]
pub struct Head<'a> {
    withholding: &'a Withholding,
    /// Which host was asked, and since when.
    asked: Option<(usize, Instant)>,
}

impl Withholding {
    /// The header section of a poll that has not been sent yet.
    pub fn head(&self) -> Head<'_> {
        Head {
            withholding: self,
            asked: None,
        }
    }

    /// A poll has ended whose header section came at a moment: if its body was apart from that, the host is forgotten.
    pub fn ended(&self, endpoint: &str, head: Instant) {
        if head.elapsed() < APART {
            return;
        }
        let mut known = self.known();
        let found = known.iter_mut().find(|known| known.endpoint == endpoint);
        if let Some(host) = found {
            host.withholds = false;
        }
    }

    fn position(&self, endpoint: &str) -> Option<usize> {
        let mut known = self.known();
        let found = known.iter().position(|known| known.endpoint == endpoint);
        if found.is_some() || known.len() == MOST {
            return found;
        }
        known.push(Known {
            endpoint: endpoint.to_owned(),
            withholds: false,
        });
        Some(known.len() - 1)
    }

    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Head<'_> {
    /// The poll is sent to a host. True where that holds back header sections.
    pub fn ask(&mut self, endpoint: &str) -> bool {
        self.end();
        let position = self.withholding.position(endpoint);
        self.asked = position.map(|at| (at, Instant::now()));
        position.is_some_and(|at| self.withholding.known()[at].withholds)
    }

    /// Notes a header section that is late.
    fn end(&mut self) {
        if let Some((at, since)) = self.asked.take()
            && since.elapsed() >= LATE
        {
            self.withholding.known()[at].withholds = true;
        }
    }
}

impl Drop for Head<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    #[tokio::test(start_paused = true)]
    async fn a_host_withholds_headers_until_a_body_is_apart_from_them() {
        let all = Withholding::default();
        let withholds = |endpoint| all.head().ask(endpoint);
        let mut head = all.head();
        assert!(!head.ask("a"));
        advance(LATE).await;
        drop(head);
        assert!(withholds("a") && !withholds("b"));
        let head = Instant::now();
        all.ended("a", head);
        assert!(withholds("a"));
        advance(APART).await;
        all.ended("a", head);
        assert!(!withholds("a"));
    }

    #[tokio::test(start_paused = true)]
    async fn each_host_that_a_poll_is_sent_to_has_its_own_time() {
        let all = Withholding::default();
        let mut head = all.head();
        head.ask("a");
        advance(LATE).await;
        head.ask("b");
        drop(head);
        assert!(all.head().ask("a"));
        assert!(!all.head().ask("b"));
    }

    #[test]
    fn the_hosts_that_are_remembered_are_bounded() {
        let all = Withholding::default();
        for host in 0..2 * MOST {
            assert!(!all.head().ask(&host.to_string()));
        }
        assert_eq!(all.known().len(), MOST);
    }
}
