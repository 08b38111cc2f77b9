//! Learns which hosts withhold the header section of a wait's answer until the event, as etcd's `--proxy on` and buffering
//! reverse proxies do.
//!
//! At such a host a wait cannot tell when it is registered, and each write would wait for the registration in vain. So writes
//! overtake the waits of such a host: an applied write tells the wait the index from which it re-polls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A header section that takes longer was withheld. Writes wait for a registration as long.
const LATE: Duration = Duration::from_secs(1);

/// A body that ends this long after its header section proves that the host does not withhold header sections.
const APART: Duration = Duration::from_millis(100);

/// The number of hosts that are remembered: no cluster has more.
const MOST: usize = 256;

/// The hosts that waits were sent to, and whether they withhold header sections.
#[derive(Debug, Default)]
pub struct Withholding(Mutex<Vec<Known>>);

#[derive(Debug)]
struct Known {
    endpoint: String,
    withholds: bool,
}

/// Times the header section of one poll. A header section that is late when it arrives, or when the poll is dropped, was
/// withheld.
#[derive(Debug)]
pub struct HeaderTimer<'a> {
    withholding: &'a Withholding,
    /// The host that the poll was sent to, and when.
    sent: Option<(usize, Instant)>,
}

impl Withholding {
    /// A timer for a poll that has not been sent yet.
    pub fn timer(&self) -> HeaderTimer<'_> {
        HeaderTimer {
            withholding: self,
            sent: None,
        }
    }

    /// Notes the end of a poll whose header section arrived at this moment: the host withholds nothing if the body came later.
    pub fn note_body(&self, endpoint: &str, headers: Instant) {
        if headers.elapsed() < APART {
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

impl HeaderTimer<'_> {
    /// Notes that the poll is sent to a host. True if that host withholds header sections.
    pub fn start(&mut self, endpoint: &str) -> bool {
        self.end();
        let position = self.withholding.position(endpoint);
        self.sent = position.map(|at| (at, Instant::now()));
        position.is_some_and(|at| self.withholding.known()[at].withholds)
    }

    /// Notes a header section that was late.
    fn end(&mut self) {
        if let Some((at, since)) = self.sent.take()
            && since.elapsed() >= LATE
        {
            self.withholding.known()[at].withholds = true;
        }
    }
}

impl Drop for HeaderTimer<'_> {
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
        let withholds = |endpoint| all.timer().start(endpoint);
        let mut timer = all.timer();
        assert!(!timer.start("a"));
        advance(LATE).await;
        drop(timer);
        assert!(withholds("a") && !withholds("b"));
        let headers = Instant::now();
        all.note_body("a", headers);
        assert!(withholds("a"));
        advance(APART).await;
        all.note_body("a", headers);
        assert!(!withholds("a"));
    }

    #[tokio::test(start_paused = true)]
    async fn each_host_that_a_poll_is_sent_to_has_its_own_time() {
        let all = Withholding::default();
        let mut timer = all.timer();
        timer.start("a");
        advance(LATE).await;
        timer.start("b");
        drop(timer);
        assert!(all.timer().start("a"));
        assert!(!all.timer().start("b"));
    }

    #[test]
    fn the_hosts_that_are_remembered_are_bounded() {
        let all = Withholding::default();
        for host in 0..2 * MOST {
            assert!(!all.timer().start(&host.to_string()));
        }
        assert_eq!(all.known().len(), MOST);
    }
}
