use super::*;
use proptest::prelude::*;

const NOW: u64 = 1_764_000_000;

fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW) + Duration::from_millis(millis)
}

#[test]
fn an_id_tells_the_expiry_to_a_quarter_of_a_second() {
    for (given, told) in [(0, 0), (249, 0), (250, 250), (999, 750), (60_001, 60_000)] {
        assert_eq!(expiry(generate(at(given))), Some(at(told)), "{given}");
    }
}

#[test]
fn an_id_of_another_client_tells_nothing() {
    // Given by etcd itself.
    assert_eq!(expiry(7_587_891_234_567_890_000), None);
    assert_eq!(expiry(0), None);
    assert_eq!(expiry(-1), None);
    // The checksum is right, the year 1970 is not.
    assert_eq!(expiry(generate(UNIX_EPOCH)), None);
    let own = generate(at(0));
    assert_eq!(expiry(own ^ 1), None);
}

#[test]
fn the_longest_time_to_live_has_an_id() {
    let id = generate(at(0) + Duration::from_secs(LONGEST));
    assert!(id > 0);
}

#[test]
fn of_two_leases_the_earlier_counts_and_none_is_the_latest() {
    let mut lives = Lives::default();
    lives.add(&HashMap::from([(7, 30), (8, -1)]), at(0));
    let own = generate(at(20_000));
    assert_eq!(lives.earlier(own, 7), own);
    assert_eq!(lives.earlier(7, own), own);
    assert_eq!(lives.earlier(8, own), 8);
    assert_eq!(lives.earlier(0, own), own);
    assert_eq!(lives.earlier(own, 0), own);
    assert_eq!(lives.earlier(0, 0), 0);
    assert!(lives.lacks(9) && !lives.lacks(7) && !lives.lacks(0) && !lives.lacks(own));
}

proptest! {
    #[test]
    fn every_expiry_until_2049_is_told(millis in 0_u64..750_000_000_000) {
        let told = expiry(generate(at(millis))).unwrap();
        let early = at(millis).duration_since(told).unwrap();
        prop_assert!(early < Duration::from_millis(250));
    }
}
