//! The directories above a key: v2 makes them on the way, and refuses a file among them.
//!
//! A marker of this library implies that all directories above it have markers, and that none of them is a file.

use crate::v3::layout::Path;
use crate::v3::lease_id::Lives;
use crate::v3::pb::{Compare, RangeRequest, RequestOp};
use crate::v3::txn::{self, Responses};
use bytes::Bytes;

/// Of deeper keys the markers are not read: a transaction may have 128 operations. The key of a deeper one does not take the time
/// to live of a directory.
const MAX_MARKERS: usize = 60;

/// The directories above a key, the topmost first.
pub struct Ancestors(Vec<Path>);

/// What a transaction has found above a key.
#[derive(Debug, Default)]
pub struct Found {
    /// The topmost file.
    pub file: Option<Path>,
    /// The topmost directory without a marker.
    pub missing: Option<Path>,
    /// The directory that expires first.
    pub inherited: Inherited,
}

/// The time to live of a directory, which bounds that of everything below. By default no directory has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inherited {
    /// The marker of the directory.
    pub marker: Option<Bytes>,
    /// Its lease.
    pub lease: i64,
}

impl Ancestors {
    /// Without the topmost ones that are left out.
    pub fn of(path: &Path, left_out: usize) -> Self {
        let mut above = path.ancestors();
        above.drain(..left_out.min(above.len()));
        Ancestors(above)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The marker of the directory that holds the key.
    pub fn parent(&self) -> Option<Bytes> {
        self.0.last().map(Path::marker)
    }

    fn has_markers(&self) -> bool {
        self.len() <= MAX_MARKERS
    }

    /// The reads that [`find`](Self::find) takes.
    pub fn reads(&self, serializable: bool) -> Vec<RequestOp> {
        let with = |range: RangeRequest| RangeRequest {
            serializable,
            ..range
        };
        let markers = self.0.iter().take_while(|_| self.has_markers());
        let files = self.0.iter().map(|path| txn::count(path.file()));
        let markers = markers.map(|path| txn::read(path.marker()));
        files.chain(markers).map(|read| with(read).into()).collect()
    }

    /// Takes the answers to the reads.
    pub fn find(&self, responses: &mut Responses, lives: &Lives) -> Found {
        let mut found = Found::default();
        for path in &self.0 {
            if responses.range().count > 0 && found.file.is_none() {
                found.file = Some(path.clone());
            }
        }
        for path in self.0.iter().take_while(|_| self.has_markers()) {
            match responses.key() {
                Some(marker) => found.inherited.bound(path, marker.lease, lives),
                None if found.missing.is_none() => found.missing = Some(path.clone()),
                None => {}
            }
        }
        found
    }

    /// The directory that holds the key has a marker, and the time to live that was found.
    pub fn has_parent(&self, inherited: &Inherited) -> Vec<Compare> {
        let parent = self.parent().into_iter();
        let exists = parent.clone().map(txn::exists);
        exists.chain(self.inherits(inherited)).collect()
    }

    /// The directories have the time to live that was found. By default the one that holds the key has none.
    pub fn inherits(&self, inherited: &Inherited) -> Option<Compare> {
        let marker = inherited.marker.clone().or_else(|| self.parent())?;
        Some(txn::has_lease(marker, inherited.lease))
    }

    /// No directory is a file, and they have the time to live that was found.
    pub fn can_be_made(&self, inherited: &Inherited) -> Vec<Compare> {
        let files = self.0.iter().map(|path| txn::is_absent(path.file()));
        let mut compares: Vec<Compare> = files.collect();
        match &inherited.marker {
            Some(marker) => compares.push(txn::has_lease(marker.clone(), inherited.lease)),
            None if self.has_markers() => {
                let markers = self.0.iter().map(Path::marker);
                compares.extend(markers.map(|marker| txn::has_lease(marker, 0)));
            }
            None => {}
        }
        compares
    }

    /// Makes the directories that are not there: one operation each.
    pub fn make(&self, inherited: &Inherited) -> Vec<RequestOp> {
        let markers = self.0.iter().map(Path::marker);
        markers
            .map(|marker| make_marker(marker, inherited.lease))
            .collect()
    }

    /// Keeps the directory that holds the key when the last key below it goes.
    pub fn keep(&self) -> Option<RequestOp> {
        self.parent().map(|parent| make_marker(parent, 0))
    }
}

fn make_marker(marker: Bytes, lease: i64) -> RequestOp {
    txn::only_if(
        vec![txn::is_absent(marker.clone())],
        vec![txn::put(marker, Bytes::new(), lease).into()],
    )
}

impl Inherited {
    fn bound(&mut self, path: &Path, lease: i64, lives: &Lives) {
        if lease != self.lease && lives.earlier(lease, self.lease) == lease {
            *self = Inherited {
                marker: Some(path.marker()),
                lease,
            };
        }
    }
}
