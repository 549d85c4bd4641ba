//! From sources to the npm package, the page and the Worker.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use base64ct::{Base64, Encoding};
use edgepost_core::digest::sha256;

use crate::generate;
use crate::glue;
use crate::project::{self, Stamp, copy, path};
use crate::steps;
use crate::tools::{self, cargo, npm_bin};

/// A wasm module of the npm package.
struct Module {
    package: &'static str,
    profile: &'static str,
    name: &'static str,
    /// Its memory stays as it is until the next call: it keeps nothing, and its allocator writes nothing (edgepost-bare).
    bare: bool,
}

const MODULES: [Module; 6] = [
    Module { package: "edgepost-reader", profile: "wasm-fast", name: "reader", bare: true },
    Module { package: "edgepost-client", profile: "wasm-small", name: "client", bare: false },
    Module { package: "edgepost-pay", profile: "wasm-small", name: "pay", bare: false },
    Module { package: "edgepost-files", profile: "wasm-small", name: "files", bare: true },
    Module { package: "edgepost-recipient", profile: "wasm-small", name: "recipient", bare: true },
    Module { package: "edgepost-sandbox-wasm", profile: "wasm-small", name: "sandbox", bare: false },
];

/// Where the made sources of the npm package go.
const GENERATED: &str = "npm/src/generated";

/// What every supported engine has; `--all-features` would make modules that Node 20 refuses.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
];

/// What makes the modules smallest, as fast as `-O3` alone. Nothing of Rust's lies in the first KB of the memory. What is
/// skipped makes a module smaller as it is, but larger compressed: zeros of the data take almost no room then, while the
/// places where they are left out do. So does what is called from one place only and is put there: an engine has more to
/// read before the first verdict.
const WASM_PASSES: [&str; 11] = [
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-O3",
    "--skip-pass=memory-packing",
    "--skip-pass=local-cse",
    "--skip-pass=merge-locals",
    "--one-caller-inline-max-function-size=20",
    "--flexible-inline-max-function-size=10",
    "--strip-target-features",
];

/// Builds everything.
pub fn all() -> Result<()> {
    npm()?;
    page()?;
    worker()
}

/// The npm package, in `npm/dist`.
pub fn npm() -> Result<()> {
    tools::ensure_npm()?;
    tools::ensure_targets()?;
    generate::write_sources()?;
    for module in &MODULES {
        build_module(module)?;
    }
    let inputs = ["npm/src", "npm/tsconfig.json", "package-lock.json"];
    let stamp = Stamp::new("dist", &inputs, &generated_hash()?)?;
    if stamp.is_fresh(&["npm/dist/index.js"]) {
        return Ok(());
    }
    steps::step("Compile the npm package", |step| {
        let _ = fs::remove_dir_all(path("npm/dist"));
        for file in ["LICENSE-MIT", "LICENSE-APACHE", "NOTICE"] {
            copy(file, &format!("npm/{file}"))?;
        }
        step.run(npm_bin("tsc").args(["--project", "npm"]))?;
        for module in &MODULES {
            let Module { name, .. } = module;
            let script = format!("generated/wasm/{name}.js");
            copy(&format!("npm/src/{script}"), &format!("npm/dist/{script}"))?;
            // Beside the entry points, where people look for it who have to copy it.
            copy(&format!("{GENERATED}/wasm/{name}.wasm"), &format!("npm/dist/{name}.wasm"))?;
            // What is published has no `any`, which would switch off its users' compiler.
            let file = format!("generated/wasm/{name}.d.ts");
            let types = fs::read_to_string(path(&format!("npm/src/{file}")))?;
            let types = types.replace(": any", ": unknown").replace("=> any", "=> unknown");
            // Nor names of the DOM's library, which servers do without: how a module is started is no one's business.
            let own = types.find("export type InitInput").context("the declarations of how a module is started")?;
            let types = types[..own].to_owned() + "export type SyncInitInput = object;\n";
            fs::write(path(&format!("npm/dist/{file}")), types)?;
        }
        bundle_for_node(step)
    })?;
    stamp.keep()
}

/// Puts the entry for Node into one file: to find a dozen files takes a fresh process longer than the first verdict does.
/// Nothing else starts the module that is in it.
fn bundle_for_node(step: &steps::Step) -> Result<()> {
    let mut bundle = npm_bin("esbuild");
    bundle.args(["npm/dist/index.node.js", "--bundle", "--format=esm", "--platform=node", "--target=node20"]);
    bundle.args(["--outdir=npm/dist", "--allow-overwrite", "--log-level=warning"]);
    step.run(&mut bundle)?;
    Ok(())
}

/// A hash of what is made before TypeScript is compiled.
fn generated_hash() -> Result<String> {
    let mut all = Vec::new();
    for entry in [GENERATED.to_owned(), format!("{GENERATED}/wasm")] {
        let mut files: Vec<_> = fs::read_dir(path(&entry))?.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            all.extend_from_slice(&sha256(&fs::read(file)?));
        }
    }
    Ok(sha256(&all).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn build_module(module: &Module) -> Result<()> {
    let Module { package, profile, name, bare } = module;
    // One module for each invocation: features of one must not leak into another.
    let mut build = cargo();
    build.args(["build", "--quiet", "--target", "wasm32-unknown-unknown", "--profile", profile, "--package", package]);
    steps::run(&format!("Compile {package}"), &mut build)?;
    let built = format!("target/wasm32-unknown-unknown/{profile}/{}.wasm", package.replace('-', "_"));
    let bindgen = tools::wasm_bindgen()?;
    let salt = format!(
        "{WASM_FEATURES:?} {WASM_PASSES:?} adapted to entries, shortened, bare: {bare} 5, {}",
        project::locked("wasm-bindgen")?
    );
    let stamp = Stamp::new(&format!("module-{name}"), &[], &format!("{salt} {:?}", sha256(&fs::read(path(&built))?)))?;
    let output = |end: &str| format!("{GENERATED}/wasm/{name}{end}");
    if stamp.is_fresh(&[&output(".js"), &output(".wasm"), &output(".d.ts"), &output(".base64.ts")]) {
        return Ok(());
    }
    steps::step(&format!("Link {name}.wasm for JavaScript"), |step| {
        let mut link = Command::new(&bindgen);
        link.current_dir(project::root());
        link.args(["--target", "web", "--omit-default-module-path"]);
        link.args(["--remove-name-section", "--remove-producers-section"]);
        step.run(link.args(["--out-name", name, "--out-dir", &format!("{GENERATED}/wasm"), &built]))?;
        if *bare {
            glue::bare(&output(".js"), name)?;
        } else {
            glue::shorten(&output(".js"), &output("_bg.wasm"))?;
        }
        let files = ["--output", &output(".wasm"), &output("_bg.wasm")];
        step.run(npm_bin("wasm-opt").args(WASM_FEATURES).args(WASM_PASSES).args(files))?;
        // For servers whose programs are bundled: the file would stay behind.
        let text = Base64::encode_string(&fs::read(path(&output(".wasm")))?);
        fs::write(path(&output(".base64.ts")), format!("export const base64: string =\n  \"{text}\";\n"))?;
        fs::remove_file(path(&output("_bg.wasm")))?;
        fs::remove_file(path(&output("_bg.wasm.d.ts"))).context("declarations of the raw module")
    })?;
    stamp.keep()
}

/// The page, in `worker/page/dist`.
pub fn page() -> Result<()> {
    // The package is bundled from its compiled form, and the document of the gateway lies beside it.
    let inputs = ["worker/page", "npm/src", "npm/tsconfig.json", "npm/package.json", "package-lock.json"];
    let openapi = fs::read_to_string(path("target/generated/openapi.json"))?;
    let stamp = Stamp::new("page", &inputs, &(generated_hash()? + &openapi))?;
    if stamp.is_fresh(&["worker/page/dist/index.html"]) {
        return Ok(());
    }
    steps::step("Bundle the page", |step| {
        let _ = fs::remove_dir_all(path("worker/page/dist"));
        let mut bundle = npm_bin("esbuild");
        bundle.args(
            ["main.ts", "style.css", "shop.ts", "shop.css", "mail.ts", "mail.css"]
                .map(|file| format!("worker/page/src/{file}")),
        );
        bundle.args(["--bundle", "--format=esm", "--minify"]);
        bundle.args(["--target=es2022", "--conditions=browser", "--outdir=worker/page/dist", "--log-level=warning"]);
        step.run(&mut bundle)?;
        for file in ["index.html", "shop.html", "mail.html", "_headers", "icon.svg"] {
            copy(&format!("worker/page/{file}"), &format!("worker/page/dist/{file}"))?;
        }
        for module in ["reader", "client", "pay", "recipient", "files"] {
            // Beside the bundle, where the package looks for it.
            copy(&format!("{GENERATED}/wasm/{module}.wasm"), &format!("worker/page/dist/{module}.wasm"))?;
        }
        copy("target/generated/openapi.json", "worker/page/dist/openapi.json")
    })?;
    stamp.keep()
}

/// The Worker, in `worker/build`.
pub fn worker() -> Result<()> {
    tools::ensure_npm()?;
    tools::ensure_targets()?;
    let builder = tools::worker_build()?;
    let inputs =
        ["crates/read", "crates/core", "crates/gateway", "worker/src", "worker/Cargo.toml", "Cargo.toml", "Cargo.lock"];
    let stamp = Stamp::new("worker", &inputs, "")?;
    if stamp.is_fresh(&["worker/build/index.js"]) {
        return Ok(());
    }
    let mut build = Command::new(builder);
    build.current_dir(project::root()).args(["--release", "worker"]);
    build.env("WASM_BINDGEN_BIN", tools::wasm_bindgen()?);
    build.env("WASM_OPT_BIN", path("node_modules/.bin/wasm-opt"));
    build.env("ESBUILD_BIN", path("node_modules/.bin/esbuild"));
    steps::run("Build the Worker", &mut build)?;
    stamp.keep()
}
