//! Replaces the keys by those of a JSON tree: a [`dump`](super::dump), etcd's answer to a recursive get of the root, or a tree
//! written by hand.
//!
//! ```text
//! {"index": 7, "node": {"dir": true, "nodes": [{"key": "/a", "value": "v", "modifiedIndex": 7, "createdIndex": 6}]}}
//! ```
//!
//! A node needs no indexes and no `dir`. `expiration` counts before `ttl`.

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
use super::{Delivery, FIRST_INDEX, Memory};
use crate::api::node::parse_date;
use fields::Fields;
use malformed::Place;
use serde_json::Value;
use std::time::SystemTime;

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
    /// Replaces all keys. The index does not fall. The event history begins anew, so that each registered wait ends with the error
    /// 401.
    ///
    /// # Errors
    /// If the tree is malformed. The store is as it was.
    pub fn load(&mut self, now: SystemTime, tree: &Value) -> Result<Vec<Delivery>, Malformed> {
        let loaded = read(now, tree)?;
        let index = self.store.index.max(loaded.index);
        self.store = Store { index, ..loaded };
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
    index: u64,
    expiries: Expiries,
}

fn read(now: SystemTime, tree: &Value) -> Result<Store, Malformed> {
    let fields = Fields::of(tree, Place::Top)?;
    fields.check_names(OF_TREE)?;
    let Some(node) = fields.map.get("node") else {
        return Err(fields.fault("node", "is missing"));
    };
    let highest = || highest_index(node).max(FIRST_INDEX);
    let mut reader = Reader {
        now,
        index: fields.index("index")?.unwrap_or_else(highest),
        expiries: Expiries::default(),
    };
    let place = fields.place_of("node");
    let root = reader.root(&Fields::of(node, place)?)?;
    let mut store = Store::new(reader.index);
    store.tree.root.content = root;
    store.expiries = reader.expiries;
    Ok(store)
}

/// The highest index in the nodes, where the tree does not tell its own.
fn highest_index(node: &Value) -> u64 {
    let own = [&node["modifiedIndex"], &node["createdIndex"]];
    let own = own.into_iter().filter_map(Value::as_u64);
    let children = node["nodes"].as_array().into_iter().flatten();
    own.chain(children.map(highest_index)).max().unwrap_or(0)
}

impl Reader {
    fn root(&mut self, fields: &Fields<'_>) -> Result<Content, Malformed> {
        fields.check_names(&["key", "dir", "nodes"])?;
        match fields.text("key")? {
            None | Some("" | "/") => {}
            Some(_) => return Err(fields.fault("key", "is not that of the root")),
        }
        let root = Path::new("");
        let content = self.content(fields, &root)?;
        match content {
            Content::Directory(_) => Ok(content),
            Content::File(_) => Err(fields.fault("dir", "is not true, but the node is the root")),
        }
    }

    fn node(&mut self, fields: &Fields<'_>, path: &Path) -> Result<Node, Malformed> {
        fields.check_names(OF_NODE)?;
        let content = self.content(fields, path)?;
        let modified = self.index_of(fields, "modifiedIndex")?;
        let created = self.index_of(fields, "createdIndex")?;
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
        let is_dir = fields.flag("dir")?.unwrap_or(value.is_none());
        match (is_dir, value, nodes) {
            (true, Some(_), _) => {
                Err(fields.fault("value", "is there, but the node is a directory"))
            }
            (true, None, nodes) => self.children(fields, path, nodes.unwrap_or_default()),
            (false, _, Some(_)) => Err(fields.fault("nodes", "is there, but the node is a file")),
            (false, Some(value), None) => Ok(Content::File(value.into())),
            (false, None, None) => Err(fields.fault("value", "is missing")),
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
            let child = Fields::of(node, Place::Item(&list, at))?;
            let name = name_of(&child, path)?;
            let path = path.child(name);
            let node = self.node(&child, &path)?;
            if children.insert(name.into(), node).is_some() {
                return Err(child.fault("key", "is there twice"));
            }
        }
        Ok(Content::Directory(children))
    }

    fn index_of(&self, fields: &Fields<'_>, name: &'static str) -> Result<u64, Malformed> {
        match fields.index(name)? {
            Some(index) if index > self.index => {
                Err(fields.fault(name, "is above the index of the tree"))
            }
            index => Ok(index.unwrap_or(self.index)),
        }
    }

    fn expiration(&self, fields: &Fields<'_>) -> Result<Option<SystemTime>, Malformed> {
        let Some(text) = fields.text("expiration")? else {
            let ttl = fields.number("ttl")?;
            return Ok(ttl.and_then(|ttl| expiration_of_new(self.now, ttl)));
        };
        let date = parse_date(text);
        let fault = || fields.fault("expiration", "is not a date such as 2026-01-31T12:00:00.5Z");
        date.map(Some).ok_or_else(fault)
    }
}

/// The name of a child of a directory.
fn name_of<'a>(child: &Fields<'a>, directory: &Path) -> Result<&'a str, Malformed> {
    let Some(key) = child.text("key")? else {
        return Err(child.fault("key", "is missing"));
    };
    let below = key.strip_prefix(directory.text());
    let name = below.and_then(|below| below.strip_prefix('/'));
    match name {
        Some("" | "." | "..") | None => Err(child.fault("key", "is not below its directory")),
        Some(name) if name.contains('/') => Err(child.fault("key", "is not below its directory")),
        Some(_) if directory.depth() == MAX_DEPTH => Err(child.fault("key", "has too many names")),
        Some(name) => Ok(name),
    }
}
