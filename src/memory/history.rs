//! The last events, for waits from a past index. Knows no watchers.
//!
//! etcd's `event_history.go` compares paths as texts: a recursive wait is told of hidden names, and a wait for `/ab` of the removal
//! of the directory `/a`. This history gives a wait neither of the two. One difference to a wait that was registered at the time is left, as in etcd: each wait
//! below a removed directory gets the removal, whether its node existed or not.

use super::event::Event;
use super::failure::{Code, Failure};
use super::path::Path;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many events are kept.
pub const CAPACITY: usize = 1000;

/// The last events, without a gap between their indexes.
#[derive(Debug, Default)]
pub struct History {
    events: VecDeque<Arc<Event>>,
    /// The lowest index from which on no event is lost.
    start: u64,
}

impl History {
    /// A history that begins with an index.
    pub fn starting_at(start: u64) -> Self {
        History {
            events: VecDeque::new(),
            start,
        }
    }

    /// Adds the next event.
    pub fn add(&mut self, event: Arc<Event>) {
        if self.events.len() == CAPACITY
            && let Some(lost) = self.events.pop_front()
        {
            self.start = lost.index() + 1;
        }
        self.events.push_back(event);
    }

    /// The first event from an index on that matches a wait.
    ///
    /// # Errors
    /// If events from this index on are lost.
    pub fn find(
        &self,
        path: &Path,
        is_recursive: bool,
        since: u64,
    ) -> Result<Option<&Arc<Event>>, Failure> {
        let start = self.start;
        if since < start {
            let cause = format!("the requested history has been cleared [{start}/{since}]");
            return Err(Code::HistoryCleared.because(cause));
        }
        let from = self.events.partition_point(|event| event.index() < since);
        Ok(self.events.range(from..).find(|event| {
            let matches = event.concerns(path.text(), is_recursive) || event.removes_above(path);
            matches && !event.is_refresh
        }))
    }

    /// The events, the oldest first.
    #[cfg(test)]
    pub fn events(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.events.iter()
    }
}
