//! What holds after any calls.

use super::random::Calls;
use super::*;
use crate::arbitrary;
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
    let Effects { reply, deliveries } = memory.apply(now, &request).unwrap();
    let Reply::Answer(answer) = reply else {
        assert_eq!((memory.index(), memory.watchers()), (due, waits + 1));
        return;
    };
    let written = u64::from(is_written(&request, &answer));
    assert_eq!(memory.index(), due + written, "{request:?}");
    assert_eq!(memory.watchers(), waits - deliveries.len());
    serde_json::from_str::<serde_json::Value>(&answer.body).unwrap();
}

/// Any texts, in keys and in parameters. `None` is a random call.
fn hostile() -> impl Strategy<Value = Option<Request>> {
    let number = prop_oneof![
        any::<u64>().prop_map(|it| it.to_string()),
        any::<u16>().prop_map(|it| it.to_string()),
        arbitrary::urls(),
    ];
    let parameters = (
        proptest::option::of(number.clone()),
        proptest::option::of(number),
        any::<bool>(),
    );
    let request =
        (arbitrary::keys(), parameters, 0..5_u8).prop_map(|(text, (ttl, index, flag), kind)| {
            match kind {
                0 => get(&text, flag),
                1 => delete(&text, flag),
                2 => push(&text),
                3 => wait(&text, index.and_then(|it| it.parse().ok()), flag),
                _ => set_with(&text, |set| {
                    set.ttl = ttl;
                    set.conditions.index = index;
                    set.dir = flag;
                }),
            }
        });
    proptest::option::of(request)
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
        copy.load(at(1), &serde_json::from_str(&dump).unwrap()).unwrap();
        prop_assert_eq!(&copy.dump(at(0)), &dump);
        for _ in 0..40 {
            let request = calls.call(memory.index());
            prop_assert_eq!(copy.answer(&request), memory.answer(&request));
        }
    }

    #[test]
    fn a_clock_that_jumps_and_keys_and_times_to_live_of_any_text_harm_no_store(
        seed in any::<u64>(),
        steps in proptest::collection::vec((hostile(), 0..20_000_000_000_u64), 1..40),
    ) {
        let mut memory = Memory::default();
        let mut calls = Calls::new(seed);
        for (request, seconds) in steps {
            let now = UNIX_EPOCH + Duration::from_secs(seconds);
            let (index, _) = (memory.index(), memory.expire(now));
            let due = memory.index();
            prop_assert!(due >= index && memory.next_expiry().is_none_or(|next| next > now));
            let request = request.unwrap_or_else(|| calls.call(due));
            match memory.apply(now, &request) {
                Err(_) => prop_assert_eq!(memory.index(), due),
                Ok(Effects { reply: Reply::Answer(answer), .. }) => {
                    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
                    prop_assert!(body.is_object());
                }
                Ok(_) => {}
            }
            check(&memory);
        }
        let now = UNIX_EPOCH + Duration::from_secs(20_000_000_000);
        memory.expire(now);
        let dump = memory.dump(now);
        let mut copy = Memory::default();
        copy.load(now, &serde_json::from_str(&dump).unwrap()).unwrap();
        prop_assert_eq!(copy.dump(now), dump);
    }

    #[test]
    fn a_chain_of_waits_has_each_event_once(seed in any::<u64>(), length in 1..120_usize) {
        let mut memory = Memory::default();
        let mut calls = Calls::new(seed);
        let mut now = 0;
        for _ in 0..length {
            now += calls.rng.u64(..300);
            let _ = memory.apply(at(now), &calls.call(memory.index())).unwrap();
        }
        let is_told = |event: &&Arc<Event>| !event.is_refresh && !event.path.text().contains("/_");
        let expected: Vec<u64> = memory.history.events().filter(is_told).map(|it| it.index()).collect();
        let (mut found, mut next) = (Vec::new(), 2);
        while let Reply::Answer(answer) = memory.apply(at(now), &wait("/", Some(next), true)).unwrap().reply {
            let index = answer.event_index.unwrap();
            found.push(index);
            next = index + 1;
        }
        prop_assert_eq!(found, expected);
    }
}
