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
use super::{WatchChannel, WatchReceiver, WatchSender};
use crate::api::error::Failure;
use crate::net::failure::silence;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

/// The interval at which expired watches are canceled and canceled ones created.
const TICK: Duration = Duration::from_secs(1);

/// The ticks after which the server is asked how far it has got. A watch without events could otherwise only be created again
/// from a revision that etcd may have compacted.
const PROGRESS: u32 = 60;

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
        () = shared.stalled.notified() => {
            shared.channel.fell_silent();
            Some(Fault::Failed(silence()))
        }
        () = tend(shared) => None,
    }
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
        let response = match receiver.next().await {
            Ok(response) => response,
            Err(failure) => return Fault::Failed(failure),
        };
        if shared.receive(response) == Reaction::TokenRefused {
            return Fault::TokenRefused;
        }
        shared.changed.notify_one();
    }
}

/// Ends when no watch is left.
async fn tend<C: WatchChannel>(shared: &Shared<C>) {
    let mut ticks = interval_at(Instant::now() + TICK, TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut count, mut idle) = (0_u32, 0_u32);
    loop {
        ticks.tick().await;
        count = count.wrapping_add(1);
        let is_due = count % PROGRESS == 0;
        tick(
            shared,
            is_due && shared.channel.tells_exact_progress().await,
        );
        idle = if shared.state().watches.is_empty() {
            idle + 1
        } else {
            0
        };
        if idle >= LINGER && shared.retire() {
            return;
        }
    }
}

fn tick<C: WatchChannel>(shared: &Shared<C>, asks_progress: bool) {
    let mut state = shared.state();
    let expired = state.parked.expired();
    expired.into_iter().for_each(|key| state.watches.leave(key));
    state.watches.create_canceled();
    if asks_progress {
        state.watches.ask_progress(true);
    }
    drop(state);
    shared.changed.notify_one();
}
