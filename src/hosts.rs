//! The hosts of a cluster: parsed, taken in turn, replaced by the list that the cluster gives.
//!
//! Pure: knows URLs and their order, never a socket. Credentials stay in here, out of every `Debug`.

use base64::prelude::{BASE64_STANDARD, Engine};
use percent_encoding::percent_decode_str;
use std::fmt;
use url::Url;

/// The port of a host that names none: the client port of etcd 0.x, which etcdjs adds.
const DEFAULT_PORT: &str = ":4001";

/// One host as it was given.
#[derive(Clone, PartialEq)]
pub struct Host {
    text: String,
    base: Option<Base>,
}

#[derive(Clone, PartialEq)]
struct Base {
    /// Scheme, host, port and path, with no slash at the end and no credentials.
    url: String,
    origin: String,
    authorization: Option<String>,
}

impl Host {
    /// The hosts that a string names: one, or several with commas between them.
    pub fn parse_list(text: &str) -> Vec<Host> {
        let whole = Host::parse(text);
        let is_one = !text.contains(',')
            || whole
                .base
                .as_ref()
                .is_some_and(|base| !base.url.contains(','));
        if is_one {
            return vec![whole];
        }
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts.map(Host::parse).collect()
    }

    /// One host: `name`, `name:port`, `[::1]`, `user:pass@name`, a URL with or without a path.
    /// What is no URL is kept too: it fails when a request is sent to it.
    pub fn parse(text: &str) -> Host {
        let text = normalize(text.trim());
        let base = Base::parse(&text);
        Host { text, base }
    }

    /// The host as `store._hosts` shows it: a scheme, credentials if any, a port.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The URL without credentials, or the text where it is no URL.
    pub fn endpoint(&self) -> &str {
        self.base.as_ref().map_or(&self.text, |base| &base.url)
    }

    /// The URL of a path on this host; `None` where the host is no `http` or `https` URL.
    pub fn url(&self, path: &str) -> Option<Url> {
        let base = self.base.as_ref()?;
        Url::parse(&format!("{}{path}", base.url)).ok()
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.base {
            Some(base) => base.url.fmt(out),
            None => out.write_str("(not a URL)"),
        }
    }
}

impl Base {
    fn parse(text: &str) -> Option<Base> {
        let mut url = Url::parse(text).ok()?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return None;
        }
        let authorization = authorization(&url);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        url.set_fragment(None);
        Some(Base {
            url: url.as_str().trim_end_matches('/').to_owned(),
            origin: url.origin().ascii_serialization(),
            authorization,
        })
    }
}

/// Adds the scheme and the port that are missing and drops one trailing slash.
fn normalize(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let address = authority
        .rsplit_once('@')
        .map_or(authority, |(_, address)| address);
    let after_brackets = address.rsplit_once(']').map_or(address, |(_, port)| port);
    let port = if after_brackets.contains(':') {
        ""
    } else {
        DEFAULT_PORT
    };
    format!("{scheme}://{authority}{port}{path}")
}

/// The Basic credentials of a URL's userinfo, as an `Authorization` header has them.
fn authorization(url: &Url) -> Option<String> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut credentials: Vec<u8> = percent_decode_str(url.username()).collect();
    credentials.push(b':');
    credentials.extend(percent_decode_str(url.password().unwrap_or("")));
    Some(format!("Basic {}", BASE64_STANDARD.encode(&credentials)))
}

/// The list of hosts that requests go to, one after the other.
#[derive(Debug, Default)]
pub struct Hosts {
    list: Vec<Host>,
    seeds: Vec<Host>,
    next: usize,
}

impl Hosts {
    /// A list that starts with its first host and keeps all as its seeds.
    pub fn new(seeds: Vec<Host>) -> Self {
        Hosts {
            list: seeds.clone(),
            seeds,
            next: 0,
        }
    }

    /// The next host in turn.
    pub fn pick(&mut self) -> Option<Host> {
        if self.next >= self.list.len() {
            self.next = 0;
        }
        let host = self.list.get(self.next).cloned();
        self.next += 1;
        host
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
            seeds
                .iter()
                .find(|seed| seed.is_at(&host))
                .cloned()
                .unwrap_or(host)
        };
        self.list = hosts.into_iter().map(known).collect();
    }

    /// Goes back to the seeds. False where the list is that of the seeds already.
    pub fn fall_back(&mut self) -> bool {
        let changed = self.list != self.seeds && !self.seeds.is_empty();
        if changed {
            *self = Hosts::new(std::mem::take(&mut self.seeds));
        }
        changed
    }

    /// The `Authorization` header for a URL: that of the host of the list whose origin it has.
    pub fn authorization(&self, url: &Url) -> Option<&str> {
        let origin = url.origin().ascii_serialization();
        let bases = self.list.iter().filter_map(|host| host.base.as_ref());
        bases
            .filter(|base| base.origin == origin)
            .find_map(|base| base.authorization.as_deref())
    }
}

impl Host {
    fn is_at(&self, other: &Host) -> bool {
        match (&self.base, &other.base) {
            (Some(one), Some(two)) => one.url == two.url,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(hosts: &[Host]) -> Vec<&str> {
        hosts.iter().map(Host::text).collect()
    }

    #[test]
    fn a_host_is_given_what_it_lacks() {
        let table = [
            (
                "127.0.0.1",
                "http://127.0.0.1:4001",
                "http://127.0.0.1:4001",
            ),
            (
                "127.0.0.1:2379/",
                "http://127.0.0.1:2379",
                "http://127.0.0.1:2379",
            ),
            ("https://h", "https://h:4001", "https://h:4001"),
            ("http://h:80", "http://h:80", "http://h"),
            ("[::1]", "http://[::1]:4001", "http://[::1]:4001"),
            ("[::1]:2379", "http://[::1]:2379", "http://[::1]:2379"),
            ("user:1@h", "http://user:1@h:4001", "http://h:4001"),
            ("http://u:p@h:1/", "http://u:p@h:1", "http://h:1"),
            ("http://h/path", "http://h:4001/path", "http://h:4001/path"),
            ("http://h:1/a/b/", "http://h:1/a/b", "http://h:1/a/b"),
            (" h ", "http://h:4001", "http://h:4001"),
            ("ftp://h", "ftp://h:4001", "ftp://h:4001"),
            ("", "http://:4001", "http://:4001"),
        ];
        for (given, text, endpoint) in table {
            let host = Host::parse(given);
            assert_eq!((host.text(), host.endpoint()), (text, endpoint), "{given}");
        }
    }

    #[test]
    fn commas_separate_hosts_but_not_inside_credentials() {
        let table: [(&str, &[&str]); 5] = [
            ("a:4001,b:4002", &["http://a:4001", "http://b:4002"]),
            ("a, b ,", &["http://a:4001", "http://b:4001"]),
            (
                "http://u:p@a:1,http://u:p@b:1",
                &["http://u:p@a:1", "http://u:p@b:1"],
            ),
            ("http://u:a,b@h:1", &["http://u:a,b@h:1"]),
            (",", &[]),
        ];
        for (given, expected) in table {
            assert_eq!(texts(&Host::parse_list(given)), expected, "{given}");
        }
    }

    #[test]
    fn what_is_no_url_has_no_url() {
        for given in ["ftp://h", "", "http://", "h:port", "h h"] {
            assert!(Host::parse(given).url("/v2/keys/").is_none(), "{given}");
        }
    }

    #[test]
    fn a_path_is_appended_as_it_is() {
        let url = Host::parse("http://u:p@h/base")
            .url("/v2/keys/a%20b?wait=true")
            .unwrap();
        assert_eq!(url.as_str(), "http://h:4001/base/v2/keys/a%20b?wait=true");
    }

    #[test]
    fn credentials_are_decoded_and_go_to_their_own_host_only() {
        let hosts = Hosts::new(Host::parse_list("http://u:p%40ss@a:1,b:1"));
        let at = |url| {
            hosts
                .authorization(&Url::parse(url).unwrap())
                .map(str::to_owned)
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
    fn the_clusters_list_replaces_the_seeds_and_can_be_given_up_again() {
        let mut hosts = Hosts::new(Host::parse_list("http://u:p@a:1,b:1"));
        hosts.replace(Vec::new());
        assert_eq!(hosts.len(), 2);
        hosts.replace(Host::parse_list("http://a:1,http://c:1"));
        assert_eq!(texts(hosts.list()), ["http://u:p@a:1", "http://c:1"]);
        assert!(hosts.fall_back());
        assert_eq!(texts(hosts.list()), ["http://u:p@a:1", "http://b:1"]);
        assert!(!hosts.fall_back());
    }
}
