//! `cargo xtask screenshots`: the pictures of the documentation.

use anyhow::Result;

use crate::build;
use crate::steps::pass_through;
use crate::tools::{self, node};

/// Retakes them all.
pub fn run() -> Result<()> {
    build::all()?;
    let chromium = tools::chromium()?;
    pass_through("Take pictures", node().arg("tests/screenshots.mjs").env("CHROMIUM", chromium))
}
