use super::*;
use crate::arbitrary::bodies;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Bodies of any shape, and such as are events.
fn events() -> impl Strategy<Value = String> {
    let event =
        any::<u64>().prop_map(|index| json!({"node": {"modifiedIndex": index}}).to_string());
    prop_oneof![bodies(), event]
}

proptest! {
    #[test]
    fn only_what_lies_between_an_event_and_the_store_is_looked_at_ahead(
        event in events(),
        from in of(any::<u64>()),
        store in of(any::<u64>()),
    ) {
        let Some(next) = next_in_history(index_of(&event), from, store) else { return Ok(()) };
        let event: Value = serde_json::from_str(&event).unwrap();
        // An array is taken for an object whose members have no names: it does no harm.
        if let Some(index) = event["node"]["modifiedIndex"].as_u64() {
            prop_assert_eq!(index, next - 1);
        }
        prop_assert!(from <= store && Some(next) <= store);
    }
}
