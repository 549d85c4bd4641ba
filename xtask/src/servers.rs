//! The sandbox, the gateway and a shop's back end on this computer, as processes that end with us.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::project::path;
use crate::steps::step;
use crate::tools::{node, npm_bin};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process groups that we started. An interrupt does not reach them by itself.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Whether an interrupt is how it is meant to end.
static IS_SERVING: AtomicBool = AtomicBool::new(false);

fn groups() -> MutexGuard<'static, Vec<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All of them.
pub struct Servers {
    /// Where the gateway is.
    pub gateway: String,
    /// Where the sandbox is.
    pub sandbox: String,
    /// Where the gateway's shop is, with a back end on this computer.
    pub shop: String,
    /// Where the gateway's form for PostalForm is, with a grant to order.
    pub mail: String,
    processes: Vec<Process>,
}

impl Servers {
    /// Starts them, on their usual ports where those are free. From here on an interrupt ends them, and us.
    pub fn start() -> Result<Self> {
        ctrlc::set_handler(|| {
            // Held until the end: nothing is started any more.
            let groups = groups();
            groups.iter().copied().for_each(end_group);
            std::process::exit(if IS_SERVING.load(Ordering::Relaxed) { 0 } else { 130 });
        })?;
        let (sandbox_port, gateway_port, shop_port) = (free_port(8788)?, free_port(8787)?, free_port(8789)?);
        let sandbox = format!("http://127.0.0.1:{sandbox_port}");
        let gateway = format!("http://127.0.0.1:{gateway_port}");
        let shop = format!("{gateway}/shop?port={shop_port}");
        let logs = path("target/demo");
        let _ = fs::remove_dir_all(&logs);
        fs::create_dir_all(&logs)?;
        let mut processes = Vec::new();
        step("Start the sandbox", |_| {
            let mut command = node();
            command.args(["npm/bin/edgepost.js", "sandbox", "--port", &sandbox_port.to_string()]);
            processes.push(Process::start(command, logs.join("sandbox.log"), "The sandbox is at")?);
            Ok(())
        })?;
        step("Start the gateway", |_| {
            let example = fs::read_to_string(path(".dev.vars.example"))?;
            let mut vars = example.replace("http://127.0.0.1:8788", &sandbox);
            for name in ["SUCCESS", "FAILURE"] {
                vars.push_str(&format!("POSTPAY_{name}_URL=\"{shop}\"\n"));
            }
            fs::write(logs.join("vars"), vars)?;
            let mut command = npm_bin("wrangler");
            command.args(["dev", "--ip", "127.0.0.1", "--port", &gateway_port.to_string(), "--inspector-port", "0"]);
            command.arg("--env-file").arg(logs.join("vars")).arg("--persist-to").arg(logs.join("state"));
            command.env("WRANGLER_SEND_METRICS", "false").env("NO_COLOR", "1").env("CI", "1");
            processes.push(Process::start(command, logs.join("gateway.log"), "Ready on")?);
            Ok(())
        })?;
        step("Start the shop's back end", |_| {
            let mut command = node();
            command.args(["examples/shop.mjs", &gateway, &shop_port.to_string()]);
            command.env("GRANT_SIGNING_KEY", grant_signing_key()?);
            processes.push(Process::start(command, logs.join("shop.log"), "The shop's back end is at")?);
            Ok(())
        })?;
        let mail = format!("{gateway}/mail#grant={}", grant_for_mail()?);
        Ok(Servers { gateway, sandbox, shop, mail, processes })
    }

    /// Waits until one of them ends by itself, or for an interrupt.
    pub fn wait(&mut self) -> Result<()> {
        IS_SERVING.store(true, Ordering::Relaxed);
        loop {
            for process in &mut self.processes {
                if let Some(status) = process.child.try_wait()? {
                    bail!("{} ended with {status}:\n{}", process.log.display(), fs::read_to_string(&process.log)?);
                }
            }
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

/// What the gateway of the demo signs and verifies grants with. It is an example, and no secret.
pub fn grant_signing_key() -> Result<String> {
    let example = fs::read_to_string(path(".dev.vars.example"))?;
    let key = example.lines().find_map(|line| line.strip_prefix("GRANT_SIGNING_KEY="));
    Ok(key.context(".dev.vars.example has no GRANT_SIGNING_KEY")?.trim_matches('"').to_owned())
}

/// Lets the demo's form order at PostalForm, for a day.
fn grant_for_mail() -> Result<String> {
    let mut command = node();
    command.args(["npm/bin/edgepost.js", "grant", "--sub", "demo", "--ops", "postalform.*", "--hours", "24"]);
    let printed = command.env("GRANT_SIGNING_KEY", grant_signing_key()?).output()?;
    Ok(String::from_utf8(printed.stdout)?.trim().to_owned())
}

/// A process and all that it started.
struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    fn start(mut command: Command, log: PathBuf, ready: &str) -> Result<Self> {
        let file = File::create(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        // A group of its own: wrangler starts others, and they end together.
        command.process_group(0);
        let mut groups = groups();
        let child = command.spawn().with_context(|| format!("could not start {command:?}"))?;
        groups.push(child.id());
        drop(groups);
        let mut process = Process { child, log };
        let started = Instant::now();
        while !fs::read_to_string(&process.log)?.contains(ready) {
            let ended = process.child.try_wait()?;
            if ended.is_some() || started.elapsed() > PATIENCE {
                bail!("it did not start:\n{}", fs::read_to_string(&process.log)?);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(process)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let group = self.child.id();
        end_group(group);
        groups().retain(|one| *one != group);
        let _ = self.child.wait();
    }
}

/// Ends a process group that we started.
fn end_group(group: u32) {
    let _ = Command::new("kill").args(["-TERM", "--", &format!("-{group}")]).stderr(Stdio::null()).status();
}

/// This port if nobody uses it, any other otherwise.
fn free_port(usual: u16) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", usual)).or_else(|_| TcpListener::bind(("127.0.0.1", 0)))?;
    Ok(listener.local_addr()?.port())
}
