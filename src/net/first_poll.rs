//! The first poll of a call, which may happen outside of the runtime.
//!
//! A caller may poll a call once on its own thread, outside of any task, before it gives the call to the runtime: a request over an idle
//! connection in cleartext is written without a change of threads then. This is the one place that tells where a call is polled.

use tokio::task;

/// Whether the call is polled within a task of the runtime. If not, this is the first poll, on the caller's thread.
pub fn is_in_task() -> bool {
    task::try_id().is_some()
}

/// Goes on within a task. For what takes a lock that the tasks of connections hold: the caller's thread must not compete for it.
pub async fn enter_task() {
    if !is_in_task() {
        task::yield_now().await;
    }
}
