//! What a runtime has in the event loop of its Node.js environment.
//!
//! ```text
//! closed --(a client is made, or a call begins)--> open --(the last client has gone and no call is in flight)--> closed
//! ```
//!
//! While it is open it has two threadsafe functions: that of the [`Outbox`], which fetches results, and a keeper, which holds
//! the event loop open while calls are pending. The keeper is one of its own so that only the thread of JavaScript touches it.

use super::outbox::{Outbox, Wake};
use napi::bindgen_prelude::Function;
use napi::{Env, Result};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// See the module.
pub struct Presence {
    outbox: Arc<Outbox>,
    keeper: RefCell<Option<Wake>>,
    clients: Cell<u32>,
    is_busy: Cell<bool>,
}

impl Presence {
    /// One that is closed.
    pub fn new(outbox: Arc<Outbox>) -> Rc<Self> {
        Rc::new(Presence {
            outbox,
            keeper: RefCell::default(),
            clients: Cell::default(),
            is_busy: Cell::default(),
        })
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.keeper.borrow().is_some()
    }

    /// Opens it. `keeper` is never called.
    pub fn open(&self, wake: Function<'_, (), ()>, keeper: Function<'_, (), ()>) -> Result<()> {
        if self.is_open() {
            return Ok(());
        }
        let keeper = keeper.build_threadsafe_function().weak::<true>().build()?;
        self.outbox.connect(wake)?;
        *self.keeper.borrow_mut() = Some(keeper);
        Ok(())
    }

    /// Whether anything is in flight, and so this stays open without a client; and whether that holds the event loop open.
    pub fn occupy(&self, env: &Env, is_busy: bool, must_hold: bool) -> Result<()> {
        self.is_busy.set(is_busy);
        self.hold(env, must_hold)?;
        self.close_unused();
        Ok(())
    }

    // Deprecated for references to the function. This is a reference of the function to the event loop.
    #[expect(deprecated)]
    fn hold(&self, env: &Env, must_hold: bool) -> Result<()> {
        match self.keeper.borrow_mut().as_mut() {
            Some(keeper) if must_hold => keeper.refer(env),
            Some(keeper) => keeper.unref(env),
            None => Ok(()),
        }
    }

    fn close_unused(&self) {
        if self.clients.get() > 0 || self.is_busy.get() {
            return;
        }
        if self.keeper.take().is_some() {
            self.outbox.disconnect();
        }
    }
}

/// Keeps a presence open while its client is neither destroyed nor collected.
pub struct Stay(Rc<Presence>);

impl Stay {
    /// The stay of a client.
    pub fn new(presence: &Rc<Presence>) -> Self {
        presence.clients.set(presence.clients.get() + 1);
        Stay(presence.clone())
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.0.clients.set(self.0.clients.get() - 1);
        self.0.close_unused();
    }
}
