//! The runtime of one Node.js environment: its thread, and what JavaScript drains.

use super::in_flight::InFlight;
use super::native_client::NativeClient;
use super::open_handles::{ClientHandle, OpenHandles};
use super::options::{ClientOptions, Encode, duration, encoded};
use super::outbox::{Arrival, Outbox};
use super::queue::Queue;
use crate::client::Client;
use crate::cluster::Hosts;
use crate::net::Unusable;
use crate::task::task;
use napi::bindgen_prelude::{Either, Function, Latin1String};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime as Tokio};

/// The number of host names that are looked up at a time, each on a thread.
const LOOK_UPS: usize = 8;

/// The time for which the end of a Node.js environment waits for the runtime's thread.
const SHUTDOWN: Duration = Duration::from_millis(500);

/// A typed array to fill. The type has a name because the macro would read a plain reference as an instance of a class.
type Numbers<'a> = &'a mut [f64];
/// See [`Numbers`].
type Bytes<'a> = &'a mut [u8];

/// The thread that runs the calls of one Node.js environment, and the way of their results.
#[napi]
pub struct Runtime {
    tokio: Option<Tokio>,
    outbox: Arc<Outbox>,
    handles: Rc<OpenHandles>,
    queue: Queue,
    in_flight: Arc<InFlight>,
    clients: Cell<u64>,
}

#[napi]
impl Runtime {
    /// Starts the thread.
    #[napi(constructor)]
    pub fn new() -> Result<Self> {
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
        let in_flight = Arc::new(InFlight::default());
        Ok(Runtime {
            queue: Queue::new(tokio.handle(), in_flight.clone()),
            tokio: Some(tokio),
            handles: OpenHandles::new(outbox.clone()),
            outbox,
            in_flight,
            clients: Cell::default(),
        })
    }

    /// Whether the runtime has functions of JavaScript: see `open`.
    #[napi(getter)]
    pub fn is_open(&self) -> bool {
        self.handles.is_open()
    }

    /// From now on `wake` is called on the environment's thread when there are results to drain, and for each of `turns`. `keeper`
    /// is never called. The runtime keeps it while it is open.
    #[napi]
    pub fn open(&self, wake: Function<'_, (), ()>, keeper: Function<'_, (), ()>) -> Result<()> {
        self.handles.open(wake, keeper)
    }

    /// Tells whether anything of JavaScript is in flight, and whether that holds the event loop open. The runtime closes when
    /// nothing is in flight and no client is left.
    #[napi]
    pub fn occupy(&self, env: Env, is_busy: bool, must_hold: bool) -> Result<()> {
        self.handles.occupy(&env, is_busy, must_hold)
    }

    /// Calls `wake` this many times, each in its own turn of the event loop.
    #[napi]
    pub fn turns(&self, count: u32) {
        self.outbox.turns(count);
    }

    /// Gives an empty result for an id, after this many milliseconds.
    #[napi]
    pub fn delay(&self, id: f64, ms: f64) {
        let Some(tokio) = &self.tokio else { return };
        let outbox = self.outbox.clone();
        let delay = duration(Some(ms)).unwrap_or(Duration::MAX);
        tokio.spawn(task(async move {
            tokio::time::sleep(delay).await;
            outbox.push(Arrival::of_delay(id));
        }));
    }

    /// The results that have gathered, as many as there is room for: their texts, and for each an id, a
    /// [`ResultKind`](super::outbox::ResultKind) and the index from which the next wait looks (NaN without one). An element of a typed array is
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
        let store = options.store();
        let settings = options.into_settings(&encode);
        let client = Client::new(hosts, settings, discovery, store).map_err(|error| {
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
            handle: Some(ClientHandle::new(&self.handles)),
            last_hosts: Vec::new(),
            tokio: tokio.handle().clone(),
            queue: self.queue.clone(),
            outbox: self.outbox.clone(),
            in_flight: self.in_flight.clone(),
        })
    }
}

/// A text for V8, which copies ASCII and decodes UTF-8. Decoding takes 1 ms a megabyte.
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
