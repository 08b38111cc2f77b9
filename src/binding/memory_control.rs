//! The control of a store in memory: its clock, its content and its faults.

use super::native_client::NativeClient;
use super::options::duration;
use crate::client::{Plan, Shared};
use napi::{Error, Result, Status};
use napi_derive::napi;
use std::sync::Arc;

#[napi]
impl NativeClient {
    /// Moves the clock on by milliseconds.
    #[napi]
    pub fn memory_advance(&self, ms: f64) -> Result<()> {
        let time = duration(Some(ms)).ok_or_else(|| unusable("the time is too long"))?;
        self.memory()?.advance(time);
        Ok(())
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

    /// Plans the faults of the next calls, as JSON.
    #[napi]
    pub fn memory_fail(&self, plan: String) -> Result<()> {
        let plan = serde_json::from_str(&plan).map_err(unusable)?;
        let plan = Plan::of(&plan).map_err(unusable)?;
        self.memory()?.plan(plan);
        Ok(())
    }

    fn memory(&self) -> Result<&Arc<Shared>> {
        let memory = self.client.as_ref().and_then(|client| client.memory());
        memory.ok_or_else(|| Error::from_reason("store destroyed"))
    }
}

fn unusable(reason: impl ToString) -> Error {
    Error::new(Status::InvalidArg, reason.to_string())
}
