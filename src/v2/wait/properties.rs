use super::*;
use crate::api::error::Kind;
use crate::api::request::{Request, Set};
use crate::api::v2_error::HISTORY_CLEARED;
use crate::arbitrary::json;
use crate::v2::look_ahead;
use crate::waits::Registrations;
use crate::waits::continuation::{cleared_at, is_stale};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Errors of etcd: of any shape, and such as say that the history is gone.
fn errors() -> impl Strategy<Value = Value> {
    let index = prop_oneof![any::<u64>(), select(vec![0, 1, u64::MAX])];
    let cleared = (json(), index, any::<bool>()).prop_map(|(any, index, is_number)| {
        let index = if is_number { index.into() } else { any };
        json!({"errorCode": 401, "message": HISTORY_CLEARED, "index": index})
    });
    prop_oneof![json(), cleared]
}

fn indexes() -> impl Strategy<Value = Option<String>> {
    let number = any::<u64>().prop_map(|index| index.to_string());
    let other = select(vec!["", "0", "-1", "1.5", "x", "18446744073709551616"]);
    of(prop_oneof![number, other.prop_map(str::to_owned)])
}

#[test]
fn an_event_before_the_index_is_stale_whatever_happened_to_the_key() {
    let deleted = r#"{"action":"delete","node":{"key":"/k","modifiedIndex":9,"createdIndex":3},"prevNode":{"key":"/k","value":"v","modifiedIndex":3,"createdIndex":3}}"#;
    let expired = r#"{"action":"expire","node":{"key":"/dir","dir":true,"modifiedIndex":9,"createdIndex":3}}"#;
    let page = "<p>It works!</p>";
    let table = [
        (deleted, Some(9), false),
        (deleted, Some(10), true),
        (expired, Some(9), false),
        (expired, Some(10), true),
        (expired, None, false),
        (page, Some(10), false),
        (r#"{"action":"set"}"#, Some(10), false),
    ];
    for (event, from, expected) in table {
        assert_eq!(
            is_stale(look_ahead::index_of(event), from),
            expected,
            "{event}"
        );
    }
}

proptest! {
    #[test]
    fn a_wait_goes_on_behind_a_lost_history_or_from_its_position(
        body in errors(),
        index in indexes(),
        was in of(any::<u64>()),
        overtaken in of(any::<u64>()),
    ) {
        let error = Error::new(Kind::Api(body.clone()));
        let wait = Wait { index, ..Wait::default() };
        let registrations = Registrations::default();
        let entry = registrations.enter(&wait, None);
        let cleared = cleared_at(&error);
        prop_assert!(cleared.is_none_or(|index| index > 0 && index < 1 << 53 && body["index"] == index));
        let next = next_index(&wait, was, &entry, &error);
        prop_assert_eq!(next, cleared.map(|index| index.saturating_add(1)).or(was));
        if let Some(overtaken) = overtaken {
            let waits = registrations.concerned_by(&Request::Set(Set::default()));
            registrations.overtaken(&waits, overtaken);
            let least = next_index(&wait, was, &entry, &error);
            prop_assert!(least == next || least == Some(overtaken));
            prop_assert!(least.is_none_or(|least| next.is_none_or(|next| least <= next)));
        }
    }
}
