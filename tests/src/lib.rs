//! Loads the vectors that every environment runs.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// The vendor's own example of a call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The vendor's page.
    pub source: String,
    /// The heading on that page.
    pub example: String,
    /// The rules that it is evidence for.
    pub rules: Vec<String>,
    /// What is sent.
    pub input: Value,
    /// What is answered.
    pub response: Answer,
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
    match serde_json::from_str(&text) {
        Ok(value) => Some(value),
        Err(error) => {
            // A vector that cannot be read must not pass for one that is not there.
            eprintln!("{}: {error}", file.display());
            std::process::exit(1)
        }
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
