//! The discovery service: the hosts of a cluster from a discovery URL.

use super::{Cluster, Encoded};
use crate::api::error::{Error, Kind};
use crate::cluster::{Host, MOST_FOUND};
use crate::net::{failure, url_text};
use serde_json::Value;
use url::Position;

/// Asks a discovery service for the hosts of a cluster.
///
/// # Errors
/// If the service does not answer with a list of hosts.
pub async fn discover(cluster: &Cluster, url: &str) -> Result<Vec<Host>, Error> {
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

/// The host of the discovery service, with the default port of its scheme, and the path of the cluster.
fn split(url: &str) -> Option<(Host, String)> {
    let url = url_text::url_with_path(url)?;
    let path = &url[Position::BeforePath..Position::AfterQuery];
    Some((Host::of(&url), path.to_owned()))
}

/// The hosts that the members of a cluster have registered: `http://host:7001`, or `name=http://host:2380`. Each peer port is
/// replaced by the client port.
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
    fn peer_ports_are_replaced_by_client_ports() {
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
    fn the_default_port_of_the_service_is_that_of_its_scheme() {
        let (host, path) = split("https://discovery.etcd.io/token?x=1").unwrap();
        assert_eq!(
            (host.text(), path.as_str()),
            ("https://discovery.etcd.io", "/token?x=1")
        );
        assert!(split("token").is_none());
    }
}
