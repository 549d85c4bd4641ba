//! `cargo xtask fuzz`: any bytes at all, for a while, against what holds for them.
//!
//! Seeds are made from the vectors at run time, and what was learned is kept in `target/fuzz/corpus`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};
use edgepost_core::operation::OPERATIONS;
use edgepost_core::schema::{Format, Object, Shape};
use serde_json::Value;

use crate::project::{files, path};
use crate::steps::{self, step};
use crate::tools;

/// How long each target runs if nothing is said. CI runs it so.
pub const SECONDS: u32 = 60;

/// The targets, those that take longest to learn something first.
const TARGETS: [&str; 8] = ["json_input", "answers", "payments", "csv", "tools", "template", "place", "image_heads"];
/// How many run at the same time.
const AT_ONCE: usize = 2;

/// Runs every target for so many seconds.
pub fn run(seconds: u32) -> Result<()> {
    let fuzz = tools::cargo_fuzz()?;
    let mut build = Command::new(&fuzz);
    build.current_dir(path("")).args([
        "build",
        "--sanitizer",
        "none",
        "--fuzz-dir",
        "fuzz",
        "--target-dir",
        "target/fuzz",
    ]);
    steps::run("Build the fuzz targets", &mut build)?;
    let binaries = path("target/fuzz").join(host()?).join("release");
    step("Make seeds from the vectors", |_| seeds())?;
    let label = format!("Fuzz {} targets, {seconds} s each, {AT_ONCE} at a time", TARGETS.len());
    let runs = step(&label, |_| all(&binaries, seconds))?;
    for run in runs {
        eprintln!("  {run}");
    }
    Ok(())
}

/// The target that Rust compiles to by itself.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

/// Runs all targets. What went wrong with each of them is told, not only of the first.
fn all(binaries: &Path, seconds: u32) -> Result<Vec<String>> {
    let queue = Mutex::new(TARGETS.iter());
    let outcomes = Mutex::new((Vec::new(), Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(target) = queue.lock().ok().and_then(|mut queue| queue.next()) else { return };
                    let outcome = one(&binaries.join(target), target, seconds);
                    let Ok(mut outcomes) = outcomes.lock() else { return };
                    match outcome {
                        Ok(run) => outcomes.0.push(run),
                        Err(fault) => outcomes.1.push(format!("{fault:#}")),
                    }
                }
            });
        }
    });
    let (runs, faults) = outcomes.into_inner().unwrap_or_default();
    match faults.is_empty() && runs.len() == TARGETS.len() {
        true => Ok(runs),
        false => bail!("{} of {} targets held\n{}", runs.len(), TARGETS.len(), faults.join("\n")),
    }
}

/// Runs one target; how often it ran its input.
fn one(binary: &Path, target: &str, seconds: u32) -> Result<String> {
    let folder = |name: &str| path("target/fuzz").join(name).join(target);
    let crashes = folder("crashes");
    for made in [folder("corpus"), crashes.clone()] {
        fs::create_dir_all(made)?;
    }
    let log = folder("logs").with_extension("log");
    fs::create_dir_all(log.parent().unwrap_or(Path::new("")))?;
    let status = Command::new(binary)
        .args([folder("corpus"), folder("seeds")])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-dict={}", path("target/fuzz/names.dict").display()))
        .arg(format!("-artifact_prefix={}/", crashes.display()))
        // One input takes a second at the most, with room for a busy machine, and no more memory than a small server has.
        .args(["-timeout=10", "-rss_limit_mb=1024", "-max_len=16384", "-print_final_stats=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log)?)
        .status()
        .with_context(|| format!("could not start {}", binary.display()))?;
    let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    if !status.success() {
        let lines: Vec<_> = said.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(25)..).unwrap_or_default().join("\n  ");
        let written = said.lines().rev().find_map(|line| line.split("Test unit written to ").nth(1));
        let input = written.unwrap_or("the input");
        bail!("{target} ended with {status}\n  {tail}\n  The input is {input}. Again: {} {input}", binary.display());
    }
    let executed = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let executed = executed.map(str::trim).and_then(|count| count.parse::<u64>().ok()).unwrap_or_default();
    if executed < 1_000 {
        bail!("{target} ran {executed} inputs: see {}", log.display());
    }
    Ok(format!("{target}: {executed} inputs"))
}

/// Writes the seeds of every target and the names that the tables know.
fn seeds() -> Result<()> {
    let mut seeds = Seeds::default();
    for (index, operation) in OPERATIONS.iter().enumerate() {
        let number = u8::try_from(index)?;
        for file in files(&[&format!("tests/vectors/{}", operation.name)])? {
            let vector: Value = serde_json::from_slice(&fs::read(&file)?)?;
            seeds.vector(number, &vector);
        }
    }
    seeds.previews(&serde_json::from_slice(&fs::read(path("tests/vectors/merge.json"))?)?);
    seeds.pictures();
    seeds.files();
    seeds.payments(&serde_json::from_slice(&fs::read(path("tests/vectors/payments/mpp.json"))?)?);
    seeds.tools();
    for (target, all) in [
        ("json_input", &seeds.inputs),
        ("answers", &seeds.answers),
        ("payments", &seeds.payments),
        ("csv", &seeds.files),
        ("tools", &seeds.tools),
        ("template", &seeds.templates),
        ("place", &seeds.places),
        ("image_heads", &seeds.pictures),
    ] {
        let folder = path("target/fuzz/seeds").join(target);
        fs::create_dir_all(&folder)?;
        if all.is_empty() {
            bail!("no seeds for {target}");
        }
        for (index, seed) in all.iter().enumerate() {
            fs::write(folder.join(index.to_string()), seed)?;
        }
    }
    fs::write(path("target/fuzz/names.dict"), dictionary())?;
    Ok(())
}

#[derive(Default)]
struct Seeds {
    inputs: BTreeSet<Vec<u8>>,
    answers: BTreeSet<Vec<u8>>,
    templates: BTreeSet<Vec<u8>>,
    places: BTreeSet<Vec<u8>>,
    pictures: BTreeSet<Vec<u8>>,
    files: BTreeSet<Vec<u8>>,
    payments: BTreeSet<Vec<u8>>,
    tools: BTreeSet<Vec<u8>>,
}

impl Seeds {
    /// What a file of vectors holds: an example, or a list of texts or answers.
    fn vector(&mut self, operation: u8, vector: &Value) {
        if let Some(input) = vector.get("input") {
            self.inputs.insert([&[operation], input.to_string().as_bytes()].concat());
            let answer = vector.pointer("/response/body").map(Value::to_string).unwrap_or_default();
            self.answers.insert([&[operation, 1, 2], answer.as_bytes(), b"\0", input.to_string().as_bytes()].concat());
            self.recipients(input);
        }
        for entry in vector.as_array().into_iter().flatten() {
            if let Some(text) = entry.get("text").and_then(Value::as_str) {
                self.inputs.insert([&[operation], text.as_bytes()].concat());
            }
            if let Some(body) = entry.get("body").and_then(Value::as_str) {
                for status in [0, 4, 10] {
                    self.answers.insert([&[operation, status, status % 2], body.as_bytes()].concat());
                }
            }
        }
    }

    fn recipients(&mut self, value: &Value) {
        if let Some(country) = value.get("country").and_then(Value::as_str) {
            let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
            self.places.insert([country, text("postalCode"), text("state"), text("city")].join("\n").into_bytes());
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.recipients(item)),
            Value::Object(members) => members.values().for_each(|member| self.recipients(member)),
            _ => {}
        }
    }

    fn previews(&mut self, previews: &Value) {
        for input in previews.as_array().into_iter().flatten().filter_map(|preview| preview.get("input")) {
            let mut parts = vec![input.get("template").and_then(Value::as_str).unwrap_or_default()];
            let first = input.pointer("/recipients/0");
            parts.push(first.and_then(|first| first.get("name")).and_then(Value::as_str).unwrap_or_default());
            for (name, value) in first.and_then(|first| first.get("customFields")?.as_object()).into_iter().flatten() {
                parts.extend([name.as_str(), value.as_str().unwrap_or_default()]);
            }
            self.templates.insert(parts.join("\u{1f}").into_bytes());
        }
    }

    /// Lists of recipients: quotes with line breaks in them, another delimiter, the same recipient twice.
    fn files(&mut self) {
        let quoted = "name,street,city,postal code,country,gift_code\r\n\"Ada \"\"L\"\"\",Main 1,Amsterdam,1071 XX,Netherlands,x\r\nBob,\"Main\n2\",Springfield,62701,US,\r\n";
        let twice = "name;address;zip;city;state\nA;1 Main;62701;Springfield;IL\nA;1 Main;62701;Springfield;IL\n";
        self.files.insert([&[2, 16], quoted.as_bytes()].concat());
        self.files.insert([&[5, 3], twice.as_bytes()].concat());
        self.files.insert([b"\0\x05sep=;\r\n", twice.as_bytes()].concat());
    }

    /// Challenges of both handshakes that are paid, with what an order says behind them.
    fn payments(&mut self, vectors: &Value) {
        let x402 = r#"{"x402Version":2,"resource":{"url":"https://postalform.com/api/machine/orders"},"accepts":[{"scheme":"exact","network":"eip155:84532","amount":"3400000","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x209693Bc6afc0C5328bA36FaF03C514EF312287C","maxTimeoutSeconds":300,"extra":{"name":"USDC","version":"2"}}]}"#;
        let stripe =
            r#"{"amount":"340","currency":"usd","externalId":"x","methodDetails":{"networkId":"profile_test_fake"}}"#;
        let tempo = r#"{"amount":"3400000","currency":"0x20c0000000000000000000000000000000000000","recipient":"0x209693bc6afc0c5328ba36faf03c514ef312287c","methodDetails":{"chainId":42431}}"#;
        let joined = vectors.get("joined").and_then(Value::as_str).unwrap_or_default();
        for told in [r#"{"is_paid":false,"payment_status":"unpaid"}"#, r#"{"is_paid":true,"payment_status":"paid"}"#] {
            for (kind, challenge) in [(2, x402), (3, stripe), (11, tempo), (1, joined)] {
                self.payments.insert([&[kind, 15], challenge.as_bytes(), b"\0", told.as_bytes()].concat());
            }
        }
    }

    /// A greeting and an answer, in one message each and as streams.
    fn tools(&mut self) {
        let greeting = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"x","version":"1"}}}"#;
        let found = r#"{"jsonrpc":"2.0","id":2,"result":{"structuredContent":{"suggestions":[{"id":"US|1","text":"1","type":"Address","description":"2"}]},"content":[]}}"#;
        self.tools.insert([b"\0\x09", greeting.as_bytes(), b"\0\0", found.as_bytes()].concat());
        let stream = format!("event: message\ndata: {greeting}\n\n\0\0: more\ndata: {found}\n\n");
        self.tools.insert([b"\x01\x05", stream.as_bytes()].concat());
    }

    /// The heads of the kinds of file that are known, by hand: no vector holds a file.
    fn pictures(&mut self) {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x02\x80\x08\x02\0\0\0";
        let exif =
            b"\xff\xd8\xff\xe1\0\x08Exif\0\0\xff\xdb\0\x03\x01\xff\xc2\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0\xff\xda";
        let plain = b"\xff\xd8\xff\xe0\0\x02\xff\xff\xc0\0\x0b\x08\x02\0\x02\0\x01\x01\x11\0";
        for file in [&png[..], exif, plain, b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", b"GIF89a\x01\0\x01\0"]
        {
            self.pictures.insert([&[16], file].concat());
        }
    }
}

/// Every name and choice of the tables, so that nobody has to guess them letter by letter.
fn dictionary() -> String {
    let mut words =
        BTreeSet::from(["\\\"", "{{", "}}", "first_name", "\\\\ud800", "null", "true", "United States", "IL"]);
    let mut objects = Vec::new();
    for operation in OPERATIONS {
        objects.extend([operation.input, operation.output]);
    }
    while let Some(object) = objects.pop() {
        for field in object.fields {
            if words.insert(field.name) {
                objects.extend(inside(field.shape, &mut words));
            }
        }
        words.extend(object.misplaced.iter().map(|misplaced| misplaced.name));
    }
    words.into_iter().map(|word| format!("\"{word}\"\n")).collect()
}

/// The object of a shape; its choices go among the words.
fn inside(shape: &Shape, words: &mut BTreeSet<&'static str>) -> Option<&'static Object> {
    match shape {
        Shape::Object(object) | Shape::TextOr(_, object) => Some(object),
        Shape::List(inner, _) | Shape::Map(inner, ..) | Shape::Nullable(inner) => inside(inner, words),
        Shape::Text(text) => {
            if let Format::OneOf(values) | Format::Usually(values) = text.format {
                words.extend(values);
            }
            None
        }
        _ => None,
    }
}

/// Whether the targets are in order, without running them.
pub fn check() -> Result<()> {
    let manifest = path("fuzz/Cargo.toml");
    let of_fuzz = |command: &str| {
        let mut cargo = tools::cargo();
        cargo.arg(command).arg("--manifest-path").arg(&manifest);
        cargo
    };
    steps::run("Format of the fuzz targets", of_fuzz("fmt").arg("--check"))?;
    let mut clippy = of_fuzz("clippy");
    clippy.args(["--quiet", "--target-dir"]).arg(checked()).args(["--", "--deny", "warnings"]);
    steps::run("Lints, fuzz targets", &mut clippy).map(drop)
}

fn checked() -> PathBuf {
    path("target/fuzz-check")
}
