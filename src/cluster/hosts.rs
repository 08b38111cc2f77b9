//! The list of hosts: its order, the turn of each host, and its replacement by the list that the cluster gives.
//!
//! Pure: knows URLs and their order, never a socket. No `Debug` output shows credentials.

use super::Host;
use super::quarantine::Quarantine;
use http::Uri;
use http::header::HeaderValue;
use std::time::Instant;

/// The hosts of a list that a server gives, at most: no cluster has more.
pub const MOST_FOUND: usize = 256;

/// The list of hosts that requests go to, in turn.
#[derive(Debug, Default)]
pub struct Hosts {
    list: Vec<Host>,
    /// The hosts that the caller gave.
    seeds: Vec<Host>,
    /// Whose turn it is.
    next: usize,
    version: usize,
    quarantine: Quarantine,
}

impl Hosts {
    /// A list of the hosts that the caller gave. The first one has the first turn.
    pub fn new(seeds: Vec<Host>) -> Self {
        Hosts {
            list: seeds.clone(),
            seeds,
            ..Hosts::default()
        }
    }

    /// The same list; this host of it has the first turn.
    pub fn beginning_at(mut self, first: &Host) -> Self {
        let at = self.list.iter().position(|host| host == first);
        self.next = at.unwrap_or_default();
        self
    }

    /// The next host in turn. A host in quarantine is passed over, unless all hosts are in quarantine.
    pub fn pick(&mut self) -> Option<Host> {
        if self.next >= self.list.len() {
            self.next = 0;
        }
        if !self.quarantine.is_empty() {
            self.pass_over_quarantined();
        }
        let host = self.list.get(self.next).cloned();
        self.next += 1;
        host
    }

    fn pass_over_quarantined(&mut self) {
        let (before, after) = self.list.split_at(self.next);
        let is_out = |host: &&Host| self.quarantine.contains(host);
        let turns = after.iter().chain(before).take_while(is_out);
        self.next = (self.next + turns.count()) % self.list.len().max(1);
    }

    /// Whether a host is in quarantine while another one is not.
    pub fn passes_over(&self, host: &Host) -> bool {
        let is_out = |host| self.quarantine.contains(host);
        is_out(host) && !self.list.iter().all(is_out)
    }

    /// Puts a host that has failed into quarantine.
    pub fn quarantine(&mut self, host: &Host, now: Instant) {
        self.quarantine.enter(host, now);
    }

    /// Releases a host that has answered from quarantine.
    pub fn release(&mut self, host: &Host) {
        self.quarantine.leave(host);
    }

    /// A host whose quarantine is over, for the caller to probe. Each host is given to one caller only.
    pub fn due_for_probe(&mut self) -> Option<Host> {
        match self.quarantine.is_empty() {
            true => None,
            false => self.quarantine.due_for_probe(&self.list, Instant::now()),
        }
    }

    /// The number of hosts.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no host at all.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The hosts in order, as they were given.
    pub fn texts(&self) -> Vec<String> {
        let texts = self.list.iter().map(|host| host.text().to_owned());
        texts.collect()
    }

    /// The hosts in order.
    pub fn list(&self) -> &[Host] {
        &self.list
    }

    /// Replaces the list by the list that the cluster gave; an empty one changes nothing. A seed in it keeps the credentials
    /// that the caller gave.
    pub fn replace(&mut self, hosts: Vec<Host>) {
        if hosts.is_empty() {
            return;
        }
        let seeds = &self.seeds;
        let known = |host: Host| {
            let seed = seeds.iter().find(|seed| seed.is_at(&host));
            seed.cloned().unwrap_or(host)
        };
        let list = hosts.into_iter().map(known).collect();
        self.change(list);
    }

    /// Makes the seeds the list again.
    pub fn restore_seeds(&mut self) {
        if !self.seeds.is_empty() {
            self.change(self.seeds.clone());
        }
    }

    /// Increases with each change of the list.
    pub fn version(&self) -> usize {
        self.version
    }

    fn change(&mut self, list: Vec<Host>) {
        if list != self.list {
            self.list = list;
            self.quarantine.keep_only(&self.list);
            self.version += 1;
        }
    }

    /// The value of the `Authorization` header for a URL, if it is the URL of a host of the list.
    pub fn authorization(&self, uri: &Uri) -> Option<HeaderValue> {
        self.list.iter().find_map(|host| host.authorization(uri))
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(hosts: &[Host]) -> Vec<&str> {
        hosts.iter().map(Host::text).collect()
    }

    #[test]
    fn credentials_are_decoded_and_go_to_their_own_host_only() {
        let hosts = Hosts::new(Host::parse_list("http://u:p%40ss@a:1,b:1"));
        let at = |url| {
            let header = hosts.authorization(&Uri::try_from(url).unwrap());
            header.map(|header| header.to_str().unwrap().to_owned())
        };
        assert_eq!(at("http://a:1/x").as_deref(), Some("Basic dTpwQHNz"));
        for other in ["http://b:1/", "http://a:2/", "https://a:1/", "http://c:1/"] {
            assert_eq!(at(other), None, "{other}");
        }
    }

    #[test]
    fn credentials_do_not_show_in_debug() {
        let shown = format!(
            "{:?}",
            Hosts::new(Host::parse_list("http://user:secret@h:1"))
        );
        assert!(
            !shown.contains("secret") && !shown.contains("user"),
            "{shown}"
        );
    }

    #[test]
    fn hosts_are_taken_in_turn() {
        let mut hosts = Hosts::new(Host::parse_list("a,b"));
        let picked: Vec<Host> = (0..3).filter_map(|_| hosts.pick()).collect();
        assert_eq!(
            texts(&picked),
            ["http://a:4001", "http://b:4001", "http://a:4001"]
        );
        assert!(Hosts::default().pick().is_none());
    }

    #[test]
    fn a_host_can_have_the_first_turn() {
        for (first, expected) in [("a", ["a", "b"]), ("b", ["b", "a"]), ("c", ["a", "b"])] {
            let hosts = Hosts::new(Host::parse_list("a,b"));
            let mut hosts = hosts.beginning_at(&Host::parse(first));
            let picked = [hosts.pick().unwrap(), hosts.pick().unwrap()];
            assert_eq!(picked, expected.map(Host::parse), "{first}");
        }
    }

    #[test]
    fn hosts_in_quarantine_are_passed_over_unless_all_are() {
        let table: [(&[usize], [&str; 4]); 5] = [
            (&[], ["a", "b", "c", "a"]),
            (&[0], ["b", "c", "b", "c"]),
            (&[1], ["a", "c", "a", "c"]),
            (&[1, 2], ["a", "a", "a", "a"]),
            (&[0, 1, 2], ["a", "b", "c", "a"]),
        ];
        for (out, expected) in table {
            let mut hosts = Hosts::new(Host::parse_list("a,b,c"));
            for at in out {
                let host = hosts.list()[*at].clone();
                hosts.quarantine(&host, Instant::now());
            }
            let picked = expected.map(|_| hosts.pick().unwrap());
            let expected = expected.map(Host::parse);
            assert_eq!(picked, expected, "{out:?}");
        }
    }

    #[test]
    fn the_list_of_the_cluster_replaces_the_seeds_which_can_be_restored() {
        let mut hosts = Hosts::new(Host::parse_list("http://u:p@a:1,b:1"));
        hosts.replace(Vec::new());
        assert_eq!(hosts.len(), 2);
        hosts.replace(Host::parse_list("http://a:1,http://c:1"));
        assert_eq!(texts(hosts.list()), ["http://u:p@a:1", "http://c:1"]);
        assert_eq!(hosts.version(), 1);
        hosts.restore_seeds();
        assert_eq!(texts(hosts.list()), ["http://u:p@a:1", "http://b:1"]);
        hosts.restore_seeds();
        assert_eq!(hosts.version(), 2);
    }
}
