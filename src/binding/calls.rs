//! The calls of a client: each takes what JavaScript says and starts the request that it means.

use super::NativeClient;
use crate::request::{
    Conditions, Delete, Flags, Get, Key, Push, Request, Set, Stats, Syntax, Wait,
};
use napi_derive::napi;

/// The key of a call.
#[napi(object)]
pub struct JsKey {
    /// The caller's text.
    pub text: String,
    /// Whether every character stands for itself.
    pub strict: bool,
}

/// What a read or a wait asks for.
#[napi(object)]
pub struct GetOptions {
    /// See [`Get`].
    pub recursive: bool,
    /// See [`Get`].
    pub sorted: bool,
    /// See [`Get`].
    pub consistent: bool,
    /// See [`Get`].
    pub quorum: bool,
    /// Whether to wait for an event.
    pub wait: bool,
    /// See [`Wait`].
    pub wait_index: Option<String>,
}

/// The conditions of a write.
#[napi(object)]
pub struct JsConditions {
    /// See [`Conditions`].
    pub exist: Option<String>,
    /// See [`Conditions`].
    pub value: Option<String>,
    /// See [`Conditions`].
    pub index: Option<String>,
}

/// What a write asks for.
#[napi(object)]
pub struct SetOptions {
    /// See [`Set`].
    pub value: Option<String>,
    /// See [`Set`].
    pub ttl: Option<String>,
    /// See [`Set`].
    pub dir: bool,
    /// See [`Set`].
    pub conditions: JsConditions,
    /// See [`Set`].
    pub refresh: bool,
    /// See [`Set`].
    pub no_value_on_success: bool,
}

/// What a removal asks for.
#[napi(object)]
pub struct DeleteOptions {
    /// See [`Delete`].
    pub recursive: bool,
    /// See [`Delete`].
    pub dir: bool,
    /// See [`Delete`].
    pub conditions: JsConditions,
}

impl From<JsKey> for Key {
    fn from(key: JsKey) -> Self {
        Key {
            text: key.text,
            syntax: if key.strict {
                Syntax::Strict
            } else {
                Syntax::Loose
            },
        }
    }
}

impl From<JsConditions> for Conditions {
    fn from(conditions: JsConditions) -> Self {
        Conditions {
            exist: conditions.exist,
            value: conditions.value,
            index: conditions.index,
        }
    }
}

#[napi]
impl NativeClient {
    /// Starts a read, or a wait.
    #[napi]
    pub fn get(&self, id: f64, key: JsKey, options: GetOptions) {
        let flags = Flags {
            recursive: options.recursive,
            sorted: options.sorted,
            consistent: options.consistent,
        };
        let request = match options.wait {
            true => Request::Wait(Wait {
                key: key.into(),
                flags,
                index: options.wait_index,
            }),
            false => Request::Get(Get {
                key: key.into(),
                flags,
                quorum: options.quorum,
                wait_index: options.wait_index,
            }),
        };
        self.start(id, request);
    }

    /// Starts a write.
    #[napi]
    pub fn set(&self, id: f64, key: JsKey, options: SetOptions) {
        let request = Set {
            key: key.into(),
            value: options.value,
            ttl: options.ttl,
            dir: options.dir,
            conditions: options.conditions.into(),
            refresh: options.refresh,
            no_value_on_success: options.no_value_on_success,
        };
        self.start(id, Request::Set(request));
    }

    /// Starts a removal.
    #[napi]
    pub fn del(&self, id: f64, key: JsKey, options: DeleteOptions) {
        let request = Delete {
            key: key.into(),
            recursive: options.recursive,
            dir: options.dir,
            conditions: options.conditions.into(),
        };
        self.start(id, Request::Delete(request));
    }

    /// Starts the creation of an in-order key.
    #[napi]
    pub fn push(&self, id: f64, key: JsKey, value: Option<String>, ttl: Option<String>) {
        let key = key.into();
        self.start(id, Request::Push(Push { key, value, ttl }));
    }

    /// Asks for the members' client URLs.
    #[napi]
    pub fn machines(&self, id: f64) {
        self.start(id, Request::Machines);
    }

    /// Asks for the raw answer of `stats/leader`.
    #[napi]
    pub fn leader(&self, id: f64) {
        self.start(id, Request::Leader);
    }

    /// Asks for the statistics of a machine, or of the next host in turn.
    #[napi]
    pub fn stats_self(&self, id: f64, machine: Option<String>) {
        self.start(id, Request::Stats(Stats::Own(machine)));
    }

    /// Asks for the statistics of the store.
    #[napi]
    pub fn stats_store(&self, id: f64) {
        self.start(id, Request::Stats(Stats::Store));
    }

    /// Asks for the statistics of the leader.
    #[napi]
    pub fn stats_leader(&self, id: f64) {
        self.start(id, Request::Stats(Stats::Leader));
    }
}
