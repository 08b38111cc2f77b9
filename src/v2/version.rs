//! Which version the members of a cluster have agreed on.

use super::encoded::Encoded;
use super::{Cluster, V2};
use crate::cluster::Host;
use crate::task::task;
use serde_json::Value;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

/// A version of etcd: major and minor.
type Version = (u64, u64);

/// The first version of etcd without the v2 API.
const WITHOUT_V2: Version = (3, 6);

impl V2 {
    /// The host that tells that no member of its cluster has a v2 store. The hosts are asked at the same time: a silent one
    /// keeps nobody waiting, and the first that tells a version decides.
    pub async fn host_without_v2(&self) -> Option<Host> {
        let mut asked = JoinSet::new();
        let (told, mut versions) = unbounded_channel();
        for host in self.cluster.hosts().list() {
            let (told, cluster, host) = (told.clone(), self.cluster.clone(), host.clone());
            asked.spawn(task(async move {
                if let Some(version) = cluster.version_at(&host).await {
                    let _ = told.send((version, host));
                }
            }));
        }
        drop(told);
        let (version, host) = versions.recv().await?;
        (version >= WITHOUT_V2).then_some(host)
    }
}

impl Cluster {
    /// Whether a host tells that no member of its cluster has a v2 store.
    pub async fn is_without_v2(&self, host: &Host) -> bool {
        let version = self.version_at(host).await;
        version.is_some_and(|version| version >= WITHOUT_V2)
    }

    /// The cluster's version (`etcdcluster` in `/version`), which stays that of the oldest member until the last one is
    /// upgraded.
    async fn version_at(&self, host: &Host) -> Option<Version> {
        let answer = self.send_to(host, &Encoded::get("/version")).await;
        parse(&answer.ok()?.body)
    }
}

/// The cluster's version in an answer to `/version`; `not_decided` is none.
fn parse(body: &str) -> Option<Version> {
    let body: Value = serde_json::from_str(body).ok()?;
    let mut numbers = body["etcdcluster"].as_str()?.split('.');
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_version_is_that_of_the_cluster_not_of_the_member() {
        let table = [
            (
                r#"{"etcdserver":"3.6.14","etcdcluster":"3.5.0"}"#,
                Some((3, 5)),
            ),
            (
                r#"{"etcdserver":"3.7.1","etcdcluster":"3.7.0"}"#,
                Some((3, 7)),
            ),
            (
                r#"{"etcdserver":"3.6.14","etcdcluster":"not_decided"}"#,
                None,
            ),
            (r#"{"etcdserver":"3.6.14"}"#, None),
            ("404 page not found", None),
        ];
        for (body, version) in table {
            assert_eq!(parse(body), version, "{body}");
        }
    }
}
