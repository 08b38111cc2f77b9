//! How JavaScript sees a client. Decides nothing: `index.js` shapes the calls, [`client`](crate::client)
//! runs them, and what they bring goes back through the [`Outbox`].
//!
//! A call is an id that JavaScript chose. The only part that imports napi.

mod calls;
mod early;
mod error_json;
mod flags;
mod inbox;
mod options;
mod outbox;
mod presence;
mod tasks;

use crate::api::request::Request;
use crate::client::Client;
use crate::cluster::Hosts;
use crate::net::{self, Unusable};
use crate::waits::Chain;
use early::Early;
use flags::Switches;
use inbox::{Call, Inbox};
use napi::bindgen_prelude::{Either, Function, Latin1String};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use options::{ClientOptions, Encode, duration, encoded};
use outbox::{Arrival, Outbox, Reply};
use presence::{Presence, Stay};
use std::cell::Cell;
use std::rc::Rc;
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
    presence: Rc<Presence>,
    inbox: Inbox,
    tasks: Arc<Tasks>,
    clients: Cell<u64>,
}

#[napi]
impl Runtime {
    /// `openssl`: the version of it that Node.js has.
    #[napi(constructor)]
    pub fn new(openssl: Option<String>) -> Result<Self> {
        net::name_alerts_as(openssl.as_deref().unwrap_or_default());
        let outbox = Arc::new(Outbox::default());
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
            presence: Presence::new(outbox.clone()),
            outbox,
            tasks,
            clients: Cell::default(),
        })
    }

    /// Whether it has functions of JavaScript: see `open`.
    #[napi(getter)]
    pub fn is_open(&self) -> bool {
        self.presence.is_open()
    }

    /// `wake` is called on the environment's thread whenever there is something to drain, and for each of `turns`. `keeper` is
    /// never called: it is kept while the runtime is open.
    #[napi]
    pub fn open(&self, wake: Function<'_, (), ()>, keeper: Function<'_, (), ()>) -> Result<()> {
        self.presence.open(wake, keeper)
    }

    /// Whether JavaScript has anything in flight, without which and without clients the runtime is not open; and whether
    /// that holds the event loop open.
    #[napi]
    pub fn occupy(&self, env: Env, is_busy: bool, must_hold: bool) -> Result<()> {
        self.presence.occupy(&env, is_busy, must_hold)
    }

    /// Calls `wake` so many times, each in a turn of the event loop.
    #[napi]
    pub fn turns(&self, count: u32) {
        self.outbox.turns(count);
    }

    /// Brings nothing for an id, after so many milliseconds.
    #[napi]
    pub fn delay(&self, id: f64, ms: f64) {
        let Some(tokio) = &self.tokio else { return };
        let outbox = self.outbox.clone();
        let delay = duration(Some(ms)).unwrap_or(Duration::MAX);
        tokio.spawn(async move {
            tokio::time::sleep(delay).await;
            outbox.push(Arrival::of_delay(id));
        });
    }

    /// The results that have gathered, as many as there is room for: their texts, and for each an id, a
    /// [`Kind`](outbox::Kind) and the index from which the next wait looks (NaN without one). An element of a typed array is
    /// cheap; an element of a JavaScript array costs 0.2 µs.
    #[napi]
    pub fn drain(
        &self,
        ids: Numbers<'_>,
        kinds: Bytes<'_>,
        next_indexes: Numbers<'_>,
    ) -> Vec<Either<String, Latin1String>> {
        let room = ids.len().min(kinds.len()).min(next_indexes.len());
        let results = self.outbox.drain(room);
        let mut texts = Vec::with_capacity(results.len());
        for (at, arrival) in results.into_iter().enumerate() {
            ids[at] = arrival.id;
            kinds[at] = arrival.kind as u8;
            next_indexes[at] = arrival.next_index;
            texts.push(js_text(arrival.text));
        }
        texts
    }

    /// A client that runs its calls here. `encode`: see [`EncodeName`].
    #[napi]
    pub fn client(&self, options: ClientOptions, encode: Encode<'_>) -> Result<NativeClient> {
        let Some(tokio) = &self.tokio else {
            return Err(Error::from_reason("the runtime has ended"));
        };
        let _entered = tokio.enter();
        let encode = |name: &str| encoded(&encode, name);
        let discovery = options.discovery(&encode);
        let hosts = Hosts::new(options.seeds(&encode));
        let settings = options.into_settings(&encode);
        let client = Client::new(hosts, settings, discovery).map_err(|error| {
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
            client: Some(Arc::new(client)),
            stay: Some(Stay::new(&self.presence)),
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

/// A client, and its calls that are under way.
#[napi]
pub struct NativeClient {
    /// Which of the runtime's clients it is.
    number: u64,
    /// None when it is destroyed.
    client: Option<Arc<Client>>,
    stay: Option<Stay>,
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
        self.stay = None;
    }

    fn start(&self, id: f64, switches: Switches, request: Request, chain: Option<Chain>) {
        if let Some(call) = self.call(id, switches, request, chain) {
            self.inbox.start(id as u64, self.number, call);
        }
    }

    /// Starts a call that is alone.
    fn begin(&self, id: f64, switches: Switches, request: Request, chain: Option<Chain>) {
        if let Some(call) = self.call(id, switches, request, chain) {
            let early = Early::new(&self.tokio);
            let task = Task::Early(early.clone());
            self.tasks.enter(id as u64, self.number, task);
            early.begin(call);
            // It may have ended.
            self.outbox.flush();
        }
    }

    fn call(
        &self,
        id: f64,
        switches: Switches,
        request: Request,
        chain: Option<Chain>,
    ) -> Option<Call> {
        let client = self.client.as_ref()?;
        let is_write = request.written_key().is_some();
        let ended = client.execute(request, chain);
        let reply = Reply::new(id, self.outbox.clone(), is_write, switches.detailed());
        let tasks = self.tasks.clone();
        Some(Box::pin(async move {
            let ended = ended.await;
            tasks.forget(id as u64);
            reply.send(ended);
        }))
    }
}
