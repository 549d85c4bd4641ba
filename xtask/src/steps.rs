//! Says what is being done while it is done: one line for each step, with a spinner on a terminal.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

/// How many lines of a failed command are shown.
const TAIL: usize = 80;

/// One step that is under way.
pub struct Step {
    label: String,
    bar: ProgressBar,
    started: Instant,
}

impl Step {
    /// Begins a step and says so.
    pub fn new(label: impl Into<String>) -> Self {
        let label = label.into();
        let bar = if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed:.dim} {wide_msg:.dim}") {
                bar.set_style(style);
            }
            bar.set_prefix(label.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        } else {
            eprintln!("- {label} ...");
            ProgressBar::hidden()
        };
        Step { label, bar, started: Instant::now() }
    }

    /// Ends a step that worked.
    pub fn done(self) {
        self.end("+", "");
    }

    fn end(self, mark: &str, remark: &str) {
        self.bar.finish_and_clear();
        let remark = if remark.is_empty() { String::new() } else { format!(": {remark}") };
        eprintln!("{mark} {}{remark} ({:.1} s)", self.label, self.started.elapsed().as_secs_f32());
    }

    /// Runs a command as a part of this step. Its last line is shown while it runs, all of it if it fails.
    pub fn run(&self, command: &mut Command) -> Result<String> {
        let shown = format!("{command:?}");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {shown}"))?;
        let (sender, lines) = mpsc::channel();
        let mut readers = Vec::new();
        let streams: [(bool, Option<Box<dyn Read + Send>>); 2] = [
            (true, child.stdout.take().map(|stream| Box::new(stream) as _)),
            (false, child.stderr.take().map(|stream| Box::new(stream) as _)),
        ];
        for (is_output, stream) in streams {
            let Some(stream) = stream else { continue };
            let sender = sender.clone();
            readers.push(thread::spawn(move || {
                for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                    let _ = sender.send((is_output, String::from_utf8_lossy(&line).into_owned()));
                }
            }));
        }
        drop(sender);
        let (mut output, mut tail) = (String::new(), VecDeque::new());
        for (is_output, line) in lines {
            self.bar.set_message(line.trim().to_owned());
            if is_output {
                output.push_str(&line);
                output.push('\n');
            }
            tail.push_back(line);
            if tail.len() > TAIL {
                tail.pop_front();
            }
        }
        for reader in readers {
            let _ = reader.join();
        }
        let status = child.wait()?;
        if !status.success() {
            self.bar.finish_and_clear();
            for line in tail {
                eprintln!("  {line}");
            }
            bail!("{}: {shown} ended with {status}", self.label);
        }
        Ok(output)
    }
}

/// Does something as a step of its own.
pub fn step<T>(label: &str, work: impl FnOnce(&Step) -> Result<T>) -> Result<T> {
    let step = Step::new(label);
    match work(&step) {
        Ok(value) => {
            step.done();
            Ok(value)
        }
        Err(error) => {
            step.end("x", "failed");
            Err(error)
        }
    }
}

/// Runs a command as a step of its own.
pub fn run(label: &str, command: &mut Command) -> Result<String> {
    step(label, |step| step.run(command))
}

/// Runs a command that speaks for itself, such as a test runner.
pub fn pass_through(label: &str, command: &mut Command) -> Result<()> {
    eprintln!("- {label}");
    let started = Instant::now();
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("could not start {command:?}"))?;
    if !status.success() {
        bail!("{label}: {command:?} ended with {status}");
    }
    eprintln!("+ {label} ({:.1} s)", started.elapsed().as_secs_f32());
    Ok(())
}
