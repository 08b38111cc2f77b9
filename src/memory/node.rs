//! A node of the tree: a file, or a directory with its children.

use super::expiry::Deadline;
use crate::api::node;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

/// The children of a directory, by name.
pub type Children = BTreeMap<Box<str>, Node>;

/// What a node has.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// The value of a file.
    File(Arc<str>),
    /// The children of a directory.
    Directory(Children),
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// A value or children.
    pub content: Content,
    /// `createdIndex`.
    pub created: u64,
    /// `modifiedIndex`.
    pub modified: u64,
    /// When it expires.
    pub deadline: Option<Deadline>,
}

/// What an event shows of a node: the node without its children.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The value of a file.
    pub value: Option<Arc<str>>,
    /// Whether it is a directory.
    pub is_dir: bool,
    /// When it expires.
    pub expires: Option<SystemTime>,
    /// `modifiedIndex`.
    pub modified: u64,
    /// `createdIndex`.
    pub created: u64,
}

impl Node {
    /// A node that was created at an index.
    pub fn new(content: Content, index: u64) -> Self {
        Node {
            content,
            created: index,
            modified: index,
            deadline: None,
        }
    }

    /// An empty directory.
    pub fn directory(index: u64) -> Self {
        Node::new(Content::Directory(Children::new()), index)
    }

    /// The children of a directory; `None` for a file.
    pub fn children(&self) -> Option<&Children> {
        match &self.content {
            Content::File(_) => None,
            Content::Directory(children) => Some(children),
        }
    }

    /// The children of a directory, to be changed.
    pub fn children_mut(&mut self) -> Option<&mut Children> {
        match &mut self.content {
            Content::File(_) => None,
            Content::Directory(children) => Some(children),
        }
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.children().is_some()
    }

    /// The value of a file; `None` for a directory.
    pub fn value(&self) -> Option<&Arc<str>> {
        match &self.content {
            Content::File(value) => Some(value),
            Content::Directory(_) => None,
        }
    }

    /// The node at these names below this one.
    pub fn descendant<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> Option<&Node> {
        names.try_fold(self, |node, name| node.children()?.get(name))
    }

    /// The node without its children.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            value: self.value().cloned(),
            is_dir: self.is_dir(),
            expires: self.deadline.map(|deadline| deadline.at),
            modified: self.modified,
            created: self.created,
        }
    }
}

impl Snapshot {
    /// The node as an event of its removal shows it.
    pub fn removed(&self, index: u64) -> Self {
        Snapshot {
            value: None,
            is_dir: self.is_dir,
            expires: None,
            modified: index,
            created: self.created,
        }
    }

    /// The node with what its JSON has.
    pub fn at<'a>(&'a self, path: &'a str) -> node::Node<'a> {
        let number = |index| i64::try_from(index).unwrap_or(i64::MAX);
        node::Node {
            key: path.as_bytes(),
            value: self.value.as_ref().map(|value| value.as_bytes()),
            is_dir: self.is_dir,
            expires: self.expires,
            modified: number(self.modified),
            created: number(self.created),
        }
    }
}
