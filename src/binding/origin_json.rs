//! Where a result comes from, as JSON: the details of a call.

use crate::api::outcome::Origin;
use serde_json::{Value, json};

/// `status`, `index` (of the store), `host`, and the number of `attempts`.
pub fn origin_json(origin: &Origin) -> Value {
    json!({
        "status": origin.status,
        "index": origin.index,
        "host": origin.endpoint,
        "attempts": origin.attempts.len() + 1,
    })
}
