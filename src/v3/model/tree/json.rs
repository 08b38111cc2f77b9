//! The answers of the v2 store as JSON.

use super::Stored;
use serde_json::{Map, Value, json};

pub fn answer(action: &str, node: Value, prev: Option<Value>, is_short: bool) -> Value {
    let mut answer = json!({ "action": action });
    if !is_short {
        answer["node"] = node;
        if let Some(prev) = prev {
            answer["prevNode"] = prev;
        }
    }
    answer
}

pub fn error(code: u16, cause: &str, index: u64) -> (u16, Value) {
    let (status, message) = match code {
        100 => (404, "Key not found"),
        101 => (412, "Compare failed"),
        102 => (403, "Not a file"),
        104 => (400, "Not a directory"),
        105 => (412, "Key already exists"),
        107 => (400, "Root is read only"),
        _ => (403, "Directory not empty"),
    };
    let mut body = json!({ "errorCode": code, "message": message, "cause": cause, "index": index });
    if cause.is_empty() {
        body.as_object_mut().unwrap().remove("cause");
    }
    (status, body)
}

pub fn add_nodes(node: &mut Value, nodes: Vec<Value>) {
    if !nodes.is_empty() {
        node["nodes"] = nodes.into();
    }
}

pub fn node(path: &str, stored: &Stored) -> Value {
    let mut fields = Map::new();
    if !path.is_empty() {
        fields.insert("key".into(), path.into());
        fields.insert("modifiedIndex".into(), stored.modified.into());
        fields.insert("createdIndex".into(), stored.created.into());
    }
    match &stored.value {
        Some(value) => fields.insert("value".into(), value.as_str().into()),
        None => fields.insert("dir".into(), true.into()),
    };
    if let Some(ttl) = stored.ttl {
        fields.insert("ttl".into(), ttl.into());
    }
    fields.into()
}
