//! Tasks of one type. Each type of task has a copy of the runtime's code for it, which takes 3 KB of the addon.

use std::future::Future;
use std::pin::Pin;

/// A task for the runtime.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A future as a task.
pub fn task(future: impl Future<Output = ()> + Send + 'static) -> Task {
    Box::pin(future)
}
