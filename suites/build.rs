//! Embeds every folder beside this file that has a `suite.toml`: adding a suite is adding a folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed={}", root.display());
    let mut table = String::from("&[\n");
    for folder in sorted(&root)?.into_iter().filter(|path| path.join("suite.toml").is_file()) {
        let name = name(&folder)?;
        writeln!(table, "Builtin {{ name: {name:?}, files: &[").expect("writing to a string");
        embed(&folder, "", &mut table)?;
        table.push_str("] },\n");
    }
    table.push_str("]\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("builtin.rs"), table)
}

fn embed(folder: &Path, prefix: &str, table: &mut String) -> io::Result<()> {
    for path in sorted(folder)? {
        let name = format!("{prefix}{}", name(&path)?);
        if path.is_dir() {
            embed(&path, &format!("{name}/"), table)?;
        } else {
            writeln!(table, "({name:?}, include_bytes!({:?})),", path.display().to_string())
                .expect("writing to a string");
        }
    }
    Ok(())
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> io::Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| io::Error::other(format!("{}: the name is not UTF-8", path.display())))
}
