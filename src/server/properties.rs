//! What holds for whatever a client sends.

mod answers;
mod connections;
pub mod host;
mod smuggling;
mod texts;
