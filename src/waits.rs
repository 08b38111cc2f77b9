//! What the waits of every store share: they stay ahead of the writes that are called after them, they back off after
//! failures, and their chains go on after them.
//!
//! Knows neither protocols nor hosts.

pub mod backoff;
pub mod continuation;
mod entry;
mod handover;
mod position;
mod registrations;
mod sweep;
mod waited;

pub use backoff::PollBackoff;
pub use entry::Entry;
pub use position::Position;
pub use registrations::{Registration, Registrations, settled};
pub use sweep::sweep_every;
pub use waited::{StoreIndex, Waited};

/// The number of a chain: the waits that one call to `wait` and its `next` make.
pub type Chain = u64;
