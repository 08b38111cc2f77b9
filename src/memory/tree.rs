//! The tree of nodes. Knows neither indexes nor deadlines.

use super::failure::{Code, Failure};
use super::node::Node;
use super::path::Path;

/// The tree of nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The root, which is a directory.
    pub root: Node,
}

impl Tree {
    /// The node at a path (`internalGet` of etcd's `store.go`).
    ///
    /// # Errors
    /// If the node does not exist, or a file is above it.
    pub fn find(&self, path: &Path) -> Result<&Node, Failure> {
        let mut node = &self.root;
        for (name, prefix) in path.names().zip(path.prefixes().skip(1)) {
            let children = node
                .children()
                .ok_or_else(|| Code::NotDirectory.because(parent_of(prefix)))?;
            node = children
                .get(name)
                .ok_or_else(|| Code::KeyNotFound.because(prefix))?;
        }
        Ok(node)
    }

    /// The node at a path that exists, to be changed.
    pub fn find_mut(&mut self, path: &Path) -> Option<&mut Node> {
        let mut names = path.names();
        names.try_fold(&mut self.root, |node, name| {
            node.children_mut()?.get_mut(name)
        })
    }

    /// Puts a node at a path, and makes the directories above it. Returns the node that was there.
    ///
    /// # Errors
    /// If a file is above it.
    pub fn insert(&mut self, path: &Path, node: Node) -> Result<Option<Node>, Failure> {
        let mut directory = &mut self.root;
        let mut names = path.names().zip(path.prefixes().skip(1)).peekable();
        while let Some((name, prefix)) = names.next() {
            let children = directory
                .children_mut()
                .ok_or_else(|| Code::NotDirectory.because(parent_of(prefix)))?;
            if names.peek().is_none() {
                return Ok(children.insert(name.into(), node));
            }
            let index = node.created;
            directory = children
                .entry(name.into())
                .or_insert_with(|| Node::directory(index));
        }
        Ok(None)
    }

    /// Takes a node out of the tree, with all nodes below it.
    pub fn remove(&mut self, path: &Path) -> Option<Node> {
        let (directory, name) = path.text().rsplit_once('/')?;
        let directory = self.find_mut(&Path::new(directory))?;
        directory.children_mut()?.remove(name)
    }
}

fn parent_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
