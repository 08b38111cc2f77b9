//! Streams that fail one after the other before a watch is registered. Pure.

use crate::api::error::{Attempt, Error, Failure, Kind};
use crate::backoff::doubled;
use crate::v3::v2_error::unauthorized;
use std::time::Duration;

/// The backoff after the second fault in a row; it doubles with each that follows.
const SHORTEST: Duration = Duration::from_millis(50);

/// The longest backoff.
const LONGEST: Duration = Duration::from_secs(1);

/// A stream that was open for less time does not end the backoff, even if it registered a watch: a host that ends each stream at
/// once must not be asked without end.
const LASTING: Duration = Duration::from_secs(1);

/// Why a stream has ended.
#[derive(Debug)]
pub enum Fault {
    /// The connection, or the server, has ended it.
    Failed(Failure),
    /// It carries a token that is not valid.
    TokenRefused,
}

/// The faults in a row.
#[derive(Debug, Default)]
pub struct Faults {
    attempts: Vec<Attempt>,
    /// The streams in a row that did not last.
    short: u32,
}

impl Faults {
    /// A watch was registered on a stream that was open for this time: its fault is the first one.
    pub fn clear(&mut self, open: Duration) {
        self.attempts.clear();
        if open >= LASTING {
            self.short = 0;
        }
    }

    /// Counts a fault. Gives the backoff before the next stream, or the error if there were as many faults as attempts.
    pub fn add(&mut self, fault: Fault, endpoint: &str, most: usize) -> Result<Duration, Error> {
        let (kind, text, status) = match fault {
            Fault::Failed(failure) => {
                let text = failure.message.clone();
                (Kind::Network(failure), text, None)
            }
            Fault::TokenRefused => {
                let error = unauthorized();
                (error.kind.clone(), error.to_string(), error.status)
            }
        };
        self.attempts.push(Attempt {
            host: endpoint.to_owned(),
            error: text,
        });
        self.short = self.short.saturating_add(1);
        if self.attempts.len() < most.max(2) {
            return Ok(self.backoff());
        }
        Err(Error {
            status,
            endpoint: Some(endpoint.to_owned()),
            attempts: std::mem::take(&mut self.attempts),
            ..Error::new(kind)
        })
    }

    /// The first fault has no backoff. Later ones have jitter: many clients must not return at the same moment.
    fn backoff(&self) -> Duration {
        match self.short {
            0 | 1 => Duration::ZERO,
            faults => doubled(SHORTEST, faults - 1, LONGEST).mul_f64(0.5 + fastrand::f64() / 2.0),
        }
    }
}
