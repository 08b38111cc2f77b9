//! Writes that put a new node in its place: set, create, push.

use super::{Change, Store};
use crate::api::action::Action;
use crate::memory::call::Call;
use crate::memory::event::Event;
use crate::memory::expiry::expiration_of_new;
use crate::memory::failure::{Code, Failure};
use crate::memory::node::{Children, Content, Node, Snapshot};
use crate::memory::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

impl Store {
    /// Creates a node, or replaces a file.
    pub(super) fn set(&mut self, call: &Call, now: SystemTime) -> Result<Change, Failure> {
        let prev = match self.snapshot(&call.path) {
            Err(failure) if failure.code == Code::KeyNotFound && !call.judged.refresh => None,
            found => Some(found?),
        };
        check_root(&call.path)?;
        if prev.as_ref().is_some_and(|prev| prev.is_dir) {
            return Err(Code::NotFile.because(call.path.text()));
        }
        let kept = prev.as_ref().filter(|_| call.judged.refresh);
        let value = kept.and_then(|prev| prev.value.clone());
        let node = self.place(call, &call.path, value, now)?;
        Ok(self.next_event(Event {
            action: Action::Set,
            path: call.path.clone(),
            node,
            prev,
            at: now,
            is_refresh: call.judged.refresh,
        }))
    }

    /// Creates a node that does not exist.
    pub(super) fn create(
        &mut self,
        call: &Call,
        path: &Path,
        now: SystemTime,
    ) -> Result<Change, Failure> {
        check_root(path)?;
        match self.tree.find(path) {
            Ok(_) => return Err(Code::KeyExists.because(path.text())),
            Err(failure) if failure.code != Code::KeyNotFound => return Err(failure),
            Err(_) => {}
        }
        let node = self.place(call, path, None, now)?;
        Ok(self.next_event(Event {
            action: Action::Create,
            path: path.clone(),
            node,
            prev: None,
            at: now,
            is_refresh: false,
        }))
    }

    /// Creates a node whose name is its index.
    pub(super) fn push(&mut self, call: &Call, now: SystemTime) -> Result<Change, Failure> {
        let path = call.path.child(&format!("{:020}", self.index + 1));
        self.create(call, &path, now)
    }

    /// Puts the node of a call in its place. `kept`: its value instead of that of the call.
    fn place(
        &mut self,
        call: &Call,
        path: &Path,
        kept: Option<Arc<str>>,
        now: SystemTime,
    ) -> Result<Snapshot, Failure> {
        let content = match call.judged.dir {
            true => Content::Directory(Children::new()),
            false => Content::File(kept.unwrap_or_else(|| call.judged.value.as_str().into())),
        };
        let node = Node::new(content, self.index + 1);
        if let Some(replaced) = self.tree.insert(path, node)? {
            self.expiries.remove(replaced.deadline);
        }
        let ttl = call.judged.ttl;
        self.set_deadline(path, ttl.and_then(|ttl| expiration_of_new(now, ttl)));
        self.snapshot(path)
    }
}

/// The root cannot be written.
pub(super) fn check_root(path: &Path) -> Result<(), Failure> {
    match path.is_root() {
        true => Err(Code::RootReadOnly.because("/")),
        false => Ok(()),
    }
}
