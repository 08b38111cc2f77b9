//! What holds for whatever a client sends.

mod answers;
mod connections;
mod host;
mod smuggling;
mod texts;
