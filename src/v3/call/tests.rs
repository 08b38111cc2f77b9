use super::*;
use crate::v3::model::Model;
use crate::v3::model::calls::calls;
use crate::v3::model::driver::run;
use crate::v3::model::tree::Tree;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

mod attempts;
mod known_files;
mod lifetimes;
mod transactions;

/// Removes what is compared elsewhere: the dates, and the indexes that are exact only with records.
fn comparable(body: &mut Value, is_exact: bool) {
    match body {
        Value::Object(fields) => {
            fields.remove("expiration");
            if !is_exact {
                fields.remove("createdIndex");
            }
            fields
                .values_mut()
                .for_each(|value| comparable(value, is_exact));
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| comparable(value, is_exact)),
        _ => {}
    }
}

fn compare(requests: &[Request], is_exact: bool) -> Result<(), TestCaseError> {
    let (mut model, mut tree) = (Model::default(), Tree::default());
    let memory = Memory::new(is_exact);
    for request in requests {
        let mut end = run(request, &memory, &mut model);
        let (status, mut expected) = tree.call(request);
        comparable(&mut end.body, is_exact);
        comparable(&mut expected, is_exact);
        prop_assert_eq!(&end.body, &expected, "{:?}", request);
        prop_assert_eq!(end.status, status, "{:?}", request);
    }
    Ok(())
}

proptest! {
    #[test]
    fn calls_are_answered_as_by_v2(requests in vec(calls(), 1..60)) {
        compare(&requests, false)?;
    }

    #[test]
    fn with_records_the_created_index_is_that_of_v2_too(requests in vec(calls(), 1..60)) {
        compare(&requests, true)?;
    }
}
