//! The control of a store in memory: its clock, its content and its faults.

use super::error_json::error_json;
use super::flags::CallFlags;
use super::native_client::NativeClient;
use super::options::duration;
use crate::client::{FURTHEST, FaultPlan, SharedStore, TooFar, Unplannable};
use napi::{Error, Result, Status};
use napi_derive::napi;
use std::sync::Arc;
use std::time::Duration;

#[napi]
impl NativeClient {
    /// Moves the clock on by milliseconds.
    #[napi]
    pub fn memory_advance(&self, ms: f64) -> Result<()> {
        let time = duration(Some(ms)).unwrap_or(Duration::MAX);
        let too_far = |error| unusable(too_far(ms, &error));
        self.memory()?.advance(time).map_err(too_far)
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

/// The text of the error for an advance that goes too far.
fn too_far(ms: f64, TooFar { ahead }: &TooFar) -> String {
    let most = FURTHEST.as_millis();
    let years = FURTHEST.as_secs() / (365 * 24 * 3600);
    let limit = format!("by at most {years} years of 365 days ({most} ms)");
    let (ahead, by) = (ahead.as_millis(), short(ms));
    format!(
        "the clock of a store can be ahead of the system's {limit}: it is ahead by {ahead} ms, and advance({by}) is too far"
    )
}

/// A number without hundreds of digits.
fn short(number: f64) -> String {
    match number < 1e15 {
        true => number.to_string(),
        false => format!("{number:e}"),
    }
}

fn unusable(reason: impl ToString) -> Error {
    Error::new(Status::InvalidArg, reason.to_string())
}
