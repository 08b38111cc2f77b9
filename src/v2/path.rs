//! The path of a key under `/v2/keys`. Pure.

use crate::api::error::Invalid;
use crate::api::key::Key;

/// The path of a key with a query. The parameters of the call come before those in the key: etcd reads the first one of a name.
pub fn path(key: &Key, query: &str) -> Result<String, Invalid> {
    let (path, own_query) = key.parts()?;
    let queries: Vec<&str> = [query, &own_query]
        .into_iter()
        .filter(|query| !query.is_empty())
        .collect();
    Ok(match queries.is_empty() {
        true => format!("/v2/keys/{path}"),
        false => format!("/v2/keys/{path}?{}", queries.join("&")),
    })
}
