//! What an operation is. Plain structs; each backend encodes them for its protocol.

use super::key::Key;
use super::parameters::Parameters;

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

/// A read.
#[derive(Debug, Clone, Default)]
pub struct Get {
    /// The key to read.
    pub key: Key,
    /// `recursive`, `sorted`, `consistent`.
    pub flags: Flags,
    /// Read through the leader's quorum.
    pub quorum: bool,
    /// `waitIndex` of a read that does not wait. etcd judges it, and then ignores it.
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

/// A wait.
#[derive(Debug, Clone, Default)]
pub struct Wait {
    /// The key to watch.
    pub key: Key,
    /// `recursive`, `sorted`, `consistent`.
    pub flags: Flags,
    /// The first index that counts, as the caller's text.
    pub index: Option<String>,
}

/// A write. Its texts are those of the caller: see [`parameters`](super::parameters).
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// The key to write.
    pub key: Key,
    /// The value. Without one, etcd stores an empty text.
    pub value: Option<String>,
    /// Time to live in seconds.
    pub ttl: Option<String>,
    /// Make a directory.
    pub dir: bool,
    /// The conditions of the write.
    pub conditions: Conditions,
    /// Renew the time to live without an event.
    pub refresh: bool,
    /// Leave the node out of the answer.
    pub no_value_on_success: bool,
}

/// A delete.
#[derive(Debug, Clone, Default)]
pub struct Delete {
    /// The key to remove.
    pub key: Key,
    /// With everything below the key.
    pub recursive: bool,
    /// The key is an empty directory.
    pub dir: bool,
    /// The conditions of the write.
    pub conditions: Conditions,
}

/// The conditions of a write.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Only if the key does (`true`) or does not (`false`) exist. etcd ignores it for deletes.
    pub exist: Option<String>,
    /// Only if the key has this value.
    pub value: Option<String>,
    /// Only if the key was last modified at this index.
    pub index: Option<String>,
}

/// The creation of an in-order key.
#[derive(Debug, Clone, Default)]
pub struct Push {
    /// The directory to create in.
    pub key: Key,
    /// The value. Without one, etcd stores an empty text.
    pub value: Option<String>,
    /// Time to live in seconds.
    pub ttl: Option<String>,
}

/// Which statistics.
#[derive(Debug, Clone)]
pub enum Stats {
    /// Of one member: of the named machine, or of the next host in turn.
    Own(Option<String>),
    /// Of the store.
    Store,
    /// Of the leader. Only the leader has them.
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

impl Request {
    /// The parameters of the call, and those in its key after them.
    pub fn all_parameters(&self) -> Parameters {
        let (mut parameters, key) = match self {
            Request::Get(get) => (get.parameters(), &get.key),
            Request::Wait(wait) => (wait.parameters(wait.index.as_deref()), &wait.key),
            Request::StartIndex(wait) => (wait.read_of_index().parameters(), &wait.key),
            Request::Set(set) => (set.parameters(), &set.key),
            Request::Delete(delete) => (delete.parameters(), &delete.key),
            Request::Push(push) => (push.parameters(), &push.key),
            Request::Machines | Request::Leader | Request::Stats(_) => {
                return Parameters::default();
            }
        };
        parameters.0.extend(key.parameters().0);
        parameters
    }
}

impl Get {
    /// The parameters, in the order of etcdjs.
    pub fn parameters(&self) -> Parameters {
        let mut query = Parameters::default();
        query.text("waitIndex", self.wait_index.as_deref());
        self.flags.add_to(&mut query);
        query.flag("quorum", self.quorum);
        query
    }
}

impl Flags {
    fn add_to(self, query: &mut Parameters) {
        query.flag("recursive", self.recursive);
        query.flag("sorted", self.sorted);
        query.flag("consistent", self.consistent);
    }
}

impl Set {
    /// The parameters, in the order of etcdjs.
    pub fn parameters(&self) -> Parameters {
        let mut form = Parameters::default();
        form.text("value", self.value.as_deref());
        form.text("ttl", self.ttl.as_deref());
        form.flag("dir", self.dir);
        self.conditions.add_to(&mut form);
        form.flag("refresh", self.refresh);
        form.flag("noValueOnSuccess", self.no_value_on_success);
        form
    }
}

impl Push {
    /// The parameters, in the order of etcdjs.
    pub fn parameters(&self) -> Parameters {
        let mut form = Parameters::default();
        form.text("value", self.value.as_deref());
        form.text("ttl", self.ttl.as_deref());
        form
    }
}

impl Delete {
    /// The parameters, in the order of etcdjs.
    pub fn parameters(&self) -> Parameters {
        let mut query = Parameters::default();
        self.conditions.add_to(&mut query);
        query.flag("recursive", self.recursive);
        query.flag("dir", self.dir);
        query
    }
}

impl Wait {
    /// The parameters of a poll from an index, or for the next event.
    pub fn parameters(&self, index: Option<&str>) -> Parameters {
        let mut query = Parameters::default();
        query.flag("wait", true);
        query.text("waitIndex", index);
        self.flags.add_to(&mut query);
        query
    }

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
    /// Whether there are any, here or in the query of the key.
    pub fn are_given(&self, key: &Key) -> bool {
        let given = [&self.exist, &self.value, &self.index];
        let mut own = key.parameters().0.into_iter();
        given.iter().any(|condition| condition.is_some())
            || own.any(|(name, _)| name.starts_with("prev"))
    }

    fn add_to(&self, parameters: &mut Parameters) {
        parameters.text("prevExist", self.exist.as_deref());
        parameters.text("prevValue", self.value.as_deref());
        parameters.text("prevIndex", self.index.as_deref());
    }
}
