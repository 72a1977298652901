//! Digests this crate's sources, so that outcomes of another build are never taken for this one's; and lists those of the
//! JavaScript runtime, which are built where it is prepared.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut hash = Sha256::new();
    for folder in ["src", "python", "javascript"] {
        println!("cargo::rerun-if-changed={folder}");
        add(&root, &root.join(folder), &mut hash)?;
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=ASSAY_SANDBOX_DIGEST={digest}");
    let javascript = root.join("javascript");
    let mut list = String::from("&[\n");
    for path in files(&javascript)? {
        let name = path.strip_prefix(&javascript).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        list.push_str(&format!("({name:?}, include_str!({:?})),\n", path.display().to_string()));
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("javascript_sources.rs"), list + "]\n")
}

/// The files under a folder, sorted; not what npm puts there, nor the prelude's own tests.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_file() {
            found.push(path);
        } else if name != "node_modules" && name != "dist" && name != "test" {
            found.extend(files(&path)?);
        }
    }
    found.sort();
    Ok(found)
}

fn add(root: &Path, path: &Path, hash: &mut Sha256) -> io::Result<()> {
    if path.is_dir() {
        return files(path)?.iter().try_for_each(|file| add(root, file, hash));
    }
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let content = fs::read(path)?;
    for part in [name.as_bytes(), &content] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Ok(())
}
