//! The whole store as JSON, which [`load`](super::load) takes.
//!
//! It is the answer of etcd to a recursive get of the root, with the store's index beside the node, and with hidden names.

use super::Memory;
use super::listing::{Depth, write};
use std::time::SystemTime;

impl Memory {
    /// The keys and the index as JSON. `now`: from when on times to live count. A load takes the expirations instead.
    pub fn dump(&self, now: SystemTime) -> String {
        let mut out = format!(r#"{{"index":{},"node":"#, self.index());
        let root = &self.store.tree.root;
        write(&mut out, "", root, Some(Depth::AllAndHidden), now);
        out.push('}');
        out
    }
}
