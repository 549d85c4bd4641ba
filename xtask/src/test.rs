//! `cargo xtask test`: every test. What CI runs.

use std::process::Command;

use anyhow::Result;

use crate::steps::{self, pass_through};
use crate::tools::{self, cargo, node, npm_bin};
use crate::{build, check, fuzz, sim};

/// Everything, cheapest first.
pub fn run() -> Result<()> {
    check::run()?;
    pass_through("Rust tests", cargo().args(["test", "--quiet"]))?;
    sim::run(&[])?;
    build::all()?;
    let types = ["worker/page", "tests/types"];
    for project in types {
        steps::run(&format!("Types of {project}"), npm_bin("tsc").args(["--project", project]))?;
    }
    pass_through("Tests in Node", &mut suite("tests/node"))?;
    pass_through("Tests against the handshakes' own packages", &mut suite("tests/peers"))?;
    pass_through("Tests on workerd", &mut suite("tests/e2e"))?;
    let chromium = tools::chromium()?;
    pass_through("Tests in Chromium", suite("tests/browser").env("CHROMIUM", &chromium))?;
    pass_through("Tests of the package in other tools", suite("tests/packaging").env("CHROMIUM", &chromium))?;
    fuzz::run(fuzz::SECONDS)
}

/// A folder of Node tests, one file after the other: they start servers and measure nothing.
fn suite(folder: &str) -> Command {
    let mut command = node();
    let files = crate::project::files(&[folder]).unwrap_or_default();
    let files = files.into_iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs"));
    command.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files);
    command
}
