//! The hosts of a cluster: parsed, taken in turn but for those that sit out, replaced by the list that the cluster gives.
//!
//! Pure: knows URLs and their order, never a socket. Credentials stay in here, out of every `Debug`.

use super::Host;
use super::health::Health;
use http::Uri;
use http::header::HeaderValue;
use std::time::Instant;

/// A list that a server gives is read up to here: no cluster has more hosts.
pub const MOST_FOUND: usize = 256;

/// The list of hosts that requests go to, one after the other.
#[derive(Debug, Default)]
pub struct Hosts {
    list: Vec<Host>,
    seeds: Vec<Host>,
    next: usize,
    changes: usize,
    health: Health,
}

impl Hosts {
    /// A list that starts with its first host and keeps all as its seeds.
    pub fn new(seeds: Vec<Host>) -> Self {
        Hosts {
            list: seeds.clone(),
            seeds,
            ..Hosts::default()
        }
    }

    /// The next host in turn. One that sits out is passed by, as long as not all of them do.
    pub fn pick(&mut self) -> Option<Host> {
        if self.next >= self.list.len() {
            self.next = 0;
        }
        if !self.health.is_whole() {
            self.pass_by();
        }
        let host = self.list.get(self.next).cloned();
        self.next += 1;
        host
    }

    fn pass_by(&mut self) {
        let (before, after) = self.list.split_at(self.next);
        let is_in = |host: &&Host| !self.health.is_out(host);
        let turns = after.iter().chain(before).take_while(|host| !is_in(host));
        self.next = (self.next + turns.count()) % self.list.len().max(1);
    }

    /// Whether a host sits out while another one does not.
    pub fn passes_by(&self, host: &Host) -> bool {
        self.health.is_out(host) && self.list.iter().any(|other| !self.health.is_out(other))
    }

    /// Notes that a host has failed: it sits out for a while.
    pub fn failed(&mut self, host: &Host, now: Instant) {
        self.health.failed(host, now);
    }

    /// Notes that a host has answered: it is in again.
    pub fn answered(&mut self, host: &Host) {
        self.health.answered(host);
    }

    /// A host that has sat out its time, to be probed by the caller: it is told to one only.
    pub fn due(&mut self) -> Option<Host> {
        match self.health.is_whole() {
            true => None,
            false => self.health.due(&self.list, Instant::now()),
        }
    }

    /// How many hosts there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no host at all.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The hosts in order.
    pub fn list(&self) -> &[Host] {
        &self.list
    }

    /// Replaces the list by the one that the cluster gave; an empty one changes nothing.
    /// A seed that stands in it keeps the credentials it was given with.
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

    /// Goes back to the seeds.
    pub fn fall_back(&mut self) {
        if !self.seeds.is_empty() {
            self.change(self.seeds.clone());
        }
    }

    /// How often the list has become another one.
    pub fn changes(&self) -> usize {
        self.changes
    }

    fn change(&mut self, list: Vec<Host>) {
        if list != self.list {
            self.list = list;
            self.health.keep(&self.list);
            self.changes += 1;
        }
    }

    /// The value of the `Authorization` header for a URL, if it is that of a host of the list.
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
    fn hosts_that_sit_out_are_passed_by_unless_all_do() {
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
                hosts.failed(&host, Instant::now());
            }
            let picked = expected.map(|_| hosts.pick().unwrap());
            let expected = expected.map(Host::parse);
            assert_eq!(picked, expected, "{out:?}");
        }
    }

    #[test]
    fn the_clusters_list_replaces_the_seeds_and_can_be_given_up_again() {
        let mut hosts = Hosts::new(Host::parse_list("http://u:p@a:1,b:1"));
        hosts.replace(Vec::new());
        assert_eq!(hosts.len(), 2);
        hosts.replace(Host::parse_list("http://a:1,http://c:1"));
        assert_eq!(texts(hosts.list()), ["http://u:p@a:1", "http://c:1"]);
        assert_eq!(hosts.changes(), 1);
        hosts.fall_back();
        assert_eq!(texts(hosts.list()), ["http://u:p@a:1", "http://b:1"]);
        hosts.fall_back();
        assert_eq!(hosts.changes(), 2);
    }
}
