//! `cargo xtask <command>`: sets up what is missing, builds, tests and shows the whole of Edgepost.

mod bench;
mod build;
mod check;
mod demo;
mod fuzz;
mod generate;
mod glue;
mod project;
mod screenshots;
mod servers;
mod sim;
mod steps;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  demo            build, start sandbox, gateway and a shop on this computer, print the pages' addresses
  demo --once     run the main job as a script against them, and exit
  test            run every test; what CI runs
  check           the quick loop: format, lints, no_std, arrows between crates, the table of rules
  fuzz            any bytes against what holds for them, 60 s for each target; --seconds N for longer
  sim             20,000 payments with everything going wrong, from a seed that is printed; --seed S, --orders N
  bench           print each figure beside its peers', measured in the same run
  screenshots     retake docs/images/*.png
  generate        rewrite the reference pages in docs/ from the operation tables
  build           build the npm package, the page and the Worker

Each sets up what it lacks: wasm targets, the tools that Rust builds (in target/tools), npm packages, Chromium.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["demo"] => demo::run(),
        ["demo", "--once"] => demo::once(),
        ["test"] => test::run(),
        ["check"] => check::run(),
        ["bench"] => bench::run(),
        ["fuzz"] => fuzz::run(fuzz::SECONDS),
        ["fuzz", "--seconds", seconds] if seconds.parse::<u32>().is_ok() => {
            fuzz::run(seconds.parse().unwrap_or(fuzz::SECONDS))
        }
        ["sim", options @ ..] => sim::run(options),
        ["screenshots"] => screenshots::run(),
        ["generate"] => generate::write_docs(),
        ["build"] => build::all(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => {
            eprintln!("There is no command `{}`.\n\n{HELP}", other.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
