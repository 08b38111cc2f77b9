//! What one transaction can hold.

use super::context::Context;
use crate::api::error::Invalid;

/// A key of more names would need more than the 128 operations that a transaction may have.
pub const MAX_DEPTH: usize = 100;

/// Refuses what etcd would refuse.
///
/// # Errors
/// If the key has too many names, or the key and the values too many bytes.
pub fn check(context: &Context, is_push: bool) -> Result<(), Invalid> {
    let names = context.path.depth() + usize::from(is_push);
    if names > MAX_DEPTH {
        return Err(Invalid::DeepKey {
            names,
            limit: MAX_DEPTH,
        });
    }
    let judged = &context.judged;
    let prev_value = judged.prev_value.as_ref().map_or(0, String::len);
    let bytes = context.path.marker().len() + judged.value.len() + prev_value;
    let limit = context.memory.max_request_bytes();
    if bytes > limit {
        return Err(Invalid::LargeRequest { bytes, limit });
    }
    Ok(())
}
