//! A running etcd 3.4 is the judge: the same random calls have the same answers there, and the same events.
//!
//! `ETCDJS_TEST_URL` names the etcd, which the tests have to themselves: they remove the keys that they use.
//! `ETCDJS_TEST_SEED` names the first seed.

mod etcd;
mod expiry;
mod run;

use etcd::Etcd;
use run::Run;
use std::env;

const SEEDS: u64 = 3;
/// Enough for the history to lose events.
const CALLS: usize = 7000;

fn first_seed() -> u64 {
    let given = env::var("ETCDJS_TEST_SEED");
    given.map_or_else(|_| fastrand::u64(..1 << 32), |seed| seed.parse().unwrap())
}

#[test]
fn random_calls_have_the_answers_and_the_events_that_etcd_gives() {
    let Some(etcd) = Etcd::of_environment() else {
        return;
    };
    let first = first_seed();
    for seed in first..first + SEEDS {
        println!("ETCDJS_TEST_SEED={seed}");
        let mut run = Run::new(&etcd, seed);
        for _ in 0..CALLS {
            run.step();
        }
        run.replay();
    }
}
