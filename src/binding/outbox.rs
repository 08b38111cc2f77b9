//! The way back to JavaScript: what calls bring gathers here, and one wake fetches it all.

use crate::client::Outcome;
use crate::error::{Error, Kind as Cause};
use napi::bindgen_prelude::{Either, Function};
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

type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// Results on their way to JavaScript.
pub struct Outbox {
    state: Mutex<State>,
    wake: Wake,
}

#[derive(Default)]
struct State {
    results: VecDeque<(f64, Kind, String)>,
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
    pub fn drain(&self, most: usize) -> Vec<Either<f64, String>> {
        let mut state = self.state();
        let count = most.min(state.results.len());
        let mut drained = Vec::with_capacity(3 * count);
        for (id, kind, text) in state.results.drain(..count) {
            drained.extend([
                Either::A(id),
                Either::A(f64::from(kind as u8)),
                Either::B(text),
            ]);
        }
        state.awake = !state.results.is_empty();
        if state.awake {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
        drained
    }

    fn push(&self, id: f64, kind: Kind, text: String) {
        let mut state = self.state();
        state.results.push_back((id, kind, text));
        if !state.awake {
            state.awake = true;
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
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
    sent: bool,
}

impl Reply {
    /// The reply of a call.
    pub fn new(id: f64, outbox: Arc<Outbox>, is_write: bool) -> Self {
        Reply {
            id,
            outbox,
            is_write,
            sent: false,
        }
    }

    /// Sends what the call brought.
    pub fn send(mut self, result: std::result::Result<Outcome, Error>) {
        self.push(result);
    }

    fn push(&mut self, result: std::result::Result<Outcome, Error>) {
        let (kind, text) = match result {
            Ok(Outcome::Body(body)) => (Kind::Body, body),
            Ok(Outcome::Nothing) => (Kind::Nothing, String::new()),
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
