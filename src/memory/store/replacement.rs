//! Writes that change a node in its place: update, compare and swap.

use super::creation::check_root;
use super::{Change, Store};
use crate::api::action::Action;
use crate::memory::call::Call;
use crate::memory::event::Event;
use crate::memory::expiry::expiration;
use crate::memory::failure::{Code, Failure};
use crate::memory::node::{Content, Node, Snapshot};
use std::time::SystemTime;

impl Store {
    /// Changes a node that exists. A directory gets a new time to live.
    pub(super) fn update(&mut self, call: &Call, now: SystemTime) -> Result<Change, Failure> {
        check_root(&call.path)?;
        let prev = self.snapshot(&call.path)?;
        if prev.is_dir && !call.judged.value.is_empty() {
            return Err(Code::NotFile.because(call.path.text()));
        }
        self.replace(Action::Update, call, prev, now)
    }

    /// Changes a file under a condition.
    pub(super) fn compare_and_swap(
        &mut self,
        call: &Call,
        now: SystemTime,
    ) -> Result<Change, Failure> {
        check_root(&call.path)?;
        let prev = self.snapshot(&call.path)?;
        compare(call, &prev)?;
        self.replace(Action::CompareAndSwap, call, prev, now)
    }

    /// A directory keeps its `modifiedIndex`: only the event shows a new one.
    fn replace(
        &mut self,
        action: Action,
        call: &Call,
        prev: Snapshot,
        now: SystemTime,
    ) -> Result<Change, Failure> {
        let index = self.index + 1;
        if let Some(node) = self.tree.find_mut(&call.path) {
            rewrite(node, call, index);
        }
        let ttl = call.judged.ttl;
        self.set_deadline(&call.path, ttl.and_then(|ttl| expiration(now, ttl)));
        let node = Snapshot {
            modified: index,
            ..self.snapshot(&call.path)?
        };
        Ok(self.next_event(Event {
            action,
            path: call.path.clone(),
            node,
            prev: Some(prev),
            at: now,
            is_refresh: call.judged.refresh,
        }))
    }
}

fn rewrite(node: &mut Node, call: &Call, index: u64) {
    if let Content::File(value) = &mut node.content {
        if !call.judged.refresh {
            *value = call.judged.value.as_str().into();
        }
        node.modified = index;
    }
}

/// Compares a file with the conditions of a call. The cause names those that do not hold (`getCompareFailCause`).
pub(super) fn compare(call: &Call, node: &Snapshot) -> Result<(), Failure> {
    let Some(value) = &node.value else {
        return Err(Code::NotFile.because(call.path.text()));
    };
    let given = call.judged.prev_value.as_deref();
    let given = given.filter(|given| *given != &**value);
    let of_value = given.map(|given| format!("[{given} != {value}]"));
    let index = call.judged.prev_index;
    let of_index =
        (index > 0 && index != node.modified).then(|| format!("[{index} != {}]", node.modified));
    let causes: Vec<String> = of_value.into_iter().chain(of_index).collect();
    match causes.is_empty() {
        true => Ok(()),
        false => Err(Code::CompareFailed.because(causes.join(" "))),
    }
}
