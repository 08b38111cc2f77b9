//! What a call is and what it brings. Pure: no I/O, no HTTP, no JavaScript.
//!
//! A [`Request`](request::Request) goes in, an [`Outcome`](outcome::Outcome) or an [`Error`](error::Error) comes back.

pub mod action;
pub mod error;
pub mod key;
pub mod node;
pub mod outcome;
pub mod parameters;
pub mod query;
pub mod request;
pub mod v2_error;
