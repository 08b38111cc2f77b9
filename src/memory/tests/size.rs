//! Many keys and many waits.

use super::*;

#[test]
fn a_hundred_thousand_keys_and_ten_thousand_waits_are_handled() {
    let mut memory = Memory::default();
    for number in 0..100_000 {
        memory.run(&set_for(&format!("/d/{}/{number}", number % 100), 60));
    }
    for number in 0..10_000 {
        memory.register(&format!("/d/{}/{number}", number % 100), None, false);
    }
    assert_eq!(memory.told(&set("/d/7/100007", "v")), []);
    assert_eq!(memory.told(&set("/d/7/7", "v")).len(), 1);
    assert_eq!(memory.told(&delete("/d/8", true)).len(), 100);
    assert_eq!(memory.expire(at(60)).len(), 9_899);
    assert_eq!((memory.watchers(), memory.next_expiry()), (0, None));
}
