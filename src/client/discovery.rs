//! Finds the hosts of a cluster with the discovery service, once, however many calls wait for it.

use super::Client;
use crate::api::error::{Error, Kind};
use crate::cluster::{Host, Hosts, MOST_FOUND};
use crate::net::{failure, url_text};
use crate::v2::{Cluster, Encoded};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Mutex;
use url::Position;

/// A discovery URL and what became of it.
pub struct Discovery {
    url: String,
    look_ups: AtomicUsize,
    last: Mutex<Option<Result<(), Error>>>,
}

/// Its URL may hold credentials.
impl fmt::Debug for Discovery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Discovery")
    }
}

impl Discovery {
    /// The discovery URL of a cluster; it is asked when the first call comes.
    pub fn new(url: String) -> Self {
        Discovery {
            url,
            look_ups: AtomicUsize::new(0),
            last: Mutex::new(None),
        }
    }

    /// How many look-ups there have been.
    pub(super) fn look_ups(&self) -> usize {
        self.look_ups.load(Ordering::Acquire)
    }
}

impl Client {
    /// Makes sure that the hosts are known. Calls that come while a look-up is under way share its result;
    /// after one that failed the next call tries again. `seen` is how many look-ups there had been when
    /// the call was made.
    pub(super) async fn discover(self: &Arc<Self>, seen: Option<usize>) -> Result<(), Error> {
        let (Some(discovery), Some(seen)) = (&self.discovery, seen) else {
            return Ok(());
        };
        let mut last = discovery.last.lock().await;
        let is_news = discovery.look_ups() != seen;
        match &*last {
            Some(Ok(())) => return Ok(()),
            Some(Err(error)) if is_news => return Err(error.clone()),
            _ => {}
        }
        let found = self.look_up(&discovery.url).await;
        discovery.look_ups.fetch_add(1, Ordering::Release);
        *last = Some(found.clone());
        found
    }

    async fn look_up(self: &Arc<Self>, url: &str) -> Result<(), Error> {
        let hosts = ask(&self.cluster, url).await?;
        *self.cluster.hosts() = Hosts::new(hosts);
        self.auto_refresh();
        Ok(())
    }
}

async fn ask(cluster: &Cluster, url: &str) -> Result<Vec<Host>, Error> {
    let Some((service, path)) = split(url) else {
        return Err(Error::new(Kind::Network(failure::invalid_uri(url))));
    };
    let request = Encoded::get(path);
    let answer = cluster.send_to(&service, &request).await?;
    let hosts = match answer.status {
        200 => serde_json::from_str(&answer.body)
            .map(|body| registered(&body))
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    if hosts.is_empty() {
        return Err(Error {
            status: Some(answer.status),
            endpoint: Some(answer.endpoint),
            ..Error::new(Kind::Discovery)
        });
    }
    Ok(hosts)
}

/// The discovery service's host, whose port is that of its scheme, and the path of the cluster.
fn split(url: &str) -> Option<(Host, String)> {
    let url = url_text::url_with_path(url)?;
    let path = &url[Position::BeforePath..Position::AfterQuery];
    Some((Host::of(&url), path.to_owned()))
}

/// The hosts that the members of a cluster have registered: `http://host:7001`, or
/// `name=http://host:2380`. These are the ports for peers; each stands for the port for clients.
fn registered(body: &Value) -> Vec<Host> {
    let nodes = body["node"]["nodes"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let values = nodes.iter().filter_map(|node| node["value"].as_str());
    let urls = values.map(|value| {
        let is_named = value.find('=') < value.find("://");
        let url = value
            .split_once('=')
            .filter(|_| is_named)
            .map_or(value, |(_, url)| url);
        url.replace(":7001", ":4001").replace(":2380", ":2379")
    });
    urls.take(MOST_FOUND)
        .map(|url| Host::parse(&url))
        .filter(Host::is_url)
        .collect()
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_ports_for_peers_stand_for_the_ports_for_clients() {
        let body = json!({"node": {"nodes": [
            {"value": "http://a:7001"},
            {"value": "m1=http://b:2380"},
            {"value": "https://c:5000/?x=1"},
            {"value": "nonsense"},
            {"key": "without a value"},
        ]}});
        let found: Vec<String> = registered(&body)
            .iter()
            .map(|host| host.text().to_owned())
            .collect();
        assert_eq!(
            found,
            [
                "http://a:4001",
                "http://b:2379",
                "https://c:5000/?x=1",
                "http://nonsense:4001"
            ]
        );
        assert!(registered(&json!([])).is_empty());
    }

    #[test]
    fn the_service_is_asked_at_the_port_of_its_scheme() {
        let (host, path) = split("https://discovery.etcd.io/token?x=1").unwrap();
        assert_eq!(
            (host.text(), path.as_str()),
            ("https://discovery.etcd.io", "/token?x=1")
        );
        assert!(split("token").is_none());
    }
}
