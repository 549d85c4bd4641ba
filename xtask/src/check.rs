//! The quick loop: format, lints, `no_std`, the arrows between crates, and whether made pages are up to date.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::project::{files, path, root};
use crate::steps::{self, step};
use crate::tools::{self, cargo};
use crate::{fuzz, generate};

/// Who may import whom. There are no other arrows between crates of ours.
const ARROWS: [(&str, &[&str]); 15] = [
    ("edgepost-read", &[]),
    ("edgepost-core", &["edgepost-read"]),
    ("edgepost-gateway", &["edgepost-core"]),
    ("edgepost-sandbox", &["edgepost-core"]),
    ("edgepost-worker", &["edgepost-core", "edgepost-gateway"]),
    ("edgepost-bare", &[]),
    ("edgepost-reader", &["edgepost-bare", "edgepost-core"]),
    ("edgepost-client", &["edgepost-core", "edgepost-fetch"]),
    ("edgepost-fetch", &["edgepost-core"]),
    ("edgepost-pay", &["edgepost-core", "edgepost-fetch"]),
    ("edgepost-files", &["edgepost-bare", "edgepost-core"]),
    ("edgepost-recipient", &["edgepost-bare", "edgepost-core"]),
    ("edgepost-sandbox-wasm", &["edgepost-core", "edgepost-sandbox"]),
    ("edgepost-tests", &["edgepost-core", "edgepost-gateway", "edgepost-sandbox"]),
    ("xtask", &["edgepost-core"]),
];

/// What only these may name: platforms and randomness stay out of the plain crates.
const PLATFORM: [(&str, &[&str]); 5] = [
    ("worker", &["edgepost-worker"]),
    ("getrandom", &["edgepost-client", "edgepost-pay", "edgepost-worker"]),
    (
        "wasm-bindgen",
        &[
            "edgepost-reader",
            "edgepost-client",
            "edgepost-fetch",
            "edgepost-pay",
            "edgepost-files",
            "edgepost-recipient",
            "edgepost-sandbox-wasm",
            "edgepost-worker",
        ],
    ),
    ("js-sys", &["edgepost-client", "edgepost-fetch", "edgepost-pay", "edgepost-worker"]),
    ("gloo-net", &["edgepost-fetch"]),
];

/// A file that is longer should be two.
const LONGEST_FILE: usize = 400;

/// `cargo xtask check`
pub fn run() -> Result<()> {
    tools::ensure_targets()?;
    steps::run("Format", cargo().args(["fmt", "--all", "--check"]))?;
    step("Arrows between crates", |_| arrows())?;
    step("Length of files", |_| lengths())?;
    step("Made pages and the table of rules", |_| pages())?;
    let strict = ["--", "--deny", "warnings"];
    steps::run("Lints, native", cargo().args(["clippy", "--quiet", "--all-targets"]).args(strict))?;
    for name in ["reader", "client", "pay", "files", "recipient", "sandbox-wasm", "worker"] {
        // One at a time: together they would share features, and some of them have no std.
        let package = format!("edgepost-{name}");
        let wasm = ["clippy", "--quiet", "--target", "wasm32-unknown-unknown", "--package", &package];
        steps::run(&format!("Lints, {package}"), cargo().args(wasm).args(strict))?;
    }
    let no_std = ["check", "--quiet", "--package", "edgepost-core", "--target", "thumbv7m-none-eabi"];
    steps::run("core without std", cargo().args(no_std))?;
    fuzz::check()
}

fn arrows() -> Result<()> {
    let output = cargo().args(["metadata", "--format-version=1", "--no-deps", "--offline"]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ARROWS.iter().find(|(package, _)| *package == name) else {
            wrong.push(format!("{name} is a new crate: say in xtask/src/check.rs whom it may import"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let needed = dependency["name"].as_str().unwrap_or_default();
            let ours = ARROWS.iter().any(|(package, _)| *package == needed);
            if ours && !allowed.contains(&needed) {
                wrong.push(format!("{name} must not import {needed}"));
            }
            if let Some((_, may)) = PLATFORM.iter().find(|(platform, _)| *platform == needed)
                && !may.contains(&name)
            {
                wrong.push(format!("{name} must not name {needed}"));
            }
        }
    }
    wrong.extend(provider_arrows()?);
    if wrong.is_empty() { Ok(()) } else { bail!(wrong.join("\n")) }
}

/// No provider's module imports another's, and none of them knows the platform.
fn provider_arrows() -> Result<Vec<String>> {
    const PROVIDERS: [&str; 4] = ["pieterpost", "postalform", "postpay", "pitneybowes"];
    let mut wrong = Vec::new();
    for file in files(&["crates/core/src", "crates/sandbox/src"])? {
        let shown = file.strip_prefix(root())?.display().to_string();
        let Some(own) = PROVIDERS.iter().find(|provider| shown.contains(&format!("/{provider}"))) else { continue };
        let text = fs::read_to_string(&file)?;
        for other in PROVIDERS.iter().filter(|other| other != &own) {
            if text.contains(&format!("{other}::")) {
                wrong.push(format!("{shown} must not import {other}"));
            }
        }
    }
    Ok(wrong)
}

fn lengths() -> Result<()> {
    let mut long = Vec::new();
    for file in files(&["crates", "worker", "xtask", "npm/src", "tests", "fuzz", "examples"])? {
        let is_source =
            file.extension().is_some_and(|end| ["rs", "ts", "mjs", "css", "html"].iter().any(|known| end == *known));
        let lines = if is_source { fs::read_to_string(&file)?.lines().count() } else { 0 };
        if lines > LONGEST_FILE {
            long.push(format!("{} has {lines} lines, more than {LONGEST_FILE}", file.strip_prefix(root())?.display()));
        }
    }
    if long.is_empty() { Ok(()) } else { bail!(long.join("\n")) }
}

fn pages() -> Result<()> {
    for (file, text) in generate::docs()? {
        if fs::read_to_string(path(&file)).unwrap_or_default() != text {
            bail!("{file} is out of date: run `cargo xtask generate`");
        }
    }
    Ok(())
}
