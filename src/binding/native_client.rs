//! A client of JavaScript: its calls, and its end. The methods of the calls are in calls.rs.

use super::first_poll::poll_once;
use super::flags::{CallFlag, CallFlags};
use super::in_flight::InFlight;
use super::open_handles::ClientHandle;
use super::outbox::{Outbox, Reply};
use super::queue::{Call, Queue};
use crate::api::request::Request;
use crate::client::Client;
use crate::waits::Chain;
use napi_derive::napi;
use std::sync::Arc;
use tokio::runtime::Handle;

/// A client of JavaScript, and its calls in flight.
#[napi]
pub struct NativeClient {
    /// The number of the client in its runtime.
    pub(super) number: u64,
    /// `None` once the client is destroyed.
    pub(super) client: Option<Arc<Client>>,
    pub(super) handle: Option<ClientHandle>,
    /// The hosts at the moment at which the client was destroyed.
    pub(super) last_hosts: Vec<String>,
    pub(super) tokio: Handle,
    pub(super) queue: Queue,
    pub(super) outbox: Arc<Outbox>,
    pub(super) in_flight: Arc<InFlight>,
}

#[napi]
impl NativeClient {
    /// The hosts that requests go to, or went to until the client was destroyed.
    #[napi]
    pub fn hosts(&self) -> Vec<String> {
        match &self.client {
            Some(client) => client.hosts(),
            None => self.last_hosts.clone(),
        }
    }

    /// Refreshes the hosts from now on.
    #[napi]
    pub fn auto_refresh(&self) {
        let _entered = self.tokio.enter();
        if let Some(client) = &self.client {
            client.auto_refresh();
        }
    }

    /// Ends a call. It gives no result.
    #[napi]
    pub fn abort(&self, id: f64) {
        self.queue.abort(id as u64);
    }

    /// Ends all calls and closes all connections.
    #[napi]
    pub fn destroy(&mut self) {
        self.queue.abort_all(self.number);
        if let Some(client) = self.client.take() {
            self.last_hosts = client.hosts();
            client.stop();
        }
        self.handle = None;
    }

    /// Starts a call. A read while no other call is in flight is polled once on this thread.
    pub(super) fn start(&self, id: f64, flags: CallFlags, request: Request, chain: Option<Chain>) {
        let is_read = matches!(request, Request::Get(_) | Request::Wait(_));
        let is_alone_read = is_read && self.in_flight.is_empty();
        let Some(call) = self.call(id, flags, request, chain) else {
            return;
        };
        let rest = match is_alone_read {
            true => poll_once(&self.tokio, call),
            false => Some(call),
        };
        match rest {
            Some(rest) => self.queue.start(id as u64, self.number, rest),
            None => self.outbox.flush(),
        }
    }

    fn call(
        &self,
        id: f64,
        flags: CallFlags,
        request: Request,
        chain: Option<Chain>,
    ) -> Option<Call> {
        let client = self.client.as_ref()?;
        let is_write = request.written_key().is_some();
        let is_repoll = flags.has(CallFlag::Repoll) || flags.has(CallFlag::InPlaceOfPoll);
        let ended = client.execute_as_planned(request, chain, !is_repoll);
        let reply = Reply::new(id, self.outbox.clone(), is_write, flags.detailed());
        let counted = self.in_flight.count();
        Some(Box::pin(async move {
            let ended = ended.await;
            counted.forget(id as u64);
            reply.send(ended);
        }))
    }
}
