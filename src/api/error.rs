//! Why a call failed.
//!
//! An [`Error`] is built where its cause is known, and matched by variant, never by its text.

mod by_address;
mod delivery;

pub use by_address::ByAddress;
pub use delivery::Delivery;
use serde_json::{Map, Value};
use std::fmt;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// etcd refused: its answer's JSON body, which has a `message`.
    Api(Value),
    /// An answer that says nothing but its status.
    Status,
    /// A 404 that no etcd v2 store gave: the v2 API is off, or the server is not etcd.
    NoV2Api,
    /// The server has no etcd v3 API.
    NoV3Api,
    /// The v3 API has no source for what this call gives.
    Unsupported(&'static str),
    /// etcd's database is full: the write was not applied.
    NoSpace,
    /// The request is larger than etcd takes, in the server's words.
    TooLarge(String),
    /// etcd refused for a reason that the v2 API does not have, in the server's words.
    Refused(String),
    /// No server answered.
    Network(Failure),
    /// The call cannot be sent as it is.
    Invalid(Invalid),
    /// The list of hosts is empty.
    NoHosts,
    /// The discovery service did not give a list of hosts.
    Discovery,
    /// A defect of this library: the call's task ended without a result.
    Internal,
}

/// Why a call was not sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Invalid {
    /// The key has a character that a request line cannot hold.
    UnescapedCharacter,
    /// The key has a `.` or `..` segment, which a server would resolve to another path.
    DotSegment,
    /// The key has an empty segment (refused in strict mode).
    EmptySegment,
    /// The request line is too long.
    LongRequestLine {
        /// Its bytes.
        bytes: usize,
        /// It must have fewer.
        limit: usize,
        /// What allows a longer one; empty if nothing does.
        advice: &'static str,
    },
    /// The key has more names than etcd's v3 API takes.
    DeepKey {
        /// Its names.
        names: usize,
        /// It may have so many.
        limit: usize,
    },
    /// The request is larger than etcd's v3 API takes.
    LargeRequest {
        /// The bytes of its key and values.
        bytes: usize,
        /// It may have so many.
        limit: usize,
    },
    /// The form is longer than etcd takes.
    LongForm {
        /// Its bytes.
        bytes: usize,
        /// It may have so many.
        limit: usize,
    },
}

/// Why an attempt brought no answer. The names are those of Node.js.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Failure {
    /// As Node.js words it: `connect ECONNREFUSED 127.0.0.1:4001`.
    pub message: String,
    /// `code`, `syscall`, `address`, `port`, `hostname`, `connect`, where they apply.
    pub fields: Map<String, Value>,
    /// How far the request got.
    pub delivery: Delivery,
    /// Whether it says nothing against the host: it has answered, or this process could not ask it.
    pub spares_host: bool,
    /// Whether the host speaks HTTP/2 where HTTP/1.1 was tried, as etcd's gRPC port does.
    pub speaks_http2: bool,
    /// Where several addresses of the host were tried: what happened at each.
    pub errors: Option<Box<ByAddress>>,
}

impl Failure {
    /// A failure with a Node.js error code.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Failure {
            message: message.into(),
            ..Failure::default()
        }
        .with("code", code)
    }

    /// The same failure with one more field.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// The same failure of a request that got this far.
    pub fn with_delivery(self, delivery: Delivery) -> Self {
        Failure { delivery, ..self }
    }

    /// The same failure of a request that a server may have processed.
    pub fn after_sending(self) -> Self {
        self.with_delivery(Delivery::HandedOver)
    }
}

/// One host that was tried, and what happened there.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// The host's URL, without credentials.
    pub host: String,
    /// What happened, in words.
    pub error: String,
}

impl Attempt {
    /// An attempt that was answered with this HTTP status.
    pub fn answered(host: &str, status: u16) -> Self {
        Attempt {
            host: host.to_owned(),
            error: format!("status {status}"),
        }
    }
}

/// Why a call failed, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Error {
    /// The reason.
    pub kind: Kind,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// The host that was asked last, without credentials.
    pub endpoint: Option<String>,
    /// Every attempt, in order.
    pub attempts: Vec<Attempt>,
    /// A write that may or may not have been applied.
    pub ambiguous: bool,
}

impl Error {
    /// An error of which only the reason is known.
    pub fn new(kind: Kind) -> Self {
        Error {
            kind,
            status: None,
            endpoint: None,
            attempts: Vec::new(),
            ambiguous: false,
        }
    }
}

impl Error {
    fn host(&self) -> &str {
        self.endpoint.as_deref().unwrap_or("the host")
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Error::new(Kind::Invalid(invalid))
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Api(body) => match &body["message"] {
                Value::String(message) => out.write_str(message),
                other => write!(out, "{other}"),
            },
            Kind::Status => write!(out, "bad status: {}", self.status.unwrap_or_default()),
            Kind::NoV2Api => write!(
                out,
                "{} does not serve the etcd v2 API: start etcd (before 3.6) with --enable-v2, or pass api: \"v3\" to \
                 keep the keys in its v3 store",
                self.host()
            ),
            Kind::NoV3Api => write!(
                out,
                "{} does not serve the etcd v3 API: give the port of etcd's --listen-client-urls, or pass api: \"v2\"",
                self.host()
            ),
            Kind::Unsupported(call) => {
                write!(out, "etcd's v3 API has nothing that {call} could give")
            }
            Kind::NoSpace => write!(
                out,
                "etcd's database is full: compact and defragment it, or raise --quota-backend-bytes, and then disarm \
                 its NOSPACE alarm"
            ),
            Kind::TooLarge(words) => write!(
                out,
                "the request is too large: {words}. etcd's v3 API takes 1.5 MiB (--max-request-bytes)"
            ),
            Kind::Refused(words) => write!(out, "etcd refused the request: {words}"),
            Kind::Network(failure) => out.write_str(&failure.message),
            Kind::Invalid(invalid) => invalid.fmt(out),
            Kind::NoHosts => {
                out.write_str("there is no host to send to: the list of hosts is empty")
            }
            Kind::Discovery => out.write_str("discovery token could not be resolved"),
            Kind::Internal => {
                out.write_str("internal error: the call's task ended without a result")
            }
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Invalid::UnescapedCharacter => {
                out.write_str("Request path contains unescaped characters")
            }
            Invalid::DotSegment => {
                out.write_str("the key has a . or .. segment, which would leave /v2/keys")
            }
            Invalid::EmptySegment => {
                out.write_str("the key has an empty segment (//), which etcd does not store")
            }
            Invalid::LongRequestLine {
                bytes,
                limit,
                advice,
            } => write!(
                out,
                "the request line has {bytes} bytes and must have fewer than {limit}: use a shorter key or \
                 previous value{advice}"
            ),
            Invalid::DeepKey { names, limit } => {
                write!(out, "the key has {names} names and etcd takes {limit}")
            }
            Invalid::LargeRequest { bytes, limit } => write!(
                out,
                "the value is too large: with its key it has {bytes} bytes and etcd takes {limit} \
                 (--max-request-bytes)"
            ),
            Invalid::LongForm { bytes, limit } => write!(
                out,
                "the value is too large: its form has {bytes} bytes and etcd takes {limit}"
            ),
        }
    }
}
