//! Reads of keys of which the store remembers that they were files.

use super::super::*;
use super::attempts::exchanges;
use crate::v3::model::Model;
use crate::v3::model::calls::*;
use crate::v3::model::driver::{now, run};

#[test]
fn a_key_that_was_a_file_is_read_alone_until_it_is_none() {
    let (mut model, memory) = (Model::default(), Memory::default());
    assert_eq!(exchanges(&mut model, &memory, &set("/a", "v")), 1);
    let (first, second) = (get("/a"), get("/a"));
    let whole = Call::new(&first, &memory, now()).unwrap().first();
    assert!(matches!(whole, Step::Send(sent) if txn::only_read(&sent.txn).is_none()));
    assert_eq!(exchanges(&mut model, &memory, &first), 1);
    let alone = Call::new(&second, &memory, now()).unwrap().first();
    assert!(matches!(alone, Step::Send(sent) if txn::only_read(&sent.txn).is_some()));
    model.keys.remove(&b"/a"[..]);
    for expected in [2, 1] {
        let end = run(&second, &memory, &mut model);
        assert_eq!((end.status, end.exchanges), (404, expected));
    }
}
