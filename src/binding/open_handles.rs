//! The handles that a runtime has in the event loop of its Node.js environment.
//!
//! ```text
//! closed ──a client is made, or a call begins──▶ open ──no client is left and no call is in flight──▶ closed
//! ```
//!
//! An open runtime has two threadsafe functions: that of the [`Outbox`], which fetches results, and a keeper, which holds the event
//! loop open while calls are pending. The keeper is separate so that only the thread of the event loop uses it.

use super::outbox::{Outbox, Wake};
use napi::bindgen_prelude::Function;
use napi::{Env, Result};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// The handles of a runtime.
pub struct OpenHandles {
    outbox: Arc<Outbox>,
    keeper: RefCell<Option<Wake>>,
    clients: Cell<u32>,
    is_busy: Cell<bool>,
}

impl OpenHandles {
    /// A closed runtime has none.
    pub fn new(outbox: Arc<Outbox>) -> Rc<Self> {
        Rc::new(OpenHandles {
            outbox,
            keeper: RefCell::default(),
            clients: Cell::default(),
            is_busy: Cell::default(),
        })
    }

    /// Whether the runtime is open.
    pub fn is_open(&self) -> bool {
        self.keeper.borrow().is_some()
    }

    /// Opens the runtime. `keeper` is never called.
    pub fn open(&self, wake: Function<'_, (), ()>, keeper: Function<'_, (), ()>) -> Result<()> {
        if self.is_open() {
            return Ok(());
        }
        let keeper = keeper.build_threadsafe_function().weak::<true>().build()?;
        self.outbox.connect(wake)?;
        *self.keeper.borrow_mut() = Some(keeper);
        Ok(())
    }

    /// Tells whether anything is in flight, which keeps the runtime open without a client, and whether that holds the event loop.
    pub fn occupy(&self, env: &Env, is_busy: bool, must_hold: bool) -> Result<()> {
        self.is_busy.set(is_busy);
        self.hold(env, must_hold)?;
        self.close_unused();
        Ok(())
    }

    // napi deprecates these methods for references to the function. Here they are references to the event loop.
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

/// Keeps the runtime open until the client is destroyed or collected.
pub struct ClientHandle(Rc<OpenHandles>);

impl ClientHandle {
    /// The handle of a client.
    pub fn new(handles: &Rc<OpenHandles>) -> Self {
        handles.clients.set(handles.clients.get() + 1);
        ClientHandle(handles.clone())
    }
}

impl Drop for ClientHandle {
    fn drop(&mut self) {
        self.0.clients.set(self.0.clients.get() - 1);
        self.0.close_unused();
    }
}
