//! The Node-API surface: how JavaScript sees a client. Decides nothing. The only module that imports napi.
//!
//! A call is an id that JavaScript has chosen, a request and a few flags:
//!
//! ```text
//! event loop                                     the runtime's thread
//! NativeClient::get(id, …) ─▶ Queue ───────────▶ a task, in flight until it has a result
//!        │ no other call is in flight                    │
//!        ▼                                               ▼
//!   first poll, here ──the rest──▶ Queue           Reply ─▶ Outbox (one wake for a batch)
//!                                                        │
//! callback ◀── lib/calls.js ◀── Runtime::drain ◀─────────┘
//! ```

mod calls;
mod error_json;
mod first_poll;
mod flags;
mod in_flight;
mod memory_control;
mod native_client;
mod open_handles;
mod options;
mod origin_json;
mod outbox;
mod queue;
mod runtime;
mod serving;
