//! A call as the store takes it: a method, a path, and the parameters as etcd understands them.

use super::failure::Failure;
use super::path::Path;
use crate::api::error::Invalid;
use crate::api::key::Key;
use crate::api::parameters::{Judged, judge};
use crate::api::request::Request;

/// A key has at most so many names. JSON parsers limit the nesting of a dump, serde_json to 128 objects and arrays.
pub const MAX_DEPTH: usize = 60;

/// The HTTP method of the v2 API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A read or a wait.
    Get,
    /// A set, create, update, or compare and swap.
    Put,
    /// The creation of an in-order key.
    Post,
    /// A delete, or compare and delete.
    Delete,
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The node.
    pub path: Path,
    /// The parameters.
    pub judged: Judged,
}

/// Why a request is no call of the store.
#[derive(Debug, PartialEq)]
pub enum Rejected {
    /// Its key cannot be one.
    Key(Invalid),
    /// etcd refuses a parameter.
    Parameter(Failure),
    /// Members answer it, and not their store.
    NotOfStore,
}

impl Call {
    /// The call that a request makes.
    ///
    /// # Errors
    /// If it makes none.
    pub fn of(request: &Request) -> Result<Self, Rejected> {
        let (method, key) = match request {
            Request::Get(get) => (Method::Get, &get.key),
            Request::Wait(wait) | Request::StartIndex(wait) => (Method::Get, &wait.key),
            Request::Set(set) => (Method::Put, &set.key),
            Request::Push(push) => (Method::Post, &push.key),
            Request::Delete(delete) => (Method::Delete, &delete.key),
            Request::Machines | Request::Leader | Request::Stats(_) => {
                return Err(Rejected::NotOfStore);
            }
        };
        check_key(method, key).map_err(Rejected::Key)?;
        let judged = judge(request).map_err(|refused| Rejected::Parameter(refused.into()))?;
        Ok(Call {
            method,
            path: Path::of(key),
            judged,
        })
    }

    /// Whether a write has a condition other than that its key exists.
    pub fn has_compare(&self) -> bool {
        self.judged.prev_index > 0 || self.judged.prev_value.is_some()
    }
}

/// Checks what a server would redirect or the store does not take.
///
/// # Errors
/// If the key cannot be one.
pub fn check_key(method: Method, key: &Key) -> Result<(), Invalid> {
    key.parts()?;
    if method == Method::Get {
        return Ok(());
    }
    if key.has_empty_segment() {
        return Err(Invalid::EmptySegment);
    }
    let names = Path::of(key).depth() + usize::from(method == Method::Post);
    match names > MAX_DEPTH {
        true => Err(Invalid::DeepKey {
            names,
            limit: MAX_DEPTH,
        }),
        false => Ok(()),
    }
}
