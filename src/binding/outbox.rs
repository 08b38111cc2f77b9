//! The way back to JavaScript: what calls bring gathers here, and one wake fetches it all.
//!
//! A wake costs JavaScript a turn of its event loop, many times what a result costs. So it waits until the
//! runtime's thread has nothing else to do, or until many results have gathered.

use crate::api::error::{Error, Kind as Cause};
use crate::client::Outcome;
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Result, Status};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a call brought, as `index.js` tells it by number.
#[derive(Clone, Copy)]
pub enum Kind {
    /// The text is the answer's body.
    Body = 0,
    /// Nothing was found; the text is empty.
    Nothing = 1,
    /// The text is the JSON of an error.
    Error = 2,
}

/// The id of a call, and what it brought.
type Arrival = (f64, Kind, String);

/// So many results are not left waiting while the runtime's thread is busy.
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
    /// A wake is under way.
    awake: bool,
    /// None while JavaScript has neither clients nor calls.
    wake: Option<Arc<Wake>>,
}

impl Outbox {
    /// From now on `wake` is called once for each batch. It does not hold the event loop open.
    pub fn connect(&self, wake: Function<'_, (), ()>) -> Result<()> {
        let wake = wake.build_threadsafe_function().weak::<true>().build()?;
        self.state().wake = Some(Arc::new(wake));
        Ok(())
    }

    /// Drops what nobody waits for, and lets go of the event loop.
    pub fn disconnect(&self) {
        // Dropped without the lock: the end of a threadsafe function is Node's code.
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

    /// Takes what has gathered, the oldest first. What is left over gets a wake of its own.
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

    /// Adds what a call has brought.
    pub fn push(&self, id: f64, kind: Kind, text: String) {
        let mut state = self.state();
        if state.wake.is_none() {
            return;
        }
        state.results.push_back((id, kind, text));
        let are_many = state.results.len() >= MANY;
        drop(state);
        if are_many {
            self.flush();
        }
    }

    /// Wakes JavaScript if there is something for it, and it has not been woken yet.
    pub fn flush(&self) {
        let mut state = self.state();
        let must_wake = !state.awake && !state.results.is_empty();
        let wake = must_wake.then(|| state.wake.clone()).flatten();
        state.awake |= wake.is_some();
        // Not to be put to sleep with the lock: JavaScript would wait for it.
        drop(state);
        if let Some(wake) = wake {
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call's right to one result. Dropped without it, as when its task panics, it brings an error:
/// no call is left without an answer.
pub struct Reply {
    id: f64,
    outbox: Arc<Outbox>,
    is_write: bool,
    is_detailed: bool,
    sent: bool,
}

impl Reply {
    /// The reply of a call. With details, a line of JSON that says where the answer comes from is before its body.
    pub fn new(id: f64, outbox: Arc<Outbox>, is_write: bool, is_detailed: bool) -> Self {
        Reply {
            id,
            outbox,
            is_write,
            is_detailed,
            sent: false,
        }
    }

    /// Sends what the call brought.
    pub fn send(mut self, result: std::result::Result<Outcome, Error>) {
        self.push(result);
    }

    fn push(&mut self, result: std::result::Result<Outcome, Error>) {
        let (kind, text) = match result {
            Ok(Outcome { body, origin }) => {
                let kind = body.as_ref().map_or(Kind::Nothing, |_| Kind::Body);
                let body = body.unwrap_or_default();
                match self.is_detailed {
                    true => (kind, format!("{}\n{body}", origin.to_json())),
                    false => (kind, body),
                }
            }
            Err(error) => (Kind::Error, error.to_json().to_string()),
        };
        self.sent = true;
        self.outbox.push(self.id, kind, text);
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if !self.sent {
            self.push(Err(Error {
                ambiguous: self.is_write,
                ..Error::new(Cause::Internal)
            }));
        }
    }
}
