//! Replaces the keys by those of a JSON tree: a [`dump`](super::dump), etcd's answer to a recursive get of the root, or a tree
//! written by hand.
//!
//! ```text
//! {"index": 7, "node": {"dir": true, "nodes": [{"key": "/a", "value": "v", "modifiedIndex": 7, "createdIndex": 6}]}}
//! ```
//!
//! A node needs no indexes: without them it gets the index that the store has after the load. It needs a `value`, `nodes` or
//! `"dir": true`. A `ttl` begins anew; see [`Reader::expiration`].

mod fields;
mod malformed;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use malformed::Malformed;

use super::call::MAX_DEPTH;
use super::expiry::{Expiries, expiration_of_new};
use super::failure::Code;
use super::history::History;
use super::node::{Children, Content, Node};
use super::path::Path;
use super::store::Store;
use super::{Delivery, Memory};
use crate::api::node::parse_date;
use fields::Fields;
use malformed::JsonPath;
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// A time to live is rounded up to seconds, and a load comes after its dump: a node expires at most so much earlier than the load and
/// its time to live say.
const EARLIER: Duration = Duration::from_secs(2);

const OF_TREE: &[&str] = &["action", "index", "node"];
const OF_NODE: &[&str] = &[
    "key",
    "value",
    "dir",
    "expiration",
    "ttl",
    "nodes",
    "modifiedIndex",
    "createdIndex",
];

impl Memory {
    /// Replaces all keys. The index does not fall, and rises if a node has no index of its own. The event history begins anew, so that
    /// each registered wait ends with the error 401.
    ///
    /// # Errors
    /// If the tree is malformed. The store is as it was.
    pub fn load(&mut self, now: SystemTime, tree: &Value) -> Result<Vec<Delivery>, Malformed> {
        self.store = read(now, tree, self.store.index)?;
        let index = self.store.index;
        self.history = History::starting_at(index + 1);
        let ended = self.watchers.take_all().into_iter();
        let deliveries = ended.map(|(watcher, watch)| {
            let (start, since) = (index + 1, watch.since);
            let cause = format!("the requested history has been cleared [{start}/{since}]");
            let answer = self.failed(&Code::HistoryCleared.because(cause));
            Delivery { watcher, answer }
        });
        Ok(deliveries.collect())
    }
}

/// What the nodes of a tree have in common.
struct Reader {
    now: SystemTime,
    /// The index that the tree gives the store, which no node is above.
    limit: u64,
    /// The index of the store after the load.
    index: u64,
    expiries: Expiries,
}

/// `before`: the index of the store before the load.
fn read(now: SystemTime, tree: &Value, before: u64) -> Result<Store, Malformed> {
    let fields = Fields::of(tree, JsonPath::Top)?;
    fields.check_names(OF_TREE)?;
    let Some(node) = fields.map.get("node") else {
        return Err(fields.fault("node", "is missing"));
    };
    let indexes = Indexes::of(node);
    let given = fields.index("index")?;
    let lowest = before + u64::from(indexes.is_one_missing);
    let mut reader = Reader {
        now,
        limit: given.unwrap_or(u64::MAX),
        index: given.unwrap_or(indexes.highest).max(lowest),
        expiries: Expiries::default(),
    };
    let place = fields.place_of("node");
    let root = reader.root(&Fields::of(node, place)?)?;
    let mut store = Store::new(reader.index);
    store.tree.root.content = root;
    store.expiries = reader.expiries;
    Ok(store)
}

/// The indexes of a node and the nodes below it, before they are checked.
#[derive(Debug, Default)]
struct Indexes {
    highest: u64,
    /// Whether a node below the root has no `modifiedIndex`.
    is_one_missing: bool,
}

impl Indexes {
    fn of(node: &Value) -> Self {
        let children = node["nodes"].as_array().into_iter().flatten();
        children.fold(Indexes::default(), |found, child| {
            let modified = child["modifiedIndex"].as_u64();
            let created = child["createdIndex"].as_u64();
            let below = Indexes::of(child);
            let own = modified.max(created).unwrap_or_default();
            Indexes {
                highest: found.highest.max(own).max(below.highest),
                is_one_missing: found.is_one_missing || modified.is_none() || below.is_one_missing,
            }
        })
    }
}

impl Reader {
    fn root(&mut self, fields: &Fields<'_>) -> Result<Content, Malformed> {
        let of_key = |name: &str| !["key", "dir", "nodes"].contains(&name);
        if let Some(name) = OF_NODE
            .iter()
            .find(|name| of_key(name) && fields.map.contains_key(**name))
        {
            let reason = "is there, but node is the root: load takes the whole tree";
            return Err(fields.fault(name, reason));
        }
        fields.check_names(&["key", "dir", "nodes"])?;
        match fields.text("key")? {
            None | Some("" | "/") => {}
            Some(_) => {
                let reason = "is not that of the root: load takes the whole tree";
                return Err(fields.fault("key", reason));
            }
        }
        let root = Path::new("");
        match fields.flag("dir")? {
            Some(false) => Err(fields.fault("dir", "is false, but the root is a directory")),
            _ => self.children(fields, &root, fields.list("nodes")?.unwrap_or_default()),
        }
    }

    fn node(&mut self, fields: &Fields<'_>, path: &Path) -> Result<Node, Malformed> {
        fields.check_names(OF_NODE)?;
        let content = self.content(fields, path)?;
        let modified = self
            .index_of(fields, "modifiedIndex")?
            .unwrap_or(self.index);
        let created = self.index_of(fields, "createdIndex")?.unwrap_or(modified);
        if created > modified {
            return Err(fields.fault("createdIndex", "is above modifiedIndex"));
        }
        let expires = self.expiration(fields)?;
        Ok(Node {
            content,
            created,
            modified,
            deadline: expires.map(|at| self.expiries.add(at, path.clone())),
        })
    }

    fn content(&mut self, fields: &Fields<'_>, path: &Path) -> Result<Content, Malformed> {
        let value = fields.text("value")?;
        let nodes = fields.list("nodes")?;
        let is_dir = fields.flag("dir")?.unwrap_or(nodes.is_some());
        match (is_dir, value, nodes) {
            (true, Some(_), _) => {
                Err(fields.fault("value", "is there, but the node is a directory"))
            }
            (true, None, nodes) => self.children(fields, path, nodes.unwrap_or_default()),
            (false, _, Some(_)) => Err(fields.fault("nodes", "is there, but dir is false")),
            (false, Some(value), None) => Ok(Content::File(value.into())),
            (false, None, None) => {
                Err(fields.fault("value", "is missing: a node has value, nodes or dir: true"))
            }
        }
    }

    fn children(
        &mut self,
        fields: &Fields<'_>,
        path: &Path,
        nodes: &[Value],
    ) -> Result<Content, Malformed> {
        let list = fields.place_of("nodes");
        let mut children = Children::new();
        for (at, node) in nodes.iter().enumerate() {
            let child = Fields::of(node, JsonPath::Item(&list, at))?;
            let name = name_of(&child, path)?;
            let path = path.child(name);
            let node = self.node(&child, &path)?;
            if children.insert(name.into(), node).is_some() {
                return Err(child.fault("key", "is there twice"));
            }
        }
        Ok(Content::Directory(children))
    }

    fn index_of(&self, fields: &Fields<'_>, name: &str) -> Result<Option<u64>, Malformed> {
        match fields.index(name)? {
            Some(index) if index > self.limit => {
                Err(fields.fault(name, "is above the index of the tree"))
            }
            index => Ok(index),
        }
    }

    /// When a node expires. A time to live begins anew with the load. An expiration beside it counts if it may be of the same time to
    /// live: so a dump that is loaded at once is exact to the nanosecond.
    /// A later expiration does not count: that of a store whose clock is ahead would prolong the time to live.
    fn expiration(&self, fields: &Fields<'_>) -> Result<Option<SystemTime>, Malformed> {
        let ttl = fields.number("ttl")?;
        let anew = ttl.and_then(|ttl| expiration_of_new(self.now, ttl));
        let Some(text) = fields.text("expiration")? else {
            return Ok(anew);
        };
        let fault = || fields.fault("expiration", "is not a date such as 2026-01-31T12:00:00.5Z");
        let date = parse_date(text).ok_or_else(fault)?;
        let counts = anew.is_none_or(|anew| is_of(anew, date));
        Ok(Some(date).filter(|_| counts).or(anew))
    }
}

/// Whether a date may be the exact end of a time to live whose whole seconds end at a moment.
fn is_of(end: SystemTime, date: SystemTime) -> bool {
    end.duration_since(date)
        .is_ok_and(|earlier| earlier <= EARLIER)
}

/// The name of a child of a directory.
fn name_of<'a>(child: &Fields<'a>, directory: &Path) -> Result<&'a str, Malformed> {
    let Some(key) = child.text("key")? else {
        return Err(child.fault("key", "is missing"));
    };
    let below = key.strip_prefix(directory.text());
    let name = below.and_then(|below| below.strip_prefix('/'));
    match name {
        Some("" | "." | "..") | None => Err(misplaced(child, key, directory)),
        Some(name) if name.contains('/') => Err(misplaced(child, key, directory)),
        Some(_) if directory.depth() == MAX_DEPTH => Err(child.fault("key", "has too many names")),
        Some(name) => Ok(name),
    }
}

/// A key that is not one name below its directory.
fn misplaced(child: &Fields<'_>, key: &str, directory: &Path) -> Malformed {
    let directory = directory.text();
    let above = key.rsplit_once('/').map(|(above, _)| above);
    let reason = match above {
        _ if !key.starts_with('/') => "must begin with /".to_owned(),
        Some(above) if above.starts_with(directory) && above != directory => {
            format!("must be in the nodes of a node {above}")
        }
        _ => format!("is not a name below {directory}/"),
    };
    child.fault("key", reason)
}
