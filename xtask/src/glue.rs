//! What lies between JavaScript and a wasm module: wasm-bindgen's script, cut to what is of use here.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::project::path;

/// The script of a module that keeps nothing and knows no values of JavaScript: its calls by name, over npm/src/bare.ts.
pub fn bare(script: &str, name: &str) -> Result<()> {
    let written = fs::read_to_string(path(script))?;
    let functions = written.lines().filter_map(|line| line.strip_prefix("export function ")?.split('(').next());
    let functions: Vec<_> = functions.collect();
    let text = format!(
        "import {{ bare }} from \"../../bare.js\";\n\n\
         export const [initSync, {}] = bare(\"{name}\", \"{}\");\n",
        functions.join(", "),
        functions.join(" ")
    );
    let imports = written.split("const import0 = {").nth(1).and_then(|rest| rest.split("\n    };").next());
    let count = imports.context("what the module imports")?.matches("function(").count();
    if count != 1 {
        bail!(
            "{name}.wasm imports {count} functions; npm/src/bare.ts gives it one, which sets up what it does not use"
        );
    }
    Ok(fs::write(path(script), text)?)
}

/// Numbers in place of the hashes in the names that a module imports and exports, `__wbg_call_40b008ba32f73991`. Only the two
/// files know them, and hashes do not compress: the client is 2 KB smaller without. The length stays, so that both fit.
pub fn shorten(script: &str, module: &str) -> Result<()> {
    const HASH: usize = 16;
    let mut text = adapted(&fs::read_to_string(path(script))?)?;
    let mut binary = fs::read(path(module))?;
    let is_hash = |word: &&str| word.len() == HASH && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let names = words.filter(|word| word.starts_with("__wbg_") || word.starts_with("wasm_bindgen__"));
    let ends = names.filter_map(|name| name.rsplit('_').next()).map(|end| end.strip_prefix('h').unwrap_or(end));
    let hashes: Vec<_> = ends.filter(is_hash).map(str::to_owned).collect();
    let hashes = BTreeSet::from_iter(hashes);
    for (number, hash) in hashes.iter().enumerate() {
        let number = format!("{number:0HASH$}");
        text = text.replace(hash, &number);
        while let Some(at) = binary.windows(HASH).position(|window| window == hash.as_bytes()) {
            binary[at..at + HASH].copy_from_slice(number.as_bytes());
        }
    }
    fs::write(path(script), text)?;
    Ok(fs::write(path(module), binary)?)
}

/// The script as our entry points need it.
fn adapted(script: &str) -> Result<String> {
    const CHANGES: [(&str, &str); 2] = [
        // Advice to who calls it otherwise: nobody does.
        (
            "    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }
",
            "    ({module} = module);\n",
        ),
        // An edge function of Next.js is handed a module that another realm has made.
        ("!(module instanceof WebAssembly.Module)", "ArrayBuffer.isView(module)"),
    ];
    CHANGES.iter().try_fold(short(script), |text, (from, to)| {
        if !text.contains(from) {
            bail!("wasm-bindgen does not write this any more, see `adapted` in xtask/src/glue.rs: {from}");
        }
        Ok(text.replace(from, to))
    })
}

/// The script without what is of no use here: how a value looks in a panic, of which there are none; a second way to write
/// texts, which is for many or long ones; what all browsers that take the modules have; and giving back the inputs of a call
/// if the memory is too small for the last of them, which may be large, as the others are not.
fn short(script: &str) -> String {
    let mut text = String::with_capacity(script.len());
    let mut lines = script.lines();
    let mut is_about_inputs = false;
    while let Some(line) = lines.next() {
        if line == "    } catch (e) {" && is_about_inputs {
            is_about_inputs = false;
            lines.by_ref().find(|line| *line == "    }");
            continue;
        }
        if line == "if (!('encodeInto' in cachedTextEncoder)) {" {
            lines.by_ref().find(|line| *line == "}");
            continue;
        }
        if line.ends_with("(typeof FinalizationRegistry === 'undefined')") {
            lines.by_ref().next();
            text.push_str("const CLOSURE_DTORS =\n");
            text.extend(lines.by_ref().next().map(|line| line.replace(": new", "new") + "\n"));
            continue;
        }
        text.extend([line, "\n"]);
        if line.starts_with("    let ptr0,") {
            is_about_inputs = true;
            lines.by_ref().find(|line| *line == "    try {");
        } else if line == "function debugString(val) {" {
            lines.by_ref().find(|line| *line == "}");
            text.push_str("    return String(val);\n}\n");
        } else if line == "function passStringToWasm0(arg, malloc, realloc) {" {
            lines.by_ref().find(|line| *line == "}");
            text.push_str("    return passArray8ToWasm0(cachedTextEncoder.encode(arg), malloc);\n}\n");
        }
    }
    text
}
