//! `docs/rules.md`: each rule, where it comes from, and the tests that show that it is kept.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::project::{files, path, root};

/// A test that is evidence for a rule.
struct Evidence {
    kind: &'static str,
    /// File, and name where there is one.
    place: String,
}

/// The page. Fails where a rule has no evidence, or where a test or the code names a rule that is not listed.
pub fn page() -> Result<String> {
    let listed = fs::read_to_string(path("docs/rules.tsv"))?;
    let evidence = evidence()?;
    let mut out = String::from(
        "<!-- Made from docs/rules.tsv and the tests by `cargo xtask generate`. Do not edit. -->\n\n# Rules\n\n\
         What the providers demand, one testable line each, as far as the operations that are built touch it. The \
         source of a rule: **S** stated by the vendor, **S~** visible in a vendor's example, **X** another public \
         source, **A** our reading. A vector runs in Rust, Node and Chromium.\n\n\
         | rule | source | what it says | evidence |\n|---|---|---|---|\n",
    );
    let mut ids = Vec::new();
    let mut gaps = Vec::new();
    for line in listed.lines().filter(|line| !line.is_empty()) {
        let [id, source, says] = line.split('\t').collect::<Vec<_>>()[..] else { bail!("docs/rules.tsv: {line}") };
        ids.push(id.to_owned());
        let Some(found) = evidence.get(id) else {
            gaps.push(id);
            continue;
        };
        let _ = writeln!(out, "| {id} | {source} | {says} | {} |", summary(found));
    }
    if !gaps.is_empty() {
        bail!("no test is evidence for: {}", gaps.join(", "));
    }
    let unlisted: Vec<_> = evidence.keys().filter(|id| !ids.contains(id)).cloned().collect();
    if !unlisted.is_empty() {
        bail!("docs/rules.tsv does not list: {}", unlisted.join(", "));
    }
    let unlisted: Vec<_> = named_in_code()?.into_iter().filter(|id| !ids.contains(id)).collect();
    if !unlisted.is_empty() {
        bail!("the code reports rules that docs/rules.tsv does not list: {}", unlisted.join(", "));
    }
    Ok(out)
}

fn summary(found: &[Evidence]) -> String {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for evidence in found {
        let places = kinds.entry(evidence.kind).or_default();
        if !places.contains(&evidence.place.as_str()) {
            places.push(&evidence.place);
        }
    }
    let kinds = kinds.iter().map(|(kind, places)| {
        let places: Vec<_> = places.iter().map(|place| format!("`{place}`")).collect();
        format!("{kind}: {}", places.join(", "))
    });
    kinds.collect::<Vec<_>>().join("; ")
}

fn evidence() -> Result<BTreeMap<String, Vec<Evidence>>> {
    let mut all: BTreeMap<String, Vec<Evidence>> = BTreeMap::new();
    for file in files(&["crates", "tests"])? {
        let place = file.strip_prefix(root())?.to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap_or_default();
        let mut found = Vec::new();
        if place.starts_with("tests/vectors/") && place.ends_with(".json") {
            in_vectors(&serde_json::from_str(&text)?, &mut found);
            let short = place.trim_start_matches("tests/vectors/").to_owned();
            found.iter_mut().for_each(|(_, _, place)| *place = short.clone());
        } else if place.ends_with(".rs") {
            in_rust(&text, if place.starts_with("tests/") { "in process" } else { "unit" }, &mut found);
        } else if place.ends_with(".test.mjs") {
            let kinds = [("tests/e2e/", "workerd"), ("tests/browser/", "Chromium")];
            let kind = kinds.iter().find(|(folder, _)| place.starts_with(folder)).map_or("Node", |(_, kind)| kind);
            in_javascript(&text, kind, &mut found);
        }
        for (id, kind, place) in found {
            all.entry(id).or_default().push(Evidence { kind, place });
        }
    }
    Ok(all)
}

/// What the ids of rules begin with.
const SERIES: [&str; 11] = ["PP", "PL", "PF", "PFM", "PFB", "PFD", "PFS", "XT", "ID", "PO", "PB"];

fn is_series(letters: &str) -> bool {
    SERIES.contains(&letters)
}

type Found = Vec<(String, &'static str, String)>;

/// Every `"rules": [...]`.
fn in_vectors(value: &Value, found: &mut Found) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| in_vectors(item, found)),
        Value::Object(members) => {
            for id in members.get("rules").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
                found.push((id.to_owned(), "vector", String::new()));
            }
        }
        _ => {}
    }
}

/// `#[test] fn pp_004_pp_006_the_rest_of_the_name()`. A function that is no test is no evidence.
fn in_rust(text: &str, kind: &'static str, found: &mut Found) {
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line == "#[test]" {
            is_test = true;
        }
        // What stands between: other attributes and comments.
        let Some(name) = line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next()) else { continue };
        if std::mem::take(&mut is_test) {
            let mut words = name.split('_');
            while let (Some(letters), Some(digits)) = (words.next().map(str::to_uppercase), words.next())
                && is_series(&letters)
            {
                found.push((format!("{letters}-{digits}"), kind, name.to_owned()));
            }
        }
    }
}

/// `test("PP-004 PP-006: the rest of the name"`, or the same in backticks.
fn in_javascript(text: &str, kind: &'static str, found: &mut Found) {
    for line in text.lines().map(str::trim) {
        let Some(rest) = line.strip_prefix("test(") else { continue };
        let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '"' | '`')) else { continue };
        let Some(name) = rest.split(quote).nth(1) else { continue };
        for word in name.split([' ', ':', ',']).filter(|word| !word.is_empty()).take_while(|word| is_id(word)) {
            found.push((word.to_owned(), kind, name.to_owned()));
        }
    }
}

fn is_id(word: &str) -> bool {
    word.split_once('-').is_some_and(|(letters, digits)| {
        is_series(letters) && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The ids that findings carry: `pp(45)`.
fn named_in_code() -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for file in files(&["crates/read/src", "crates/core/src"])? {
        let text = fs::read_to_string(&file)?;
        for series in SERIES {
            let call = format!("{}(", series.to_lowercase());
            let calls = text.split(call.as_str()).skip(1).filter_map(|rest| rest.split(')').next());
            let numbers = calls.filter_map(|number| number.parse::<u32>().ok());
            ids.extend(numbers.map(|number| format!("{series}-{number:03}")));
        }
    }
    ids.sort();
    ids.dedup();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_are_evidence() {
        let mut found = Found::new();
        let rust = "#[test]\n#[ignore]\nfn pp_004_pp_006_once() {}\nfn pp_007_helper() {}\n#[test]\nfn other() {}";
        in_rust(rust, "unit", &mut found);
        let script = "test(\"PP-008: a\", f);\n  test(`PP-009, PP-010: ${b}`, f);\n// test PP-011\nconst PP-012 = 1;";
        in_javascript(script, "Node", &mut found);
        let ids: Vec<_> = found.iter().map(|(id, ..)| id.as_str()).collect();
        assert_eq!(ids, ["PP-004", "PP-006", "PP-008", "PP-009", "PP-010"]);
    }
}
