//! `cargo xtask bench`: each figure beside its peers', from the same run.

use anyhow::Result;

use crate::build;
use crate::steps::pass_through;
use crate::tools::node;

/// Builds and measures.
pub fn run() -> Result<()> {
    build::all()?;
    pass_through("Measure", node().arg("tests/bench/main.mjs"))
}
