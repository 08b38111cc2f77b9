//! How JavaScript sees a client. Decides nothing: `index.js` shapes the calls, [`client`](crate::client)
//! runs them, and what they bring goes back through the [`Outbox`].
//!
//! A call is an id that JavaScript chose. The only part that imports napi.

mod calls;
mod early;
mod flags;
mod inbox;
mod outbox;
mod tasks;

use crate::client::{Client, Discovery};
use crate::cluster::{self, Cluster, Pem, Proxies, Settings, Trust, Unusable};
use crate::hosts::{Credentials, Host, Hosts};
use crate::request::Request;
use early::Early;
use flags::Switches;
use inbox::{Call, Inbox};
use napi::bindgen_prelude::{Either, Function, Latin1String};
use napi::{Error, Result, Status};
use napi_derive::napi;
use outbox::{Outbox, Reply};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use tasks::{Task, Tasks};
use tokio::runtime::{Builder, Handle, Runtime as Tokio};

/// How many host names are looked up at a time, each on a thread.
const LOOK_UPS: usize = 8;

/// How long the end of a Node.js environment waits for the runtime's thread.
const SHUTDOWN: Duration = Duration::from_millis(500);

/// A typed array, to be filled. Named, because the macro takes a reference for an instance of a class.
type Numbers<'a> = &'a mut [f64];
/// See [`Numbers`].
type Bytes<'a> = &'a mut [u8];

/// What one Node.js environment shares: a thread that runs the calls, and their way back.
#[napi]
pub struct Runtime {
    tokio: Option<Tokio>,
    outbox: Arc<Outbox>,
    inbox: Inbox,
    tasks: Arc<Tasks>,
    clients: Cell<u64>,
}

/// What a client is made of.
#[napi(object)]
pub struct ClientOptions {
    /// Hosts as the caller gave them.
    pub hosts: Vec<String>,
    /// The URL of the cluster at a discovery service.
    pub discovery: Option<String>,
    /// Milliseconds; none waits for ever.
    pub connect_timeout: Option<f64>,
    /// See `connect_timeout`.
    pub timeout: Option<f64>,
    /// Bytes of the body of an answer.
    pub max_response_size: f64,
    /// Values of the environment variables, empty where they are not set.
    pub http_proxy: String,
    /// See `http_proxy`.
    pub https_proxy: String,
    /// See `http_proxy`.
    pub no_proxy: String,
    /// The path in NODE_EXTRA_CA_CERTS.
    pub extra_ca_certs: Option<String>,
    /// Whether a certificate must be trusted.
    pub reject_unauthorized: bool,
    /// PEM: whom to trust instead of the roots.
    pub ca: Option<Vec<String>>,
    /// PEM: the client's certificates.
    pub cert: Option<Vec<String>>,
    /// PEM: their keys.
    pub key: Option<Vec<String>>,
    /// The name that a host's certificate must be for, instead of that in its URL.
    pub servername: Option<String>,
    /// For hosts without credentials in their URL.
    pub auth: Option<Auth>,
}

/// Whom a host is to take the client for.
#[napi(object)]
pub struct Auth {
    /// The user's name.
    pub user: String,
    /// The password.
    pub pass: String,
}

#[napi]
impl Runtime {
    /// `wake` is called on the environment's thread whenever there is something to drain. `openssl`: the version of it that
    /// Node.js has.
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>, openssl: Option<String>) -> Result<Self> {
        cluster::name_alerts_as(openssl.as_deref().unwrap_or_default());
        let outbox = Arc::new(Outbox::new(wake)?);
        let idle = outbox.clone();
        let tokio = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(LOOK_UPS)
            .thread_name("etcdjs")
            .on_thread_park(move || idle.flush())
            .enable_all()
            .build();
        let tokio = tokio.map_err(|error| Error::from_reason(error.to_string()))?;
        let tasks = Arc::new(Tasks::default());
        Ok(Runtime {
            inbox: Inbox::new(tokio.handle(), tasks.clone()),
            tokio: Some(tokio),
            outbox,
            tasks,
            clients: Cell::default(),
        })
    }

    /// What calls have brought since, as many as there is room for: their texts, and for each an id and a
    /// [`Kind`](outbox::Kind). Only what must be is put into an array of JavaScript, at 0.2 µs an element.
    #[napi]
    pub fn drain(&self, ids: Numbers<'_>, kinds: Bytes<'_>) -> Vec<Either<String, Latin1String>> {
        let results = self.outbox.drain(ids.len().min(kinds.len()));
        let mut texts = Vec::with_capacity(results.len());
        for ((id, kind, text), (own_id, own_kind)) in
            results.into_iter().zip(ids.iter_mut().zip(kinds))
        {
            (*own_id, *own_kind) = (id, kind as u8);
            texts.push(js_text(text));
        }
        texts
    }

    /// A client that runs its calls here.
    #[napi]
    pub fn client(&self, options: ClientOptions) -> Result<NativeClient> {
        let Some(tokio) = &self.tokio else {
            return Err(Error::from_reason("the runtime has ended"));
        };
        let _entered = tokio.enter();
        let discovery = options.discovery.clone().map(Discovery::new);
        let cluster = Cluster::new(Hosts::new(options.seeds()), options.into_settings());
        let cluster = cluster.map_err(|error| {
            let is_theirs = error.is::<Unusable>();
            let status = if is_theirs {
                Status::InvalidArg
            } else {
                Status::GenericFailure
            };
            Error::new(status, error.to_string())
        })?;
        self.clients.set(self.clients.get() + 1);
        Ok(NativeClient {
            number: self.clients.get(),
            client: Some(Arc::new(Client::new(cluster, discovery))),
            last_hosts: Vec::new(),
            tokio: tokio.handle().clone(),
            inbox: self.inbox.clone(),
            outbox: self.outbox.clone(),
            tasks: self.tasks.clone(),
        })
    }
}

/// V8 copies ASCII as it is; UTF-8 it decodes, which takes a megabyte a millisecond.
fn js_text(text: String) -> Either<String, Latin1String> {
    match text.is_ascii() {
        true => Either::B(text.into()),
        false => Either::A(text),
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if let Some(tokio) = self.tokio.take() {
            tokio.shutdown_timeout(SHUTDOWN);
        }
    }
}

impl ClientOptions {
    /// The hosts that the caller gave.
    fn seeds(&self) -> Vec<Host> {
        let auth = self.auth.as_ref();
        let credentials = auth.map(|auth| Credentials::new(&auth.user, &auth.pass));
        let hosts = self.hosts.iter().flat_map(|host| Host::parse_list(host));
        hosts
            .map(|host| host.or_credentials(credentials.as_ref()))
            .collect()
    }

    fn into_settings(self) -> Settings {
        Settings {
            connect_timeout: duration(self.connect_timeout),
            timeout: duration(self.timeout),
            max_response_size: self.max_response_size as usize,
            proxies: Proxies {
                http: self.http_proxy,
                https: self.https_proxy,
                no: self.no_proxy,
            },
            trust: Trust {
                extra_ca_certs: self.extra_ca_certs.map(Into::into),
                accept_any: !self.reject_unauthorized,
                ca: self.ca.map(Pem::new),
                cert: self.cert.map(Pem::new),
                key: self.key.map(Pem::new),
                servername: self.servername,
            },
        }
    }
}

/// Milliseconds as a duration; what is none waits for ever.
fn duration(ms: Option<f64>) -> Option<Duration> {
    Duration::try_from_secs_f64(ms? / 1000.0).ok()
}

/// A client, and its calls that are under way.
#[napi]
pub struct NativeClient {
    /// Which of the runtime's clients it is.
    number: u64,
    /// None when it is destroyed.
    client: Option<Arc<Client>>,
    /// Its hosts when it was destroyed.
    last_hosts: Vec<String>,
    tokio: Handle,
    inbox: Inbox,
    outbox: Arc<Outbox>,
    tasks: Arc<Tasks>,
}

#[napi]
impl NativeClient {
    /// The hosts that requests go to, or went to until it was destroyed.
    #[napi]
    pub fn hosts(&self) -> Vec<String> {
        match &self.client {
            Some(client) => client.hosts(),
            None => self.last_hosts.clone(),
        }
    }

    /// Refreshes the hosts from now on.
    #[napi]
    pub fn auto_refresh(&self) {
        let _entered = self.tokio.enter();
        if let Some(client) = &self.client {
            client.auto_refresh();
        }
    }

    /// Ends a call: nothing will be heard of it.
    #[napi]
    pub fn abort(&self, id: f64) {
        self.inbox.abort(id as u64);
    }

    /// Ends all calls and closes all connections.
    #[napi]
    pub fn destroy(&mut self) {
        self.inbox.abort_all(self.number);
        if let Some(client) = self.client.take() {
            self.last_hosts = client.hosts();
            client.stop();
        }
    }

    fn start(&self, id: f64, switches: Switches, request: Request) {
        if let Some(call) = self.call(id, switches, request) {
            self.inbox.start(id as u64, self.number, call);
        }
    }

    /// Starts a call that is alone.
    fn begin(&self, id: f64, switches: Switches, request: Request) {
        if let Some(call) = self.call(id, switches, request) {
            let early = Early::new(&self.tokio);
            let task = Task::Early(early.clone());
            self.tasks.enter(id as u64, self.number, task);
            early.begin(call);
            // It may have ended.
            self.outbox.flush();
        }
    }

    fn call(&self, id: f64, switches: Switches, request: Request) -> Option<Call> {
        let client = self.client.as_ref()?;
        let is_write = request.written_key().is_some();
        let outcome = client.execute(request);
        let reply = Reply::new(id, self.outbox.clone(), is_write, switches.detailed());
        let tasks = self.tasks.clone();
        Some(Box::pin(async move {
            let outcome = outcome.await;
            tasks.forget(id as u64);
            reply.send(outcome);
        }))
    }
}
