//! The parameters of a call, and what etcd makes of them. Pure.
//!
//! A call carries its parameters as the caller's text. The v2 API sends the text, and etcd judges it. A store without that API
//! judges by [`judge`], which gives the same answers: it follows `parseKeyRequest` of etcd's `etcdserver/api/v2http/client.go`,
//! check by check.

use super::request::Request;
use std::borrow::Cow;

/// Parameters in order. etcd reads the first one of each name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters(pub Vec<(Cow<'static, str>, String)>);

/// The names that etcd reads.
const NAMES: [&str; 14] = [
    "dir",
    "noValueOnSuccess",
    "prevExist",
    "prevIndex",
    "prevValue",
    "quorum",
    "recursive",
    "refresh",
    "sorted",
    "stream",
    "ttl",
    "value",
    "wait",
    "waitIndex",
];

impl Parameters {
    /// Adds a parameter of a client, if etcd reads it: so parameters take no more memory than their text, however many there are.
    pub fn add(&mut self, name: &str, value: impl FnOnce() -> String) {
        let known = NAMES.iter().find(|known| **known == name);
        if let Some(name) = known.filter(|name| self.first(name).is_none()) {
            self.0.push(((*name).into(), value()));
        }
    }

    /// Adds a text, if there is one.
    pub fn text(&mut self, name: &'static str, value: Option<&str>) {
        let given = value.map(|value| (name.into(), value.to_owned()));
        self.0.extend(given);
    }

    /// Adds `true`, if it is.
    pub fn flag(&mut self, name: &'static str, value: bool) {
        self.text(name, value.then_some("true"));
    }

    /// The first value of a name.
    fn first(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The parameters of a call as etcd understands them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judged {
    /// Only if the key was last modified at this index; 0 is no condition.
    pub prev_index: u64,
    /// The first index that counts for a wait; 0 is the next one.
    pub wait_index: u64,
    /// Everything below the key.
    pub recursive: bool,
    /// Children sorted by key.
    pub sorted: bool,
    /// Wait for an event.
    pub wait: bool,
    /// A directory.
    pub dir: bool,
    /// Read through the leader's quorum.
    pub quorum: bool,
    /// Every event on one connection, which only a key's own query can ask for.
    pub stream: bool,
    /// Only if the key has this value.
    pub prev_value: Option<String>,
    /// Leave the node out of the answer.
    pub no_value_on_success: bool,
    /// Time to live in seconds; 0 removes the one that the key has.
    pub ttl: Option<u64>,
    /// Only if the key does or does not exist.
    pub prev_exist: Option<bool>,
    /// Renew the time to live and keep the value.
    pub refresh: bool,
    /// The value to store.
    pub value: String,
}

/// A parameter that etcd refuses, with the status 400.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// etcd's `errorCode`.
    pub code: u16,
    /// etcd's `cause`.
    pub cause: String,
}

/// The codes of etcd's `etcdserver/api/v2error/error.go`, each with its message.
const MESSAGES: [(u16, &str); 6] = [
    (201, "PrevValue is Required in POST form"),
    (202, "The given TTL in POST form is not a number"),
    (203, "The given index in POST form is not a number"),
    (209, "Invalid field"),
    (211, "Value provided on refresh"),
    (212, "A TTL must be provided on refresh"),
];

impl Refused {
    fn new(code: u16, cause: impl Into<String>) -> Self {
        Refused {
            code,
            cause: cause.into(),
        }
    }

    /// etcd's `message`.
    pub fn message(&self) -> &'static str {
        let found = MESSAGES.iter().find(|(code, _)| *code == self.code);
        found.map_or("", |(_, message)| message)
    }
}

/// What etcd makes of the parameters of a request, those in the query of its key included.
///
/// # Errors
/// The first parameter that etcd refuses, in etcd's order of checks.
pub fn judge(request: &Request) -> Result<Judged, Refused> {
    let is_read = request.written_key().is_none();
    judge_parameters(is_read, &request.all_parameters())
}

/// The same for the parameters alone. `is_read`: the method is GET.
pub fn judge_parameters(is_read: bool, given: &Parameters) -> Result<Judged, Refused> {
    let number = |name| number(given, name).map_err(|cause| Refused::new(203, cause));
    let boolean = |name| boolean(given, name).map(Option::unwrap_or_default);
    let mut judged = Judged {
        prev_index: number("prevIndex")?.unwrap_or_default(),
        wait_index: number("waitIndex")?.unwrap_or_default(),
        recursive: boolean("recursive")?,
        sorted: boolean("sorted")?,
        wait: boolean("wait")?,
        dir: boolean("dir")?,
        quorum: boolean("quorum")?,
        stream: boolean("stream")?,
        ..Judged::default()
    };
    if judged.wait && !is_read {
        let cause = r#""wait" can only be used with GET requests"#;
        return Err(Refused::new(209, cause));
    }
    judged.prev_value = prev_value(given)?;
    judged.no_value_on_success = boolean("noValueOnSuccess")?;
    judged.ttl = ttl(given)?;
    judged.prev_exist = unquoted(given, "prevExist")?;
    judged.value = given.first("value").unwrap_or_default().to_owned();
    judged.refresh = refresh(given, &judged)?;
    Ok(judged)
}

/// `strconv.ParseUint` in base 10: digits alone.
fn number(given: &Parameters, name: &str) -> Result<Option<u64>, String> {
    let Some(text) = given.first(name) else {
        return Ok(None);
    };
    let are_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = text.parse().ok().filter(|_| are_digits);
    parsed.map(Some).ok_or_else(|| invalid(name))
}

fn boolean(given: &Parameters, name: &str) -> Result<Option<bool>, Refused> {
    let parsed = given.first(name).map(parse_bool);
    parsed
        .transpose()
        .map_err(|()| Refused::new(209, invalid(name)))
}

/// A boolean whose name etcd does not quote in the cause.
fn unquoted(given: &Parameters, name: &str) -> Result<Option<bool>, Refused> {
    let parsed = given.first(name).map(parse_bool);
    let cause = || format!("invalid value for {name}");
    parsed.transpose().map_err(|()| Refused::new(209, cause()))
}

/// `strconv.ParseBool`.
fn parse_bool(text: &str) -> Result<bool, ()> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(()),
    }
}

fn prev_value(given: &Parameters) -> Result<Option<String>, Refused> {
    match given.first("prevValue") {
        Some("") => Err(Refused::new(201, r#""prevValue" cannot be empty"#)),
        value => Ok(value.map(str::to_owned)),
    }
}

/// An empty text is no time to live.
fn ttl(given: &Parameters) -> Result<Option<u64>, Refused> {
    match given.first("ttl") {
        None | Some("") => Ok(None),
        Some(_) => number(given, "ttl").map_err(|cause| Refused::new(202, cause)),
    }
}

fn refresh(given: &Parameters, judged: &Judged) -> Result<bool, Refused> {
    if unquoted(given, "refresh")? != Some(true) {
        return Ok(false);
    }
    if !judged.value.is_empty() {
        return Err(Refused::new(211, "A value was provided on a refresh"));
    }
    match judged.ttl {
        Some(_) => Ok(true),
        None => Err(Refused::new(212, "No TTL value set")),
    }
}

fn invalid(name: &str) -> String {
    format!("invalid value for {name:?}")
}

#[cfg(test)]
mod tests;
