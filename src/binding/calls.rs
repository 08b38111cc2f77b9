//! The methods of a client that start calls. Each makes a request of its arguments.

use super::flags::{CallFlag, CallFlags};
use super::native_client::NativeClient;
use super::options::{Encode, encoded};
use crate::api::key::Key;
use crate::api::request::{Conditions, Delete, Get, Push, Request, Set, Stats, Wait};
use crate::net::url_text::with_encoded_name;
use napi_derive::napi;

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

impl From<JsConditions> for Conditions {
    fn from(conditions: JsConditions) -> Self {
        Conditions {
            exist: conditions.exist,
            value: conditions.value,
            index: conditions.index,
        }
    }
}

fn key(text: String, flags: CallFlags) -> Key {
    let syntax = flags.syntax();
    Key { text, syntax }
}

#[napi]
impl NativeClient {
    /// Starts a read, or a wait.
    #[napi]
    pub fn get(
        &self,
        id: f64,
        text: String,
        flags: u32,
        wait_index: Option<String>,
        chain: Option<u32>,
    ) {
        let flags = CallFlags(flags);
        let key = key(text, flags);
        let read = flags.of_read();
        let chain = chain.map(Into::into);
        let request = match (flags.has(CallFlag::StartIndex), flags.has(CallFlag::Wait)) {
            (true, _) => Request::StartIndex(Wait {
                key,
                flags: read,
                index: None,
            }),
            (false, true) => Request::Wait(Wait {
                key,
                flags: read,
                index: wait_index,
            }),
            (false, false) => Request::Get(Get {
                key,
                flags: read,
                quorum: flags.has(CallFlag::Quorum),
                wait_index,
                is_poll: flags.has(CallFlag::InPlaceOfPoll),
            }),
        };
        self.start(id, flags, request, chain);
    }

    /// Starts a write.
    #[napi]
    pub fn set(
        &self,
        id: f64,
        text: String,
        flags: u32,
        value: Option<String>,
        ttl: Option<String>,
        conditions: Option<JsConditions>,
    ) {
        let flags = CallFlags(flags);
        let request = Set {
            key: key(text, flags),
            value,
            ttl,
            dir: flags.has(CallFlag::Dir),
            conditions: conditions.map(Into::into).unwrap_or_default(),
            refresh: flags.has(CallFlag::Refresh),
            no_value_on_success: flags.has(CallFlag::NoValueOnSuccess),
        };
        self.start(id, flags, Request::Set(request), None);
    }

    /// Starts a removal.
    #[napi]
    pub fn del(&self, id: f64, text: String, flags: u32, conditions: Option<JsConditions>) {
        let flags = CallFlags(flags);
        let request = Delete {
            key: key(text, flags),
            recursive: flags.has(CallFlag::Recursive),
            dir: flags.has(CallFlag::Dir),
            conditions: conditions.map(Into::into).unwrap_or_default(),
        };
        self.start(id, flags, Request::Delete(request), None);
    }

    /// Starts the creation of an in-order key.
    #[napi]
    pub fn push(
        &self,
        id: f64,
        text: String,
        flags: u32,
        value: Option<String>,
        ttl: Option<String>,
    ) {
        let flags = CallFlags(flags);
        let key = key(text, flags);
        self.start(id, flags, Request::Push(Push { key, value, ttl }), None);
    }

    /// Asks for the members' client URLs.
    #[napi]
    pub fn machines(&self, id: f64, flags: u32) {
        self.start(id, CallFlags(flags), Request::Machines, None);
    }

    /// Asks for the raw answer of `stats/leader`.
    #[napi]
    pub fn leader(&self, id: f64, flags: u32) {
        self.start(id, CallFlags(flags), Request::Leader, None);
    }

    /// Asks for the statistics of a machine, or of the next host in turn.
    #[napi]
    pub fn stats_self(&self, id: f64, flags: u32, machine: Option<String>, encode: Encode<'_>) {
        let encode = |name: &str| encoded(&encode, name);
        let machine = machine.map(|host| with_encoded_name(host.trim(), &encode).into_owned());
        self.start(
            id,
            CallFlags(flags),
            Request::Stats(Stats::Own(machine)),
            None,
        );
    }

    /// Asks for the statistics of the store.
    #[napi]
    pub fn stats_store(&self, id: f64, flags: u32) {
        self.start(id, CallFlags(flags), Request::Stats(Stats::Store), None);
    }

    /// Asks for the statistics of the leader.
    #[napi]
    pub fn stats_leader(&self, id: f64, flags: u32) {
        self.start(id, CallFlags(flags), Request::Stats(Stats::Leader), None);
    }
}
