//! The members of a cluster and the state of one, as the v2 API shows them. What the v3 API does not tell is left out.

use super::channel::Answered;
use super::method::Method;
use super::pb;
use super::rpc::Rpc;
use crate::api::error::{Error, Kind};
use crate::api::outcome::{Origin, Outcome};
use crate::api::request::Stats;
use crate::cluster::{Cluster, Host};
use serde_json::{Value, json};
use std::sync::Arc;

/// The client URLs of the members that serve calls, as `/v2/machines` gives them. A learner serves none.
pub async fn machines(cluster: &Arc<Cluster<Rpc>>) -> Result<Outcome, Error> {
    let answered = cluster.call(&pb::MemberListRequest::default()).await?;
    outcome(answered, |list: &pb::MemberListResponse| {
        let members = list.members.iter().filter(|member| !member.is_learner);
        let mut urls: Vec<&str> = members
            .flat_map(|member| member.client_ur_ls.iter().map(String::as_str))
            .collect();
        urls.sort_unstable();
        urls.join(", ")
    })
}

/// The leader, in the place of the raw answer of `/v2/stats/leader`.
pub async fn leader(cluster: &Arc<Cluster<Rpc>>) -> Result<Outcome, Error> {
    let answered = cluster.call(&pb::StatusRequest {}).await?;
    outcome(answered, |status: &pb::StatusResponse| {
        json!({ "leader": hex(status.leader) }).to_string()
    })
}

/// Statistics: of one member, or of the leader.
pub async fn stats(cluster: &Arc<Cluster<Rpc>>, stats: &Stats) -> Result<Outcome, Error> {
    let machine = match stats {
        Stats::Store => return Err(Error::new(Kind::Unsupported("stats.store"))),
        Stats::Leader => return leader(cluster).await,
        Stats::Own(machine) => machine.as_deref().map(|machine| host_of(cluster, machine)),
    };
    let answered = ask(cluster, machine.as_ref(), &pb::StatusRequest {}).await?;
    let list = ask(cluster, machine.as_ref(), &pb::MemberListRequest::default()).await?;
    let list = list.into_reply(false)?;
    outcome(answered, |status: &pb::StatusResponse| {
        own(status, &list).to_string()
    })
}

/// The host that a machine names: one of the list, with its credentials, or another one.
fn host_of(cluster: &Cluster<Rpc>, machine: &str) -> Host {
    let named = Host::parse(machine);
    let hosts = cluster.hosts();
    let known = hosts.list().iter();
    let mut same = known.filter(|host| host.endpoint() == named.endpoint());
    same.next().cloned().unwrap_or(named)
}

/// Asks this machine alone, or any host.
async fn ask<M: Method>(
    cluster: &Arc<Cluster<Rpc>>,
    machine: Option<&Host>,
    message: &M,
) -> Result<Answered<M::Reply>, Error> {
    match machine {
        Some(machine) => cluster.call_at(machine, message).await,
        None => cluster.call(message).await,
    }
}

/// The statistics of a member. The list of the members has its name.
fn own(status: &pb::StatusResponse, list: &pb::MemberListResponse) -> Value {
    let header = status.header.unwrap_or_default();
    let id = header.member_id;
    let member = list.members.iter().find(|member| member.id == id);
    let state = match (id == status.leader, status.is_learner) {
        (true, _) => "StateLeader",
        (false, true) => "StateLearner",
        (false, false) => "StateFollower",
    };
    json!({
        "name": member.map_or("", |member| member.name.as_str()),
        "id": hex(id),
        "clusterId": hex(header.cluster_id),
        "state": state,
        "leaderInfo": { "leader": hex(status.leader) },
        "version": status.version,
        "dbSize": status.db_size,
        "dbSizeInUse": status.db_size_in_use,
        "raftIndex": status.raft_index,
        "raftTerm": status.raft_term,
    })
}

/// The id of a member or a cluster as the v2 API writes it.
fn hex(id: u64) -> String {
    format!("{id:x}")
}

/// The outcome of a call that has no part in the store's index.
fn outcome<T>(answered: Answered<T>, text: impl FnOnce(&T) -> String) -> Result<Outcome, Error> {
    let endpoint = answered.endpoint.clone();
    let attempts = answered.failed.attempts.clone();
    let reply = answered.into_reply(false)?;
    Ok(Outcome {
        body: Some(text(&reply)),
        origin: Origin {
            status: 200,
            index: None,
            endpoint,
            attempts,
        },
    })
}
