//! The simulation with every guard, and without each of them.

use edgepost_core::flow::pay::{Guard, Guards};
use edgepost_tests::simulation::{Settings, run};

const SEED: u64 = 20_261_121;

fn settings(orders: u64) -> Settings {
    Settings { seed: SEED, orders, guards: Guards::ALL, compares: true }
}

#[test]
fn pf_083_pf_086_pfs_002_nothing_is_paid_twice_and_nothing_is_forgotten() {
    let tally = run(&settings(400)).unwrap_or_else(|violation| panic!("{violation:?}"));
    assert!(tally.paid > 200 && tally.crashes > 400 && tally.faults > 800 && tally.refused > 20, "{tally:?}");
    assert!(tally.credentials > tally.paid, "what was lost is paid again, once it can no longer be spent: {tally:?}");
}

#[test]
fn pfs_008_each_guard_is_needed() {
    for guard in Guard::ALL {
        let broken = Settings { guards: Guards::without(guard), ..settings(4_000) };
        let violation = run(&broken).err().unwrap_or_else(|| panic!("nothing happens without {guard:?}"));
        println!("without {guard:?}: {}", violation.what);
    }
    let broken = Settings { compares: false, ..settings(4_000) };
    let violation = run(&broken).expect_err("nothing happens where journals are not compared");
    println!("without comparing journals: {}", violation.what);
}
