//! The path of a node.

use crate::api::key::Key;
use std::borrow::Borrow;
use std::sync::Arc;

/// The path of a node: `/a/b`, for the root empty. Clones share their text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Arc<str>);

impl Path {
    /// The path of a caller's key.
    pub fn of(key: &Key) -> Self {
        Path::new(&key.canonical())
    }

    /// The path of these names, joined by slashes.
    pub fn new(names: &str) -> Self {
        let names = names.split('/').filter(|name| !name.is_empty());
        let text: String = names.flat_map(|name| ["/", name]).collect();
        Path(text.into())
    }

    /// The path of a child.
    pub fn child(&self, name: &str) -> Self {
        Path(format!("{}/{name}", self.0).into())
    }

    /// The text as v2 writes it in a node: `/a/b`, for the root empty.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names from the root down.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').skip(1)
    }

    /// How many names the path has.
    pub fn depth(&self) -> usize {
        self.names().count()
    }

    /// The paths from the root down to this one.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        let ends = self.0.match_indices('/').map(|(at, _)| at);
        let whole = (!self.is_root()).then_some(self.0.len());
        let root = self.is_root().then_some(0);
        ends.chain(whole).chain(root).map(|end| &self.0[..end])
    }

    /// The path from a directory down to this node, which is below the directory: `/b` from `/a` to `/a/b`.
    pub fn below(&self, directory: &str) -> Option<&str> {
        let rest = self.0.strip_prefix(directory)?;
        rest.starts_with('/').then_some(rest)
    }
}

impl Borrow<str> for Path {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_paths_of_the_directories_above_it() {
        let table: [(&str, &[&str]); 3] = [
            ("", &[""]),
            ("/a", &["", "/a"]),
            ("/a//b/", &["", "/a", "/a/b"]),
        ];
        for (text, expected) in table {
            let path = Path::new(text);
            assert_eq!(path.prefixes().collect::<Vec<_>>(), expected);
            assert_eq!(path.depth(), expected.len() - 1);
        }
    }

    #[test]
    fn a_path_is_below_a_directory_whose_whole_names_it_has() {
        let table = [
            ("/a/b/c", "/a", Some("/b/c")),
            ("/a/b", "", Some("/a/b")),
            ("/ab", "/a", None),
            ("/a", "/a", None),
            ("", "", None),
        ];
        for (path, directory, expected) in table {
            assert_eq!(Path::new(path).below(directory), expected, "{path}");
        }
    }
}
