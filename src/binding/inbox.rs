//! The way to the runtime's thread: what JavaScript says gathers here, and one task there takes it all.
//!
//! Spawning a task for each call from the thread of JavaScript, it fought with the runtime's for the lock of its queue:
//! a burst of 50,000 sets took 9 µs a call before it let go of the event loop, and takes 4 here.

use super::tasks::{Task, Tasks};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A call, from its request to its reply.
pub type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What JavaScript wants to be done, in order.
enum Message {
    /// The id of the call, the number of its client, and the call.
    Start(u64, u64, Call),
    Abort(u64),
    AbortAll(u64),
}

/// Takes messages for the runtime's thread. Cheap to clone.
#[derive(Clone)]
pub struct Inbox(UnboundedSender<Message>);

impl Inbox {
    /// An inbox whose messages a task of the runtime takes.
    pub fn new(runtime: &Handle, tasks: Arc<Tasks>) -> Self {
        let (sender, receiver) = unbounded_channel();
        runtime.spawn(take(receiver, tasks));
        Inbox(sender)
    }

    /// Starts a call of a client.
    pub fn start(&self, id: u64, client: u64, call: Call) {
        self.send(Message::Start(id, client, call));
    }

    /// Aborts a call.
    pub fn abort(&self, id: u64) {
        self.send(Message::Abort(id));
    }

    /// Aborts the calls of a client.
    pub fn abort_all(&self, client: u64) {
        self.send(Message::AbortAll(client));
    }

    fn send(&self, message: Message) {
        // A call that the end of the runtime has overtaken gets an error from its reply.
        let _ = self.0.send(message);
    }
}

async fn take(mut messages: UnboundedReceiver<Message>, tasks: Arc<Tasks>) {
    while let Some(message) = messages.recv().await {
        match message {
            Message::Start(id, client, call) => {
                // It cannot end before it is entered: its thread is the one that is here.
                let task = tokio::spawn(call);
                tasks.enter(id, client, Task::Spawned(task.abort_handle()));
            }
            Message::Abort(id) => tasks.abort(id),
            Message::AbortAll(client) => tasks.abort_all(client),
        }
    }
}
