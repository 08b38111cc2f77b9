//! The JSON of a node with the nodes below it.

use super::node::Node;
use crate::api::node::{field, open_answer};
use std::time::SystemTime;

/// Which nodes below a node are shown. Children are always sorted by name: etcd sorts them only where it is asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The children.
    Children,
    /// Everything.
    All,
    /// Everything, names that begin with `_` included.
    AllAndHidden,
}

/// The JSON of the answer to a get.
pub fn get(path: &str, node: &Node, is_recursive: bool, now: SystemTime) -> String {
    let depth = match is_recursive {
        true => Depth::All,
        false => Depth::Children,
    };
    let mut out = String::new();
    open_answer(&mut out, "get");
    write(&mut out, path, node, Some(depth), now);
    out.push('}');
    out
}

/// Writes a node. `depth`: which nodes below it, if any.
pub fn write(out: &mut String, path: &str, node: &Node, depth: Option<Depth>, now: SystemTime) {
    let snapshot = node.snapshot();
    let shown = snapshot.at(path);
    shown.open(out, now);
    if let Some(depth) = depth {
        write_children(out, path, node, depth, now);
    }
    shown.close(out);
}

fn write_children(out: &mut String, path: &str, node: &Node, depth: Depth, now: SystemTime) {
    let is_shown = |name: &str| depth == Depth::AllAndHidden || !name.starts_with('_');
    let children = node.children().into_iter().flatten();
    let mut shown = children.filter(|(name, _)| is_shown(name)).peekable();
    if shown.peek().is_none() {
        return;
    }
    let below = (depth != Depth::Children).then_some(depth);
    field(out, "nodes");
    out.push('[');
    for (name, child) in shown {
        write(out, &format!("{path}/{name}"), child, below, now);
        out.push(',');
    }
    out.pop();
    out.push(']');
}
