//! A call whose first poll is made on the thread of JavaScript.
//!
//! So its request is on its way before another thread has been woken, and the runtime's is woken only when the answer
//! comes. A call that is alone is a fifth faster for it. But the event loop pays for it: where there are many calls, the
//! runtime's thread makes the first poll too.

use super::inbox::Call;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// A call that began on the thread of JavaScript.
pub struct Early {
    runtime: Handle,
    stage: Mutex<Stage>,
}

enum Stage {
    /// Being polled for the first time.
    Begins {
        is_woken: bool,
    },
    /// What wakes it hands it to the runtime.
    Waits(Call),
    /// A task of the runtime.
    Runs(AbortHandle),
    Ended,
}

impl Early {
    /// A call to begin.
    pub fn new(runtime: &Handle) -> Arc<Self> {
        Arc::new(Early {
            runtime: runtime.clone(),
            stage: Mutex::new(Stage::Begins { is_woken: false }),
        })
    }

    /// Begins it. A call that panics ends there.
    pub fn begin(self: &Arc<Self>, mut call: Call) {
        let waker = Waker::from(self.clone());
        let _entered = self.runtime.enter();
        let poll = || call.as_mut().poll(&mut Context::from_waker(&waker));
        let is_pending = matches!(catch_unwind(AssertUnwindSafe(poll)), Ok(Poll::Pending));
        let mut stage = self.stage();
        *stage = match *stage {
            Stage::Begins { is_woken } if is_pending => match is_woken {
                true => Stage::Runs(self.runtime.spawn(call).abort_handle()),
                false => Stage::Waits(call),
            },
            _ => Stage::Ended,
        };
    }

    /// Ends the call.
    pub fn abort(&self) {
        let stage = std::mem::replace(&mut *self.stage(), Stage::Ended);
        if let Stage::Runs(task) = stage {
            task.abort();
        }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Early {
    fn wake(self: Arc<Self>) {
        let mut stage = self.stage();
        *stage = match std::mem::replace(&mut *stage, Stage::Ended) {
            Stage::Begins { .. } => Stage::Begins { is_woken: true },
            Stage::Waits(call) => Stage::Runs(self.runtime.spawn(call).abort_handle()),
            other => other,
        };
    }
}
