//! `cargo xtask sim`: payments in a world in which everything goes wrong, many times over.

use anyhow::Result;

use crate::steps::pass_through;
use crate::tools::cargo;

/// Runs it, built to be fast.
pub fn run(options: &[&str]) -> Result<()> {
    let arguments = ["run", "--quiet", "--release", "--package", "edgepost-tests", "--bin", "sim", "--"];
    pass_through("Simulation", cargo().args(arguments).args(options))
}
