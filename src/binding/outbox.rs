//! The way back to JavaScript: results gather here, and one wake of the event loop fetches a batch of them.
//!
//! A wake costs a turn of the event loop, many times the cost of a result. So the outbox wakes the event loop when the runtime's
//! thread has nothing else to do, or when [`MANY`] results have gathered.

use super::error_json::error_json;
use super::origin_json::origin_json;
use crate::api::error::{Error, Kind};
use crate::api::outcome::{Ended, Outcome};
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Result, Status};
use napi_derive::napi;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the text of a result is. lib/calls.js reads the numbers from the addon.
#[napi]
pub enum ResultKind {
    /// The body of an answer.
    Body,
    /// Empty: the key does not exist.
    Nothing,
    /// The JSON of an error.
    Error,
}

/// The result of a call on its way to JavaScript.
pub struct Arrival {
    /// The id of the call.
    pub id: f64,
    /// What the text is.
    pub kind: ResultKind,
    /// The index from which the next wait of a chain looks; NaN if there is none.
    pub next_index: f64,
    /// The body, or the JSON of an error.
    pub text: String,
}

impl Arrival {
    /// The end of a delay, or of a server.
    pub fn of_delay(id: f64) -> Self {
        Arrival {
            id,
            kind: ResultKind::Nothing,
            next_index: f64::NAN,
            text: String::new(),
        }
    }
}

/// The number of results that wake the event loop though the runtime's thread is busy.
const MANY: usize = 32;

/// A function of JavaScript that any thread may call.
pub type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// Results on their way to JavaScript.
#[derive(Default)]
pub struct Outbox {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    results: VecDeque<Arrival>,
    /// Whether a wake is in flight.
    awake: bool,
    /// `None` while JavaScript has neither clients nor calls.
    wake: Option<Arc<Wake>>,
}

impl Outbox {
    /// From now on `wake` is called once for each batch. It does not hold the event loop open.
    pub fn connect(&self, wake: Function<'_, (), ()>) -> Result<()> {
        let wake = wake.build_threadsafe_function().weak::<true>().build()?;
        self.state().wake = Some(Arc::new(wake));
        Ok(())
    }

    /// Drops all results, and releases the event loop.
    pub fn disconnect(&self) {
        // Dropped after the lock is released: the end of a threadsafe function runs Node's code.
        let _state = std::mem::take(&mut *self.state());
    }

    /// Calls `wake` so many times, each in a turn of the event loop.
    pub fn turns(&self, count: u32) {
        let wake = self.state().wake.clone();
        let Some(wake) = wake else { return };
        for _ in 0..count {
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    /// Takes results, the oldest first. If some are left over, wakes the event loop for them.
    pub fn drain(&self, most: usize) -> VecDeque<Arrival> {
        let mut state = self.state();
        let rest = match state.results.len() > most {
            true => state.results.split_off(most),
            false => VecDeque::new(),
        };
        state.awake = !rest.is_empty();
        let results = std::mem::replace(&mut state.results, rest);
        let must_wake = state.awake;
        drop(state);
        if must_wake {
            self.turns(1);
        }
        results
    }

    /// Adds a result.
    pub fn push(&self, arrival: Arrival) {
        let mut state = self.state();
        if state.wake.is_none() {
            return;
        }
        state.results.push_back(arrival);
        let are_many = state.results.len() >= MANY;
        drop(state);
        if are_many {
            self.flush();
        }
    }

    /// Wakes the event loop if there are results and no wake is in flight.
    pub fn flush(&self) {
        let mut state = self.state();
        let must_wake = !state.awake && !state.results.is_empty();
        let wake = must_wake.then(|| state.wake.clone()).flatten();
        state.awake |= wake.is_some();
        // Released before the call: the event loop would wait for the lock if this thread were suspended.
        drop(state);
        if let Some(wake) = wake {
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guarantees that a call settles exactly once: dropping it without a result, as when its task panics, settles the call with
/// `ERR_ETCD_INTERNAL`.
pub struct Reply {
    id: f64,
    outbox: Arc<Outbox>,
    is_write: bool,
    is_detailed: bool,
    sent: bool,
}

impl Reply {
    /// The reply of a call. With details, the text begins with a line of JSON that says where the answer comes from.
    pub fn new(id: f64, outbox: Arc<Outbox>, is_write: bool, is_detailed: bool) -> Self {
        Reply {
            id,
            outbox,
            is_write,
            is_detailed,
            sent: false,
        }
    }

    /// Sends the result of the call.
    pub fn send(mut self, ended: Ended) {
        self.push(ended);
    }

    fn push(&mut self, ended: Ended) {
        let Ended {
            result,
            continuation,
        } = ended;
        let (kind, text) = match result {
            Ok(outcome) => self.text_of(outcome),
            Err(error) => (
                ResultKind::Error,
                error_json(&error, &continuation).to_string(),
            ),
        };
        self.sent = true;
        self.outbox.push(Arrival {
            id: self.id,
            kind,
            next_index: continuation
                .next_index
                .map_or(f64::NAN, |index| index as f64),
            text,
        });
    }

    fn text_of(&self, Outcome { body, origin }: Outcome) -> (ResultKind, String) {
        let kind = body
            .as_ref()
            .map_or(ResultKind::Nothing, |_| ResultKind::Body);
        let body = body.unwrap_or_default();
        match self.is_detailed {
            true => (kind, format!("{}\n{body}", origin_json(&origin))),
            false => (kind, body),
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if !self.sent {
            let error = Error {
                ambiguous: self.is_write,
                ..Error::new(Kind::Internal)
            };
            self.push(Err(error).into());
        }
    }
}
