//! What several tests need: the vectors that every environment runs, inputs made from the operation tables, and a caller
//! of the sandbox.

pub mod caller;
pub mod generate;
pub mod own;
pub mod payer;
pub mod simulation;
pub mod till;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// The vendor's own example of a call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Example {
    /// The vendor's page.
    pub source: String,
    /// The heading on that page.
    pub example: String,
    /// What was mended in it, where the vendor's own cannot be meant.
    pub repaired: Option<String>,
    /// The rules that it is evidence for.
    pub rules: Vec<String>,
    /// What is sent; a file is its size in bytes.
    pub input: Value,
    /// Whether it is sent with a test key.
    #[serde(default = "test")]
    pub test_mode: bool,
    /// What is answered.
    pub response: Answer,
    /// What is said about the input all the same: severity, code, path, rule.
    #[serde(default)]
    pub issues: Vec<[String; 4]>,
}

/// An answer with a JSON body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// An example that is changed so that it breaks a rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faulty {
    /// The rules that it is evidence for.
    pub rules: Vec<String>,
    /// What is worth noticing.
    #[serde(default)]
    pub note: String,
    /// The example that is changed.
    pub of: String,
    /// `strict` or `lenient`.
    #[serde(default = "strict")]
    pub mode: String,
    /// The change, RFC 6902.
    pub patch: json_patch::Patch,
    /// Everything that has to be found: severity, code, path, rule.
    pub issues: Vec<[String; 4]>,
    /// Changes to the input that give what is built from it.
    pub body: Option<json_patch::Patch>,
}

/// An input as text or as bytes, and everything that has to be found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// What is odd about it.
    pub note: String,
    /// The rules that it is evidence for.
    #[serde(default)]
    pub rules: Vec<String>,
    /// The input as text,
    pub text: Option<String>,
    /// or as bytes.
    pub base64: Option<String>,
    /// Severity, code, path, rule.
    pub issues: Vec<[String; 4]>,
}

/// An input as text, and the body that is sent for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canonical {
    /// What it shows.
    pub note: String,
    /// The input.
    pub text: String,
    /// The exact body.
    pub body: String,
}

/// An answer, and what it means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Meant {
    /// What is worth noticing.
    pub note: String,
    /// The rules that it is evidence for.
    #[serde(default)]
    pub rules: Vec<String>,
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// Milliseconds since 1970.
    pub now: Option<u64>,
    /// Whether a test key was used.
    pub test_mode: Option<bool>,
    /// The example that was sent.
    pub of: Option<String>,
    /// The body.
    pub body: String,
    /// What the outcome has to hold; `done` is whether the thing is done changing.
    pub outcome: Value,
}

/// A template, and what everybody reads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// What it shows.
    pub note: String,
    /// The rules that it is evidence for.
    pub rules: Vec<String>,
    /// What is merged.
    pub input: Value,
    /// The texts.
    pub texts: Vec<String>,
    /// Severity, code, path, rule.
    pub issues: Vec<[String; 4]>,
    /// Code, start and end of every issue that is about a part of a text.
    #[serde(default)]
    pub spans: Option<Vec<(String, i64, i64)>>,
}

fn test() -> bool {
    true
}

fn strict() -> String {
    "strict".into()
}

/// The folder of the vectors.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// Reads a file of vectors; nothing where there is none.
pub fn load<T: for<'d> Deserialize<'d>>(file: &Path) -> Option<T> {
    let text = std::fs::read_to_string(file).ok()?;
    let value = serde_json::from_str(&text).map(repeat);
    match value.and_then(serde_json::from_value) {
        Ok(value) => Some(value),
        Err(error) => {
            // A vector that cannot be read must not pass for one that is not there.
            eprintln!("{}: {error}", file.display());
            std::process::exit(1)
        }
    }
}

/// Writes out texts that are given as `{"$repeat": ["x", 6000]}`.
fn repeat(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(repeat).collect()),
        Value::Object(members) => match members.get("$repeat").and_then(Value::as_array).map(Vec::as_slice) {
            Some([Value::String(text), Value::Number(times)]) => {
                Value::String(text.repeat(times.as_u64().and_then(|times| usize::try_from(times).ok()).unwrap_or(0)))
            }
            _ => Value::Object(members.into_iter().map(|(name, value)| (name, repeat(value))).collect()),
        },
        other => other,
    }
}

/// The vendor's examples of an operation, by file name.
pub fn examples(operation: &str) -> Vec<(String, Example)> {
    let tables = ["faulty", "text", "canonical", "answers"];
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder().join(operation)).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !tables.contains(&name.as_str())
            && let Some(example) = load(&path)
        {
            found.push((name, example));
        }
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found
}
