//! The way back to JavaScript: what calls bring gathers here, and one wake fetches it all.
//!
//! A wake costs JavaScript a turn of its event loop, many times what a result costs. So it waits until the
//! runtime's thread has nothing else to do, or until many results have gathered.

use crate::client::Outcome;
use crate::cluster::note_batch;
use crate::error::{Error, Kind as Cause};
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

type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// Results on their way to JavaScript.
pub struct Outbox {
    state: Mutex<State>,
    wake: Wake,
}

#[derive(Default)]
struct State {
    results: VecDeque<Arrival>,
    /// A wake is under way.
    awake: bool,
}

impl Outbox {
    /// `wake` is called once for each batch. It does not hold the event loop open.
    pub fn new(wake: Function<'_, (), ()>) -> Result<Self> {
        Ok(Outbox {
            state: Mutex::default(),
            wake: wake.build_threadsafe_function().weak::<true>().build()?,
        })
    }

    /// Takes what has gathered, the oldest first. What is left over gets a wake of its own.
    pub fn drain(&self, most: usize) -> VecDeque<Arrival> {
        note_batch();
        let mut state = self.state();
        let rest = match state.results.len() > most {
            true => state.results.split_off(most),
            false => VecDeque::new(),
        };
        state.awake = !rest.is_empty();
        if state.awake {
            self.wake();
        }
        std::mem::replace(&mut state.results, rest)
    }

    fn push(&self, id: f64, kind: Kind, text: String) {
        let mut state = self.state();
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
        state.awake |= must_wake;
        // Not to be put to sleep with the lock: JavaScript would wait for it.
        drop(state);
        if must_wake {
            self.wake();
        }
    }

    fn wake(&self) {
        self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
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
