//! What the other commands need, and how it is had: everything goes to `target/tools` and `node_modules`, but for
//! Chromium and the wasm targets.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::project::{self, Stamp, path};
use crate::steps;

/// A cargo command at the root of the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(project::root());
    command
}

/// A Node command at the root of the repository.
pub fn node() -> Command {
    let mut command = Command::new("node");
    command.current_dir(project::root());
    command
}

/// A command of an npm package.
pub fn npm_bin(name: &str) -> Command {
    let mut command = Command::new(path("node_modules/.bin").join(name));
    command.current_dir(project::root());
    command
}

/// Node 20 or newer.
pub fn ensure_node() -> Result<()> {
    let version = Command::new("node").arg("--version").output().ok();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(20..) => Ok(()),
        Some(_) => bail!("Node {version} is too old: install Node 20 or newer"),
        None => bail!("Node is missing: install Node 20 or newer"),
    }
}

/// The npm packages of package-lock.json.
pub fn ensure_npm() -> Result<()> {
    ensure_node()?;
    let stamp = Stamp::new("npm", &["package-lock.json"], "")?;
    if stamp.is_fresh(&["node_modules/.package-lock.json"]) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.current_dir(project::root()).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    steps::run("Install the npm packages", &mut npm)?;
    stamp.keep()
}

/// The targets that Rust compiles to.
pub fn ensure_targets() -> Result<()> {
    const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "thumbv7m-none-eabi"];
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    let installed = installed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let missing: Vec<_> = TARGETS.into_iter().filter(|target| !installed.lines().any(|line| line == *target)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.current_dir(project::root()).args(["target", "add"]).args(missing);
    steps::run("Install the Rust targets", &mut rustup).map(drop)
}

/// The wasm-bindgen command, of exactly the version that the modules are linked with.
pub fn wasm_bindgen() -> Result<PathBuf> {
    installed("wasm-bindgen-cli", "wasm-bindgen", &project::locked("wasm-bindgen")?)
}

/// The worker-build command, of exactly the version of the `worker` crate.
pub fn worker_build() -> Result<PathBuf> {
    installed("worker-build", "worker-build", &project::locked("worker")?)
}

/// The cargo-fuzz command. Nothing of the repository depends on it, so its version stands here.
pub fn cargo_fuzz() -> Result<PathBuf> {
    installed("cargo-fuzz", "cargo-fuzz", "0.13.2")
}

fn installed(package: &str, binary: &str, version: &str) -> Result<PathBuf> {
    let file = path("target/tools/bin").join(binary);
    let stamp = Stamp::new(binary, &[], version)?;
    if stamp.is_fresh(&[&format!("target/tools/bin/{binary}")]) {
        return Ok(file);
    }
    let mut install = cargo();
    install.args(["install", "--force", "--root"]).arg(path("target/tools"));
    install.arg("--target-dir").arg(path("target/tools/build")).arg(format!("{package}@{version}"));
    steps::run(&format!("Build {package} {version} (a few minutes, once)"), &mut install)?;
    stamp.keep()?;
    Ok(file)
}

/// A Chromium to test and take pictures with.
pub fn chromium() -> Result<PathBuf> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    if is_root && Command::new("apt-get").arg("--version").output().is_ok() {
        steps::step("Install Chromium with apt", |step| {
            step.run(Command::new("apt-get").args(["update", "-q"]))?;
            let packages = ["install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"];
            step.run(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(packages))
        })?;
    }
    match find_chromium() {
        Some(found) => Ok(found),
        None => bail!("Chromium is missing: install the package `chromium`, or set CHROMIUM to its path"),
    }
}

fn find_chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let folders = ["/usr/bin", "/usr/local/bin", "/snap/bin"];
    let usual = folders.iter().flat_map(|folder| usual.map(|name| PathBuf::from(folder).join(name)));
    named.into_iter().chain(usual).find(|candidate| candidate.is_file())
}
