//! The transactions themselves, for the calls that are made most.

use super::super::*;
use crate::api::action::Action;
use crate::v3::act::Act;
use crate::v3::model::calls::*;
use crate::v3::model::driver::now;
use crate::v3::pb::{PutRequest, RangeRequest};
use crate::v3::txn::*;

fn first(request: &Request, memory: &Memory) -> Exchange {
    match Call::new(request, memory, now()).unwrap().first() {
        Step::Send(exchange) => exchange,
        other => panic!("{other:?}"),
    }
}

fn serializable(range: RangeRequest) -> RangeRequest {
    RangeRequest {
        serializable: true,
        ..range
    }
}

#[test]
fn a_get_reads_the_file_or_else_the_directory_and_what_is_above() {
    let exchange = first(&get("/a/b"), &Memory::default());
    let expected = TxnRequest {
        compare: vec![exists("/a/b".into())],
        success: vec![serializable(read("/a/b".into())).into()],
        failure: vec![
            serializable(read_range(("/a/b/".into(), "/a/b0".into()), 10_000)).into(),
            serializable(count("/a".into())).into(),
            serializable(read("/a/".into())).into(),
        ],
    };
    assert_eq!(exchange.txn, expected);
    assert!(!exchange.is_write && exchange.grant.is_none());
}

#[test]
fn a_get_with_a_quorum_is_not_serializable() {
    let quorum = Request::Get(crate::api::request::Get {
        key: key("/a"),
        quorum: true,
        ..Default::default()
    });
    let exchange = first(&quorum, &Memory::default());
    assert_eq!(exchange.txn.success, [read("/a".into()).into()]);
}

#[test]
fn a_set_looks_at_the_marker_of_the_parent_alone() {
    let exchange = first(&set("/a/b/c", "v"), &Memory::default());
    let put = PutRequest {
        prev_kv: true,
        ..put("/a/b/c".into(), "v", 0)
    };
    let expected = TxnRequest {
        compare: vec![
            none_exists(("/a/b/c/".into(), "/a/b/c0".into())),
            exists("/a/b/".into()),
            has_lease("/a/b/".into(), 0),
        ],
        success: vec![put.into()],
        failure: Vec::new(),
    };
    assert_eq!(exchange.txn, expected);
    assert!(exchange.is_write);
}

#[test]
fn a_compare_and_swap_has_its_conditions_and_a_record() {
    let swap = set_with("/a", "w", |set| {
        set.conditions.value = Some("v".into());
        set.conditions.index = Some("7".into());
    });
    let exchange = first(&swap, &Memory::default());
    let put = PutRequest {
        prev_kv: true,
        ..put("/a".into(), "w", 0)
    };
    let act = Act {
        action: Action::CompareAndSwap,
        key: "/a".into(),
        dir: false,
    };
    let compare = [
        exists("/a".into()),
        has_value("/a".into(), "v"),
        was_modified_at("/a".into(), 7),
    ];
    assert_eq!(exchange.txn.compare, compare);
    assert_eq!(exchange.txn.success, [put.into(), put_act(&act)]);
    assert_eq!(
        exchange.txn.failure,
        [
            read("/a".into()).into(),
            read_range(("/a/".into(), "/a0".into()), 1).into(),
        ]
    );
}

#[test]
fn a_push_takes_the_number_after_the_last_revision() {
    let memory = Memory::default();
    memory.saw_revision(41);
    memory.saw_revision(7);
    let exchange = first(&push("/q", "v"), &memory);
    let name = "00000000000000000042";
    let child = format!("/q/{name}");
    let compare = &exchange.txn.compare;
    assert_eq!(compare[0], has_value_below("etcdjs/seq/q/".into(), name));
    assert_eq!(exchange.txn.success[0], put(child.into(), "v", 0).into());
    let record = put("etcdjs/seq/q/".into(), name, 0);
    assert_eq!(exchange.txn.success[1], record.into());
}

#[test]
fn without_the_value_in_the_answer_it_is_not_read() {
    let short = set_with("/a", "v", |set| set.no_value_on_success = true);
    let exchange = first(&short, &Memory::default());
    let expected = [count("/a".into()).into(), put("/a".into(), "v", 0).into()];
    assert_eq!(exchange.txn.success, expected);
}
