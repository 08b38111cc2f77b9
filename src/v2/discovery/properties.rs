use super::*;
use crate::arbitrary::{json, urls};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

proptest! {
    #[test]
    fn any_json_names_hosts_or_none(any in json(), values in vec(urls(), 0..5)) {
        let nodes: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
        for body in [json!({"node": {"nodes": nodes}}), json!({"node": {"nodes": any}}), json!({ "node": any }), any] {
            let found = registered(&body);
            prop_assert!(found.len() <= MOST_FOUND);
            prop_assert!(found.iter().all(Host::is_url));
        }
    }

    #[test]
    fn any_text_is_a_discovery_url_or_none(text in urls()) {
        if let Some((service, path)) = split(&text) {
            prop_assert!(path.is_empty() || path.starts_with('/') || !service.is_url(), "{} {}", text, path);
            prop_assert!(!service.endpoint().contains('@'));
        }
    }
}
