//! What the waits of every store share: they stay ahead of the writes that are called after them, and they back off after
//! failures.
//!
//! Knows neither protocols nor hosts.

pub mod backoff;
mod entry;
mod handover;
mod position;
mod registrations;
mod sweep;

pub use backoff::PollBackoff;
pub use entry::Entry;
pub use position::Position;
pub use registrations::{Registration, Registrations, settled};
pub use sweep::sweep_every;

/// The number of a chain: the waits that one call to `wait` and its `next` make.
pub type Chain = u64;
