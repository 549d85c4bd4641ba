//! `cargo xtask demo`: the whole of it on this computer.

use anyhow::Result;

use crate::build;
use crate::servers::{self, Servers};
use crate::steps::pass_through;
use crate::tools::node;

/// Starts the servers and waits for an interrupt.
pub fn run() -> Result<()> {
    build::all()?;
    let mut servers = Servers::start()?;
    println!("\nThe page:     {}/", servers.gateway);
    println!("The shop:     {}", servers.shop);
    println!("PostalForm:   {}", servers.mail);
    println!("The sandbox:  {}/_sandbox/state", servers.sandbox);
    println!("\nNothing is printed, no money moves. Ctrl-C ends it.");
    servers.wait()
}

/// Runs the main job as a script against them, and ends.
pub fn once() -> Result<()> {
    build::all()?;
    let servers = Servers::start()?;
    let mut script = node();
    script.args(["examples/letters.mjs", &servers.gateway]);
    pass_through("Send 24 letters", &mut script)?;
    let mut script = node();
    script.args(["examples/quick-start.mjs", &servers.gateway]);
    script.env("GRANT_SIGNING_KEY", servers::grant_signing_key()?);
    pass_through("Pay a letter from the wallet", &mut script)
}
