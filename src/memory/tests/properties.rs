//! What holds after any calls.

use super::random::Calls;
use super::*;
use crate::memory::expiry::Deadline;
use crate::memory::history::CAPACITY;
use crate::memory::node::Node;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The deadlines and the highest index of a node and the nodes below it.
fn survey(path: &Path, node: &Node, deadlines: &mut BTreeMap<Deadline, Path>) -> u64 {
    if let Some(deadline) = node.deadline {
        deadlines.insert(deadline, path.clone());
    }
    assert!(node.created <= node.modified, "{path:?}");
    let children = node.children().into_iter().flatten();
    let below = children.map(|(name, child)| survey(&path.child(name), child, deadlines));
    below.max().unwrap_or(0).max(node.modified)
}

/// Panics if the store contradicts itself.
fn check(memory: &Memory) {
    let store = &memory.store;
    let mut deadlines = BTreeMap::new();
    let highest = survey(&Path::new(""), &store.tree.root, &mut deadlines);
    assert!(highest <= memory.index());
    let pairs = deadlines.iter();
    assert!(store.expiries.all().eq(pairs), "{:?}", store.expiries);
    let events: Vec<u64> = memory.history.events().map(|it| it.index()).collect();
    let first = memory.index() + 1 - events.len() as u64;
    assert!(events.into_iter().eq(first..=memory.index()));
    assert!(memory.history.events().count() <= CAPACITY);
}

/// Whether a call was done as a write.
fn is_written(request: &Request, answer: &Answer) -> bool {
    request.written_key().is_some() && answer.status < 300
}

fn step(memory: &mut Memory, calls: &mut Calls, now: SystemTime) {
    let before = memory.index();
    let expired = memory.expire(now);
    let due = memory.index();
    assert!(due >= before && memory.next_expiry().is_none_or(|next| next > now));
    let waits = memory.watchers();
    assert!(
        expired
            .iter()
            .all(|it| it.answer.event_index > Some(before))
    );
    let request = match calls.is_one_of(4) {
        true => Request::Wait(calls.wait(due, 2)),
        false => calls.call(due),
    };
    let Applied { reply, deliveries } = memory.apply(now, &request).unwrap();
    let Reply::Answer(answer) = reply else {
        assert_eq!((memory.index(), memory.watchers()), (due, waits + 1));
        return;
    };
    let written = u64::from(is_written(&request, &answer));
    assert_eq!(memory.index(), due + written, "{request:?}");
    assert_eq!(memory.watchers(), waits - deliveries.len());
    serde_json::from_str::<serde_json::Value>(&answer.body).unwrap();
}

proptest! {
    #[test]
    fn the_store_does_not_contradict_itself(seed in any::<u64>(), length in 1..120_usize) {
        let mut memory = Memory::default();
        let mut calls = Calls::new(seed);
        let mut now = 0;
        for _ in 0..length {
            now += calls.rng.u64(..300);
            step(&mut memory, &mut calls, at(now));
            check(&memory);
        }
    }

    #[test]
    fn a_dump_has_everything_that_a_load_needs(seed in any::<u64>(), length in 1..120_usize) {
        let mut memory = Memory::default();
        let mut calls = Calls::new(seed);
        for _ in 0..length {
            step(&mut memory, &mut calls, at(0));
        }
        let dump = memory.dump(at(0));
        let mut copy = Memory::default();
        copy.load(at(7), &serde_json::from_str(&dump).unwrap()).unwrap();
        prop_assert_eq!(&copy.dump(at(0)), &dump);
        for _ in 0..40 {
            let request = calls.call(memory.index());
            prop_assert_eq!(copy.answer(&request), memory.answer(&request));
        }
    }
}
