//! What is wrong with a JSON tree, and where.

use std::fmt;

/// What is wrong with a JSON tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Where: `node.nodes[3].value`.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

/// A place in a JSON tree.
#[derive(Debug, Clone, Copy)]
pub enum JsonPath<'a> {
    /// The tree itself.
    Top,
    /// A field of an object.
    Field(&'a JsonPath<'a>, &'a str),
    /// An item of an array.
    Item(&'a JsonPath<'a>, usize),
}

impl fmt::Display for JsonPath<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonPath::Top => Ok(()),
            JsonPath::Field(JsonPath::Top, name) => out.write_str(name),
            JsonPath::Field(object, name) => write!(out, "{object}.{name}"),
            JsonPath::Item(array, at) => write!(out, "{array}[{at}]"),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.is_empty() {
            true => write!(out, "the tree {}", self.reason),
            false => write!(out, "{} {}", self.place, self.reason),
        }
    }
}

impl std::error::Error for Malformed {}
