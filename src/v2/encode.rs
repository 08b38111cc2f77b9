//! How an operation looks on the v2 HTTP API: a method, a path and a form.
//!
//! Pure. Knows etcd's parameters; knows nothing of hosts, sockets or answers.

use super::encoded::{Encoded, Parameters, request};
use crate::api::error::Invalid;
use crate::api::request::{Conditions, Delete, Flags, Get, Push, Request, Set, Stats, Wait};
use crate::net::Method;

impl Request {
    /// The request as it goes to a host; an error where it cannot be sent.
    pub fn encode(&self) -> Result<Encoded, Invalid> {
        match self {
            Request::Get(get) => get.encode(),
            Request::Wait(wait) => wait.encode(wait.index.as_deref()),
            Request::StartIndex(wait) => wait.read_of_index().encode(),
            Request::Set(set) => set.encode(),
            Request::Delete(delete) => delete.encode(),
            Request::Push(push) => push.encode(),
            Request::Machines => Ok(Encoded::get("/v2/machines")),
            Request::Leader => Ok(Encoded::get("/v2/stats/leader")),
            Request::Stats(stats) => Ok(stats.encode()),
        }
    }
}

impl Get {
    /// See [`Request::encode`].
    pub fn encode(&self) -> Result<Encoded, Invalid> {
        let mut query = Parameters::default();
        query.text("waitIndex", self.wait_index.as_deref());
        self.flags.write(&mut query);
        query.flag("quorum", self.quorum);
        Ok(Encoded::get(self.key.path(&query.encoded())?))
    }
}

impl Flags {
    fn write(self, query: &mut Parameters) {
        query.flag("recursive", self.recursive);
        query.flag("sorted", self.sorted);
        query.flag("consistent", self.consistent);
    }
}

impl Wait {
    /// The request that waits from an index on, or for the next event.
    pub fn encode(&self, index: Option<&str>) -> Result<Encoded, Invalid> {
        let mut query = Parameters::default();
        query.flag("wait", true);
        query.text("waitIndex", index);
        self.flags.write(&mut query);
        let mut encoded = Encoded::get(self.key.path(&query.encoded())?);
        encoded.request.is_long_poll = true;
        Ok(encoded)
    }
}

impl Set {
    fn encode(&self) -> Result<Encoded, Invalid> {
        let mut form = Parameters::default();
        form.text("value", self.value.as_deref());
        form.text("ttl", self.ttl.as_deref());
        form.flag("dir", self.dir);
        self.conditions.write(&mut form);
        form.flag("refresh", self.refresh);
        form.flag("noValueOnSuccess", self.no_value_on_success);
        let repeatable = !self.conditions.are_given(&self.key);
        Encoded::form(Method::Put, self.key.path("")?, form, repeatable)
    }
}

impl Push {
    fn encode(&self) -> Result<Encoded, Invalid> {
        let mut form = Parameters::default();
        form.text("value", self.value.as_deref());
        form.text("ttl", self.ttl.as_deref());
        Encoded::form(Method::Post, self.key.path("")?, form, false)
    }
}

impl Delete {
    fn encode(&self) -> Result<Encoded, Invalid> {
        let mut query = Parameters::default();
        self.conditions.write(&mut query);
        query.flag("recursive", self.recursive);
        query.flag("dir", self.dir);
        Ok(Encoded {
            request: request(Method::Delete, None),
            path: self.key.path(&query.encoded())?,
            repeatable: !self.conditions.are_given(&self.key),
        })
    }
}

impl Conditions {
    fn write(&self, parameters: &mut Parameters) {
        parameters.text("prevExist", self.exist.as_deref());
        parameters.text("prevValue", self.value.as_deref());
        parameters.text("prevIndex", self.index.as_deref());
    }
}

impl Stats {
    fn encode(&self) -> Encoded {
        Encoded::get(match self {
            Stats::Own(_) => "/v2/stats/self",
            Stats::Store => "/v2/stats/store",
            Stats::Leader => "/v2/stats/leader",
        })
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
