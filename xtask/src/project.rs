//! Where things are, and whether they have changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use edgepost_core::digest::sha256;

/// The folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// A path in the repository.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// The version of a package in Cargo.lock.
pub fn locked(package: &str) -> Result<String> {
    let lock = fs::read_to_string(path("Cargo.lock"))?;
    let heading = format!("name = \"{package}\"\nversion = \"");
    let Some((_, rest)) = lock.split_once(&heading) else { bail!("Cargo.lock has no package {package}") };
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// All files below these paths, without what is made or installed.
pub fn files(relative: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for start in relative {
        collect(&path(start), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(at: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    const MADE: [&str; 6] = ["node_modules", "target", "dist", "build", ".wrangler", "generated"];
    if at.is_file() {
        found.push(at.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(at).with_context(|| at.display().to_string())? {
        let entry = entry?.path();
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        // `xtask/src/generate` makes things; `generated` is made.
        if !MADE.contains(&name.as_str()) {
            collect(&entry, found)?;
        }
    }
    Ok(())
}

/// Something that is made from files, and need not be made again while they are the same.
pub struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// `inputs` are files and folders of the repository; `salt` is whatever else it depends on.
    pub fn new(name: &str, inputs: &[&str], salt: &str) -> Result<Self> {
        let mut all = salt.as_bytes().to_vec();
        for file in files(inputs)? {
            all.extend_from_slice(file.to_string_lossy().as_bytes());
            all.extend_from_slice(&sha256(&fs::read(&file)?));
        }
        let hash = sha256(&all).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Stamp { file: path("target/stamps").join(name), hash })
    }

    /// Whether it was made from just these files, and `outputs` are still there.
    pub fn is_fresh(&self, outputs: &[&str]) -> bool {
        outputs.iter().all(|output| path(output).exists())
            && fs::read_to_string(&self.file).is_ok_and(|hash| hash == self.hash)
    }

    /// Remembers that it was made.
    pub fn keep(&self) -> Result<()> {
        fs::create_dir_all(path("target/stamps"))?;
        Ok(fs::write(&self.file, &self.hash)?)
    }
}

/// Writes a file if it would change, so that nothing that depends on it is made again for nothing.
pub fn write(relative: &str, text: &str) -> Result<()> {
    let file = path(relative);
    if fs::read_to_string(&file).is_ok_and(|present| present == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, text).with_context(|| file.display().to_string())
}

/// Copies a file.
pub fn copy(from: &str, to: &str) -> Result<()> {
    if let Some(folder) = path(to).parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(path(from), path(to)).with_context(|| format!("{from} to {to}"))?;
    Ok(())
}
