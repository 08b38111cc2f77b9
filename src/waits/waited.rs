//! What every store tells of a wait that has ended, and of its index before a watch.

use crate::api::error::Error;
use crate::api::outcome::{Ended, Origin};

/// How a wait ended, and where it has got to.
#[derive(Debug)]
pub struct Waited {
    /// What the caller gets, and how its chain goes on.
    pub ended: Ended,
    /// The index from which the wait looked at its end, if it had one.
    pub position: Option<u64>,
}

impl Waited {
    /// A wait that was not sent.
    pub fn refused(error: Error) -> Self {
        Waited {
            ended: Err(error).into(),
            position: None,
        }
    }
}

/// What a read of the store's index finds.
#[derive(Debug)]
pub enum StoreIndex {
    /// The index.
    Known(u64, Origin),
    /// etcd's answer has no index: a proxy has removed the header field.
    Missing(Origin),
    /// The answer is a page that is not etcd's.
    Foreign(Origin),
}
