//! Faults that a test plans: a call fails as one to a cluster does.

use super::ENDPOINT;
use crate::api::error::{Attempt, Error, Failure, Kind};
use crate::api::key::{Key, Syntax};
use crate::api::request::Request;
use crate::api::v2_error;
use crate::memory::call::{Method, check_key};
use crate::net::failure::silence;
use serde_json::{Value, json};
use std::collections::VecDeque;

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// No connection: the call was not sent.
    Refused,
    /// No answer in time. A write is ambiguous.
    Timeout,
    /// The connection ends before the answer. A write is ambiguous.
    Ambiguous,
    /// The members do not agree in time. A write is ambiguous.
    NoQuorum,
    /// The event history is lost, and the call goes on: a wait from an earlier index ends with the error 401.
    HistoryCleared,
}

/// A planned fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// How the call fails.
    pub kind: FaultKind,
    /// Whether a write that fails has been applied.
    pub applied: bool,
    operation: Option<String>,
    key: Option<String>,
    times: u64,
}

/// The planned faults, in order.
#[derive(Debug, Default)]
pub struct FaultPlan {
    faults: VecDeque<Fault>,
}

const FIELDS: &[&str] = &["error", "applied", "operation", "key", "times"];
const OPERATIONS: &[&str] = &[
    "get", "set", "del", "push", "wait", "machines", "leader", "stats",
];
const KINDS: &[(&str, FaultKind)] = &[
    ("refused", FaultKind::Refused),
    ("timeout", FaultKind::Timeout),
    ("ambiguous", FaultKind::Ambiguous),
    ("noQuorum", FaultKind::NoQuorum),
    ("historyCleared", FaultKind::HistoryCleared),
];

/// Why a plan is none.
#[derive(Debug, PartialEq)]
pub enum Unplannable {
    /// It has something else than it may have. In words.
    Malformed(String),
    /// The call that it is for would be refused because of its key.
    Key(Error),
}

impl From<String> for Unplannable {
    fn from(reason: String) -> Self {
        Unplannable::Malformed(reason)
    }
}

impl FaultPlan {
    /// A plan of one fault or a list of faults. A fault is its kind, or an object with `error`, and `operation`, `key`, `times` and
    /// `applied` if they are given. `syntax`: how the calls of the client read their keys.
    ///
    /// # Errors
    /// If the plan is none.
    pub fn of(value: &Value, syntax: Syntax) -> Result<Self, Unplannable> {
        let read = |value| fault(value, syntax);
        let faults = match value {
            Value::Array(list) => list.iter().map(read).collect::<Result<_, _>>()?,
            one => VecDeque::from([read(one)?]),
        };
        Ok(FaultPlan { faults })
    }

    /// The first fault that is planned for such a request.
    pub fn take(&mut self, request: &Request) -> Option<Fault> {
        let at = self
            .faults
            .iter()
            .position(|fault| fault.concerns(request))?;
        let fault = self.faults.get_mut(at)?;
        fault.times = fault.times.saturating_sub(1);
        match fault.times {
            0 => self.faults.remove(at),
            _ => Some(fault.clone()),
        }
    }
}

impl FaultKind {
    /// Whether a write that fails so may be applied.
    fn is_ambiguous(self) -> bool {
        !matches!(self, FaultKind::Refused | FaultKind::HistoryCleared)
    }
}

impl Fault {
    fn concerns(&self, request: &Request) -> bool {
        let (operation, key) = subject(request);
        let is_wanted = self.operation.as_ref().is_none_or(|it| it == operation);
        let is_of_key = |wanted: &String| key.as_ref() == Some(wanted);
        is_wanted && self.key.as_ref().is_none_or(is_of_key)
    }

    /// The error of the call.
    pub fn error(&self, is_write: bool) -> Error {
        let (kind, status) = match self.kind {
            FaultKind::Refused => (Kind::Network(refused()), None),
            FaultKind::Timeout => (Kind::Network(silence()), None),
            FaultKind::NoQuorum => (Kind::Api(no_quorum()), Some(500)),
            FaultKind::Ambiguous | FaultKind::HistoryCleared => (Kind::Network(hung_up()), None),
        };
        let error = Error {
            status,
            endpoint: Some(ENDPOINT.to_owned()),
            ambiguous: is_write && self.kind.is_ambiguous(),
            ..Error::new(kind)
        };
        let attempt = match status {
            Some(status) => Attempt::answered(ENDPOINT, status),
            None => Attempt {
                host: ENDPOINT.to_owned(),
                error: error.to_string(),
            },
        };
        let attempts = vec![attempt];
        Error { attempts, ..error }
    }
}

/// The operation of a request as plans name it, and its key.
fn subject(request: &Request) -> (&'static str, Option<String>) {
    match request {
        Request::Get(get) => ("get", Some(get.key.canonical())),
        Request::Wait(wait) | Request::StartIndex(wait) => ("wait", Some(wait.key.canonical())),
        Request::Set(set) => ("set", Some(set.key.canonical())),
        Request::Delete(delete) => ("del", Some(delete.key.canonical())),
        Request::Push(push) => ("push", Some(push.key.canonical())),
        Request::Machines => ("machines", None),
        Request::Leader => ("leader", None),
        Request::Stats(_) => ("stats", None),
    }
}

fn fault(value: &Value, syntax: Syntax) -> Result<Fault, Unplannable> {
    let of_kind = json!({ "error": value });
    let fields = match value {
        Value::Object(fields) => fields,
        _ => of_kind.as_object().ok_or_else(String::new)?,
    };
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        let names = FIELDS.join(", ");
        return Err(format!("a fault has no {unknown}: it has {names}").into());
    }
    let kind = kind(fields.get("error").unwrap_or(&Value::Null))?;
    let operation = operation(fields.get("operation"))?;
    Ok(Fault {
        kind,
        applied: applied(fields.get("applied"), kind)?,
        key: key(fields.get("key"), operation.as_deref(), syntax)?,
        operation,
        times: match fields.get("times") {
            None => 1,
            Some(times) => positive(times)?,
        },
    })
}

/// Only a call whose answer is lost may be applied although it fails.
fn applied(value: Option<&Value>, kind: FaultKind) -> Result<bool, String> {
    match value {
        None => Ok(kind == FaultKind::Ambiguous),
        Some(Value::Bool(true)) if !kind.is_ambiguous() => Err(
            "applied may be true only for the errors ambiguous, timeout and noQuorum".to_owned(),
        ),
        Some(Value::Bool(applied)) => Ok(*applied),
        Some(other) => Err(format!("applied must be true or false, not {other}")),
    }
}

fn kind(value: &Value) -> Result<FaultKind, String> {
    let found = KINDS.iter().find(|(name, _)| value == name);
    let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    found
        .map(|(_, kind)| *kind)
        .ok_or_else(|| format!("error must be one of {names}, not {value}"))
}

fn operation(value: Option<&Value>) -> Result<Option<String>, String> {
    match value {
        None => Ok(None),
        Some(Value::String(name)) if OPERATIONS.contains(&name.as_str()) => Ok(Some(name.clone())),
        Some(other) => {
            let names = OPERATIONS.join(", ");
            Err(format!("operation must be one of {names}, not {other}"))
        }
    }
}

/// A key as the calls of the client read it.
fn key(
    value: Option<&Value>,
    operation: Option<&str>,
    syntax: Syntax,
) -> Result<Option<String>, Unplannable> {
    let text = match value {
        None => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(other) => return Err(format!("key must be a string, not {other}").into()),
    };
    let key = Key { text, syntax };
    let method = match operation {
        Some("set") => Method::Put,
        Some("del") => Method::Delete,
        Some("push") => Method::Post,
        Some("machines" | "leader" | "stats") => {
            let operation = operation.unwrap_or_default();
            return Err(format!("key is given, but {operation} has no key").into());
        }
        _ => Method::Get,
    };
    check_key(method, &key).map_err(|invalid| Unplannable::Key(invalid.into()))?;
    Ok(Some(key.canonical()))
}

fn positive(value: &Value) -> Result<u64, String> {
    value
        .as_u64()
        .filter(|times| *times > 0)
        .ok_or_else(|| format!("times must be a whole number from 1 to 2^53, not {value}"))
}

fn refused() -> Failure {
    Failure::new("ECONNREFUSED", format!("connect ECONNREFUSED {ENDPOINT}"))
        .with("syscall", "connect")
}

fn hung_up() -> Failure {
    Failure::new("ECONNRESET", "socket hang up")
}

fn no_quorum() -> Value {
    let cause = "etcdserver: request timed out";
    json!({ "errorCode": 300, "message": v2_error::kind(300).1, "cause": cause, "index": 0 })
}
