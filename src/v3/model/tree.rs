//! etcd's v2 store without expiry and watchers: what the calls are compared with. It follows `etcdserver/api/v2store/store.go` and
//! `etcdserver/apply_v2.go` of release 3.4, check by check.

mod json;

use crate::api::parameters::{Judged, judge};
use crate::api::request::Request;
use crate::v3::layout::Path;
use json::{add_nodes, answer, error, node};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is stored at a path. A directory has no value.
#[derive(Debug, Clone)]
struct Stored {
    value: Option<String>,
    created: u64,
    modified: u64,
    ttl: Option<u64>,
}

/// A v2 store. Paths are those of files in v3; the root is not stored.
#[derive(Debug)]
pub struct Tree {
    nodes: BTreeMap<String, Stored>,
    pub index: u64,
}

impl Default for Tree {
    fn default() -> Self {
        Tree {
            nodes: BTreeMap::new(),
            index: 1,
        }
    }
}

/// An error: its code and cause.
type Failed = (u16, String);
/// The status, action, node and previous node.
type Written = (u16, &'static str, Value, Option<Value>);

fn text(path: &Path) -> String {
    let text = path.text();
    if path.is_root() { String::new() } else { text }
}

impl Tree {
    /// The status and JSON of a call.
    pub fn call(&mut self, request: &Request) -> (u16, Value) {
        let judged = judge(request).unwrap();
        let result = match request {
            Request::Get(get) => self.get(&text(&Path::of(&get.key)), &judged),
            Request::Set(set) => self.put(&text(&Path::of(&set.key)), &judged),
            Request::Push(push) => {
                let name = format!("{:020}", self.index + 1);
                let path = text(&Path::of(&push.key).child(&name));
                self.store(&path, &judged, "create")
            }
            Request::Delete(delete) => self.delete(&text(&Path::of(&delete.key)), &judged),
            _ => unreachable!(),
        };
        match result {
            Ok((status, action, node, prev)) => {
                let is_short = judged.no_value_on_success && !action.ends_with("elete");
                (
                    status,
                    answer(action, node, prev, is_short && action != "get"),
                )
            }
            Err((code, cause)) => error(code, &cause, self.index),
        }
    }

    /// `internalGet`.
    fn find(&self, path: &str) -> Result<Stored, Failed> {
        for above in prefixes(path) {
            match self.nodes.get(&above) {
                None => return Err((100, above)),
                Some(stored) if stored.value.is_some() && above != path => {
                    return Err((104, above));
                }
                Some(_) => {}
            }
        }
        Ok(self.nodes.get(path).cloned().unwrap_or(Stored {
            value: None,
            created: 0,
            modified: 0,
            ttl: None,
        }))
    }

    fn get(&self, path: &str, judged: &Judged) -> Result<Written, Failed> {
        let stored = self.find(path)?;
        let mut node = node(path, &stored);
        if stored.value.is_none() {
            add_nodes(&mut node, self.children(path, judged.recursive));
        }
        Ok((200, "get", node, None))
    }

    fn children(&self, path: &str, is_recursive: bool) -> Vec<Value> {
        let below = format!("{path}/");
        let inside = self.nodes.iter().filter_map(|(key, stored)| {
            let name = key.strip_prefix(&below)?;
            (!name.contains('/') && !name.starts_with('_')).then_some((key, stored))
        });
        let all = inside.map(|(key, stored)| {
            let mut node = node(key, stored);
            if is_recursive && stored.value.is_none() {
                add_nodes(&mut node, self.children(key, true));
            }
            node
        });
        all.collect()
    }

    /// `applierV2store.Put`.
    fn put(&mut self, path: &str, judged: &Judged) -> Result<Written, Failed> {
        let is_conditional = judged.prev_index > 0 || judged.prev_value.is_some();
        match judged.prev_exist {
            Some(false) => self.store(path, judged, "create"),
            _ if is_conditional => self.swap(path, judged),
            Some(true) => self.update(path, judged),
            None => self.set(path, judged),
        }
    }

    fn set(&mut self, path: &str, judged: &Judged) -> Result<Written, Failed> {
        let before = self.find(path);
        match &before {
            Err((100, _)) if !judged.refresh => {}
            Err(failed) => return Err(failed.clone()),
            Ok(_) => {}
        }
        let mut kept = judged.clone();
        if let (true, Ok(before)) = (judged.refresh, &before) {
            kept.value = before.value.clone().unwrap_or_default();
        }
        let (_, action, written, _) = self.store(path, &kept, "set")?;
        let prev = before.ok().map(|before| node(path, &before));
        let status = if prev.is_none() { 201 } else { 200 };
        Ok((status, action, written, prev))
    }

    /// `internalCreate`.
    fn store(
        &mut self,
        path: &str,
        judged: &Judged,
        action: &'static str,
    ) -> Result<Written, Failed> {
        if path.is_empty() {
            return Err((107, "/".into()));
        }
        let next = self.index + 1;
        let mut made = Vec::new();
        for above in prefixes(path).into_iter().filter(|above| above != path) {
            match self.nodes.get(&above) {
                Some(stored) if stored.value.is_some() => return Err((104, above)),
                Some(_) => {}
                None => made.push(above),
            }
        }
        if let Some(there) = self.nodes.get(path) {
            if action == "create" {
                return Err((105, path.into()));
            }
            if there.value.is_none() {
                return Err((102, path.into()));
            }
        }
        let new = |value, ttl| Stored {
            value,
            created: next,
            modified: next,
            ttl,
        };
        let made = made.into_iter().map(|above| (above, new(None, None)));
        self.nodes.extend(made);
        let value = (!judged.dir).then(|| judged.value.clone());
        let stored = new(value, judged.ttl);
        let written = node(path, &stored);
        self.nodes.insert(path.into(), stored);
        self.index = next;
        Ok((201, action, written, None))
    }

    /// `CompareAndSwap`.
    fn swap(&mut self, path: &str, judged: &Judged) -> Result<Written, Failed> {
        if path.is_empty() {
            return Err((107, "/".into()));
        }
        let before = self.find(path)?;
        compare(path, &before, judged)?;
        Ok(self.write(path, &before, judged, "compareAndSwap"))
    }

    /// `Update`.
    fn update(&mut self, path: &str, judged: &Judged) -> Result<Written, Failed> {
        if path.is_empty() {
            return Err((107, "/".into()));
        }
        let before = self.find(path)?;
        if before.value.is_none() && !judged.value.is_empty() {
            return Err((102, path.into()));
        }
        Ok(self.write(path, &before, judged, "update"))
    }

    /// A directory keeps its index in the store.
    fn write(
        &mut self,
        path: &str,
        before: &Stored,
        judged: &Judged,
        action: &'static str,
    ) -> Written {
        self.index += 1;
        let given = if judged.refresh {
            before.value.clone()
        } else {
            before.value.as_ref().map(|_| judged.value.clone())
        };
        let shown = Stored {
            value: given,
            created: before.created,
            modified: self.index,
            ttl: judged.ttl,
        };
        let mut kept = shown.clone();
        if before.value.is_none() {
            kept.modified = before.modified;
        }
        self.nodes.insert(path.into(), kept);
        (200, action, node(path, &shown), Some(node(path, before)))
    }

    /// `Delete` and `CompareAndDelete`.
    fn delete(&mut self, path: &str, judged: &Judged) -> Result<Written, Failed> {
        let is_conditional = judged.prev_index > 0 || judged.prev_value.is_some();
        if path.is_empty() && !is_conditional {
            return Err((107, "/".into()));
        }
        let before = self.find(path)?;
        let mut action = "delete";
        let below = format!("{path}/");
        if is_conditional {
            compare(path, &before, judged)?;
            action = "compareAndDelete";
        } else if before.value.is_none() {
            if !judged.dir && !judged.recursive {
                return Err((102, path.into()));
            }
            let is_empty = !self.nodes.keys().any(|key| key.starts_with(&below));
            if !is_empty && !judged.recursive {
                return Err((108, path.into()));
            }
        }
        self.nodes
            .retain(|key, _| key != path && !key.starts_with(&below));
        self.index += 1;
        let removed = Stored {
            modified: self.index,
            ttl: None,
            ..before.clone()
        };
        let mut shown = node(path, &removed);
        shown.as_object_mut().unwrap().remove("value");
        Ok((200, action, shown, Some(node(path, &before))))
    }
}

fn compare(path: &str, before: &Stored, judged: &Judged) -> Result<(), Failed> {
    let Some(value) = &before.value else {
        return Err((102, path.into()));
    };
    let mut causes = Vec::new();
    if let Some(given) = judged.prev_value.as_ref().filter(|given| *given != value) {
        causes.push(format!("[{given} != {value}]"));
    }
    if judged.prev_index > 0 && judged.prev_index != before.modified {
        causes.push(format!("[{} != {}]", judged.prev_index, before.modified));
    }
    if causes.is_empty() {
        return Ok(());
    }
    Err((101, causes.join(" ")))
}

/// The paths of the nodes on the way to a path, and the path itself.
fn prefixes(path: &str) -> Vec<String> {
    let ends = path.match_indices('/').skip(1).map(|(at, _)| at);
    let all = ends.chain([path.len()]).filter(|end| *end > 0);
    all.map(|end| path[..end].to_owned()).collect()
}
