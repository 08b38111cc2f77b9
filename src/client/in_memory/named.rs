//! The stores of the process that have a name. They live as long as the process: whatever client makes the first call to a name, and
//! whenever clients end, all see the same keys. Worker threads share them, too.

use super::SharedStore;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

static NAMED: LazyLock<Mutex<HashMap<String, Arc<SharedStore>>>> = LazyLock::new(Mutex::default);

/// The store of a name. The empty name is a new store each time.
pub fn named(name: &str) -> Arc<SharedStore> {
    if name.is_empty() {
        return Arc::default();
    }
    let mut named = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
    named.entry(name.to_owned()).or_default().clone()
}
