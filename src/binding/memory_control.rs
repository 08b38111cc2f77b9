//! The control of a store in memory: its clock, its content and its faults.

use super::error_json::error_json;
use super::flags::CallFlags;
use super::native_client::NativeClient;
use super::options::duration;
use crate::client::{FURTHEST, FaultPlan, SharedStore, Unplannable};
use napi::{Error, Result, Status};
use napi_derive::napi;
use std::sync::Arc;

#[napi]
impl NativeClient {
    /// Moves the clock on by milliseconds.
    #[napi]
    pub fn memory_advance(&self, ms: f64) -> Result<()> {
        let too_far = || {
            let years = FURTHEST.as_secs() / (365 * 24 * 3600);
            let reason = "the clock of a store can be ahead of the system's by at most";
            unusable(format!("{reason} {years} years: advance({ms})"))
        };
        let time = duration(Some(ms)).ok_or_else(too_far)?;
        self.memory()?.advance(time).map_err(|_| too_far())
    }

    /// All keys as JSON.
    #[napi]
    pub fn memory_dump(&self) -> Result<String> {
        Ok(self.memory()?.dump())
    }

    /// Replaces all keys by those of a tree, as JSON.
    #[napi]
    pub fn memory_load(&self, tree: String) -> Result<()> {
        let tree = serde_json::from_str(&tree).map_err(unusable)?;
        self.memory()?.load(&tree).map_err(unusable)
    }

    /// Plans the faults of the next calls, as JSON. `flags`: how calls read their keys. Returns the error, as JSON, that a call with
    /// the key of the plan would have.
    #[napi]
    pub fn memory_fail(&self, plan: String, flags: u32) -> Result<Option<String>> {
        let memory = self.memory()?;
        let plan = serde_json::from_str(&plan).map_err(unusable)?;
        match FaultPlan::of(&plan, CallFlags(flags).syntax()) {
            Ok(plan) => memory.plan(plan),
            Err(Unplannable::Malformed(reason)) => return Err(unusable(reason)),
            Err(Unplannable::Key(error)) => {
                let json = error_json(&error, &Default::default());
                return Ok(Some(json.to_string()));
            }
        }
        Ok(None)
    }

    fn memory(&self) -> Result<&Arc<SharedStore>> {
        let memory = self.client.as_ref().and_then(|client| client.memory());
        memory.ok_or_else(|| Error::from_reason("store destroyed"))
    }
}

fn unusable(reason: impl ToString) -> Error {
    Error::new(Status::InvalidArg, reason.to_string())
}
