//! `cargo xtask sim`: the simulation at length, from a new seed or from one that has failed.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use edgepost_core::flow::pay::Guards;
use edgepost_tests::simulation::{Settings, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse().ok()
    };
    let drawn = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64);
    let (seed, orders) = (given("--seed").unwrap_or(drawn), given("--orders").unwrap_or(20_000));
    println!("{orders} orders, seed {seed}");
    match run(&Settings { seed, orders, guards: Guards::ALL, compares: true }) {
        Ok(tally) => {
            println!(
                "{} processes, {} steps, {} crashes, {} faults",
                tally.processes, tally.steps, tally.crashes, tally.faults
            );
            println!("{} payments signed and sent for {} orders that were paid", tally.credentials, tally.paid);
            println!("{} came to nothing, {} were refused before anything was signed", tally.unpaid, tally.refused);
            println!("{} may have been paid by a wallet itself, too late: their journals say so", tally.open);
            println!("0 paid twice, 0 paid and forgotten");
            ExitCode::SUCCESS
        }
        Err(violation) => {
            eprintln!("order {} of the world {}: {}", violation.order, violation.seed, violation.what);
            eprintln!("again with: cargo xtask sim --seed {seed} --orders {orders}");
            ExitCode::FAILURE
        }
    }
}
