//! How an operation looks on the v2 HTTP API: a method, a path and a form.
//!
//! Pure. Knows nothing of hosts, sockets or answers.

use super::encoded::{Encoded, encoded, request};
use super::path::path;
use crate::api::error::Invalid;
use crate::api::request::{Delete, Get, Push, Request, Set, Stats, Wait};
use crate::net::Method;

impl Request {
    /// The request as it goes to a host.
    ///
    /// # Errors
    /// If its key or its form cannot be sent.
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
        let query = encoded(&self.parameters());
        Ok(Encoded::get(path(&self.key, &query)?))
    }
}

impl Wait {
    /// The request that waits from an index on, or for the next event.
    pub fn encode(&self, index: Option<&str>) -> Result<Encoded, Invalid> {
        let query = encoded(&self.parameters(index));
        let mut wait = Encoded::get(path(&self.key, &query)?);
        wait.request.is_long_poll = true;
        Ok(wait)
    }
}

impl Set {
    fn encode(&self) -> Result<Encoded, Invalid> {
        let repeatable = !self.conditions.are_given(&self.key);
        let path = path(&self.key, "")?;
        Encoded::form(Method::Put, path, &self.parameters(), repeatable)
    }
}

impl Push {
    fn encode(&self) -> Result<Encoded, Invalid> {
        let path = path(&self.key, "")?;
        Encoded::form(Method::Post, path, &self.parameters(), false)
    }
}

impl Delete {
    fn encode(&self) -> Result<Encoded, Invalid> {
        let query = encoded(&self.parameters());
        Ok(Encoded {
            request: request(Method::Delete, None),
            path: path(&self.key, &query)?,
            repeatable: !self.conditions.are_given(&self.key),
        })
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
