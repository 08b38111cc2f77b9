//! The task that moves requests and responses between the watches and a stream. It runs only while there are watches.
//!
//! ```text
//! open ──▶ send, receive and tend ──fault──▶ backoff ──▶ open
//!   │                 └──no watch for LINGER──▶ end
//!   └──no host, or as many faults in a row as attempts──▶ the waits end with the error
//! ```

use super::faults::{Fault, Faults};
use super::shared::Shared;
use super::watches::Reaction;
use super::{HostCheck, WatchChannel, WatchReceiver, WatchSender};
use crate::api::error::Failure;
use crate::net::failure::silence;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

/// The interval at which expired watches are canceled and canceled ones created.
const TICK: Duration = Duration::from_secs(1);

/// The interval at which the server is asked how far it has got. A watch without events could otherwise only be created again from a
/// revision that etcd may have compacted.
const PROGRESS: Duration = Duration::from_secs(60);

/// The ticks for which a stream stays open without a watch.
const LINGER: u32 = 10;

/// Runs until no watch is left, or no host.
pub async fn drive<C: WatchChannel>(shared: Arc<Shared<C>>) {
    let mut faults = Faults::default();
    loop {
        let (sender, receiver) = match shared.channel.open().await {
            Ok(halves) => halves,
            Err(error) => return shared.fail(&error),
        };
        let endpoint = receiver.endpoint().to_owned();
        shared.opened(&endpoint);
        let opened = Instant::now();
        let Some(fault) = run(&shared, sender, receiver).await else {
            return;
        };
        if shared.closed() {
            faults.clear(opened.elapsed());
        }
        if matches!(fault, Fault::TokenRefused) {
            shared.channel.token_refused();
        }
        match faults.add(fault, &endpoint, shared.attempts()) {
            Ok(backoff) => sleep(backoff).await,
            Err(error) => return shared.fail(&error),
        }
    }
}

/// Runs a stream until a fault, or until no watch is left. The halves run side by side: a server that cannot send does not
/// receive either.
async fn run<C: WatchChannel>(
    shared: &Arc<Shared<C>>,
    sender: C::Sender,
    receiver: C::Receiver,
) -> Option<Fault> {
    tokio::select! {
        failure = send(shared, sender) => Some(Fault::Failed(failure)),
        fault = receive(shared, receiver) => Some(fault),
        () = shared.stalled.notified() => Some(fell_silent(shared)),
        () = check_host(shared) => Some(fell_silent(shared)),
        () = tend(shared) => None,
    }
}

fn fell_silent<C: WatchChannel>(shared: &Shared<C>) -> Fault {
    shared.channel.fell_silent();
    Fault::Failed(silence())
}

async fn send<C: WatchChannel>(shared: &Shared<C>, mut sender: C::Sender) -> Failure {
    loop {
        let request = shared.state().watches.next_request();
        match request {
            Some(request) => {
                if let Err(failure) = sender.send(request).await {
                    return failure;
                }
            }
            None => shared.changed.notified().await,
        }
    }
}

async fn receive<C: WatchChannel>(shared: &Shared<C>, mut receiver: C::Receiver) -> Fault {
    loop {
        let received = match receiver.next().await {
            Ok(received) => received,
            Err(failure) => return Fault::Failed(failure),
        };
        if shared.receive(received) == Reaction::TokenRefused {
            return Fault::TokenRefused;
        }
        shared.changed.notify_one();
    }
}

/// Ends when the host is silent although a wait doubts it. From time to time the server is asked how far it has got.
async fn check_host<C: WatchChannel>(shared: &Shared<C>) {
    let mut due = interval_at(Instant::now() + PROGRESS, PROGRESS);
    loop {
        let is_doubted = tokio::select! {
            _ = due.tick() => false,
            () = shared.doubted.notified() => true,
        };
        match shared.channel.check_host().await {
            HostCheck::Silent if is_doubted => return,
            HostCheck::Alive {
                tells_exact_progress: true,
            } if !is_doubted => shared.ask_progress(),
            _ => {}
        }
    }
}

/// Ends when no watch is left.
async fn tend<C: WatchChannel>(shared: &Shared<C>) {
    let mut ticks = interval_at(Instant::now() + TICK, TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut idle = 0_u32;
    loop {
        ticks.tick().await;
        let is_empty = tick(shared);
        idle = if is_empty { idle + 1 } else { 0 };
        if idle >= LINGER && shared.retire() {
            return;
        }
    }
}

/// Whether no watch is left.
fn tick<C: WatchChannel>(shared: &Shared<C>) -> bool {
    let mut state = shared.state();
    let expired = state.parked.expired();
    expired.into_iter().for_each(|key| state.watches.leave(key));
    state.watches.create_canceled();
    let is_empty = state.watches.is_empty();
    drop(state);
    shared.changed.notify_one();
    is_empty
}
