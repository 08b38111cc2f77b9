//! The waits for events to come, by the paths that they watch.
//!
//! ```text
//! add ──▶ registered ──an event that concerns it──▶ delivered, and no longer registered
//!             └──remove (its caller has stopped)──▶ no longer registered
//! ```

use super::event::Event;
use super::node::Node;
use super::path::Path;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound::{Excluded, Included};

/// A registered wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WatcherId(u64);

/// What a wait matches.
#[derive(Debug, Clone)]
pub struct Watch {
    /// The node.
    pub path: Path,
    /// Whether everything below the node counts too.
    pub is_recursive: bool,
    /// The first index that counts.
    pub since: u64,
    /// The store's index when the wait was registered.
    pub registered_at: u64,
}

/// The registered waits.
#[derive(Debug, Default)]
pub struct Watchers {
    by_path: BTreeMap<Path, BTreeMap<WatcherId, Watch>>,
    paths: HashMap<WatcherId, Path>,
    last: u64,
}

impl Watchers {
    /// Registers a wait.
    pub fn add(&mut self, watch: Watch) -> WatcherId {
        self.last += 1;
        let id = WatcherId(self.last);
        self.paths.insert(id, watch.path.clone());
        let same = self.by_path.entry(watch.path.clone()).or_default();
        same.insert(id, watch);
        id
    }

    /// Ends a wait. Nothing happens if it is not registered any more.
    pub fn remove(&mut self, id: WatcherId) -> Option<Watch> {
        let path = self.paths.remove(&id)?;
        let same = self.by_path.get_mut(&path)?;
        let watch = same.remove(&id);
        if same.is_empty() {
            self.by_path.remove(&path);
        }
        watch
    }

    /// How many waits are registered.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Ends all waits.
    pub fn take_all(&mut self) -> Vec<(WatcherId, Watch)> {
        let mut ids: Vec<WatcherId> = self.paths.keys().copied().collect();
        ids.sort_unstable();
        self.take(ids)
    }

    /// Ends the waits that match an event. `removed`: the directory that it removed.
    pub fn take_concerned(
        &mut self,
        event: &Event,
        removed: Option<&Node>,
    ) -> Vec<(WatcherId, Watch)> {
        let mut ids = Vec::new();
        for path in event.path.prefixes() {
            let same = self.by_path.get(path).into_iter().flatten();
            let concerned = same.filter(|(_, watch)| event.concerns(path, watch.is_recursive));
            add_due(&mut ids, concerned, event.index());
        }
        if let Some(removed) = removed {
            self.add_below(&mut ids, event, removed);
        }
        self.take(ids)
    }

    /// A removed directory concerns each wait for a node that was in it.
    fn add_below(&self, ids: &mut Vec<WatcherId>, event: &Event, removed: &Node) {
        let directory = event.path.text();
        // '0' follows '/'.
        let bounds = (format!("{directory}/"), format!("{directory}0"));
        let bounds = (Included(bounds.0.as_str()), Excluded(bounds.1.as_str()));
        for (path, same) in self.by_path.range::<str, _>(bounds) {
            let names = path.below(directory).unwrap_or_default();
            let names = names.split('/').skip(1);
            if removed.descendant(names).is_some() {
                add_due(ids, same.iter(), event.index());
            }
        }
    }

    fn take(&mut self, ids: Vec<WatcherId>) -> Vec<(WatcherId, Watch)> {
        ids.into_iter()
            .filter_map(|id| Some((id, self.remove(id)?)))
            .collect()
    }
}

fn add_due<'a>(
    ids: &mut Vec<WatcherId>,
    watches: impl Iterator<Item = (&'a WatcherId, &'a Watch)>,
    index: u64,
) {
    let due = watches.filter(|(_, watch)| watch.since <= index);
    ids.extend(due.map(|(id, _)| *id));
}
