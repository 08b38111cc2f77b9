//! What an operation is. Plain structs; each backend encodes them for its protocol.

use super::key::Key;

/// An operation of the etcd v2 API.
#[derive(Debug, Clone)]
pub enum Request {
    /// Read a key.
    Get(Get),
    /// Wait for the next event of a key.
    Wait(Wait),
    /// Find the start index of a watch: the watch sees every event from that index on.
    StartIndex(Wait),
    /// Store, create, update or compare and swap.
    Set(Set),
    /// Remove, or compare and delete.
    Delete(Delete),
    /// Create an in-order key.
    Push(Push),
    /// The client URLs of the cluster's members.
    Machines,
    /// The raw answer of `stats/leader`.
    Leader,
    /// Statistics.
    Stats(Stats),
}

/// What a read asks for.
#[derive(Debug, Clone, Default)]
pub struct Get {
    /// The key to read.
    pub key: Key,
    /// `recursive`, `sorted`, `consistent`.
    pub flags: Flags,
    /// Read through the leader's quorum.
    pub quorum: bool,
    /// `waitIndex` of a read that does not wait; etcd ignores it but judges what it holds.
    pub wait_index: Option<String>,
    /// Whether a watch makes the read in place of a poll, with the backoff of polls.
    pub is_poll: bool,
}

/// The parameters that reads and waits share.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flags {
    /// Include everything below.
    pub recursive: bool,
    /// Sort the children by key.
    pub sorted: bool,
    /// Sent as etcdjs sends it; etcd 2 and later ignore it.
    pub consistent: bool,
}

/// What a wait asks for.
#[derive(Debug, Clone, Default)]
pub struct Wait {
    /// The key to watch.
    pub key: Key,
    /// `recursive`, `sorted`, `consistent`.
    pub flags: Flags,
    /// The first index that counts, as text: the server judges what it holds.
    pub index: Option<String>,
}

/// What a write asks for. Texts go out as they are: the server judges what they hold.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// The key to write.
    pub key: Key,
    /// The value; absent, etcd stores an empty one.
    pub value: Option<String>,
    /// Time to live in seconds.
    pub ttl: Option<String>,
    /// Make a directory.
    pub dir: bool,
    /// Under which conditions.
    pub conditions: Conditions,
    /// Renew the time to live and tell no watcher.
    pub refresh: bool,
    /// Leave the node out of the answer.
    pub no_value_on_success: bool,
}

/// What a removal asks for.
#[derive(Debug, Clone, Default)]
pub struct Delete {
    /// The key to remove.
    pub key: Key,
    /// With everything below.
    pub recursive: bool,
    /// An empty directory.
    pub dir: bool,
    /// Under which conditions.
    pub conditions: Conditions,
}

/// The conditions of a write.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Only if the key does (`true`) or does not (`false`) exist. etcd ignores it for removals.
    pub exist: Option<String>,
    /// Only if the key has this value.
    pub value: Option<String>,
    /// Only if the key was last modified at this index.
    pub index: Option<String>,
}

/// What an in-order creation asks for.
#[derive(Debug, Clone, Default)]
pub struct Push {
    /// The directory to create in.
    pub key: Key,
    /// The value; absent, etcd stores an empty one.
    pub value: Option<String>,
    /// Time to live in seconds.
    pub ttl: Option<String>,
}

/// Which statistics.
#[derive(Debug, Clone)]
pub enum Stats {
    /// Of one member: of this machine, or of the next host in turn.
    Own(Option<String>),
    /// Of the store.
    Store,
    /// Of the leader, which alone has them.
    Leader,
}

impl Request {
    /// The key that a write changes; `None` for what changes nothing.
    pub fn written_key(&self) -> Option<&Key> {
        match self {
            Request::Set(set) => Some(&set.key),
            Request::Delete(delete) => Some(&delete.key),
            Request::Push(push) => Some(&push.key),
            _ => None,
        }
    }
}

impl Wait {
    /// The read that tells the store's index to a caller that may read the key. It goes through the quorum: a member that lags
    /// would tell an index below that of applied writes.
    pub fn read_of_index(&self) -> Get {
        Get {
            key: self.key.clone(),
            quorum: true,
            ..Get::default()
        }
    }

    /// Whether the wait is for the next event, whatever its index.
    pub fn is_open(&self) -> bool {
        matches!(self.index.as_deref(), None | Some("0"))
    }
}

impl Conditions {
    /// Whether there are any, here or in the query that the key brings along.
    pub fn are_given(&self, key: &Key) -> bool {
        let given = [&self.exist, &self.value, &self.index];
        given.iter().any(|condition| condition.is_some()) || key.brings_condition()
    }
}
