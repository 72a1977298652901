use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use assay_component::wrap;
use assay_loader::declarative::{Choice, Directory, MANIFEST, Manifest, pinned};
use clap::ValueEnum as _;

use super::TemplateKind;
use super::tool::run;
use crate::failure::Failure;

/// The compiler of components in Python; with another version other bytes come out.
const COMPONENTIZE_PY: &str = "pip install componentize-py==0.25.1";

/// What building a suite gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Built {
    /// A file, which is the suite.
    File(PathBuf),
    /// The folder is the suite, and its manifest pins its data.
    Folder {
        /// Whether the data had changed, so that the manifest was written.
        rewritten: bool,
    },
}

/// Makes a suite of what is in `folder`, with the tools of what it is written in.
///
/// # Errors
/// When there is nothing to build, a tool is missing or fails, or the manifest is malformed.
pub fn build(folder: &Path) -> Result<Built, Failure> {
    let Some(kind) = TemplateKind::of(folder) else {
        let sources: Vec<&str> = TemplateKind::value_variants().iter().map(|kind| kind.source()).collect();
        let message = format!("{}: nothing to build: it has none of {}", folder.display(), sources.join(", "));
        return Err(Failure::usage(message).help("assay suite new NAME makes a folder to begin with"));
    };
    // Tools are started in the folder, so that nothing in its path means anything to them.
    let folder = folder.canonicalize().map_err(|error| Failure::file("reading", folder, &error))?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(ending) = kind.ending() else { return pin(&folder) };
    let output = format!("{name}.{ending}");
    let tool = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(&folder);
        command
    };
    match kind {
        TemplateKind::Declarative => {}
        TemplateKind::C => {
            let options = ["-std=c99", "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-I.", kind.source(), "-o"];
            run(tool("cc").args(options).arg(&output), "install a C compiler")?;
        }
        TemplateKind::Python => {
            let options = ["-d", "wit", "-w", "plugin", "componentize", "--stub-wasi", "suite", "-o"];
            run(tool("componentize-py").args(options).arg(&output), COMPONENTIZE_PY)?;
        }
        TemplateKind::Rust => component_of_rust(&folder, &output)?,
        TemplateKind::Javascript => {
            if !folder.join("node_modules").is_dir() {
                run(tool("npm").args(["install", "--no-audit", "--no-fund"]), "install node.js with npm")?;
            }
            run(tool("node").args(["build.mjs", kind.source(), "wit"]).arg(&output), "install node.js")?;
        }
    }
    Ok(Built::File(folder.join(output)))
}

/// Compiles the crate, and makes a component of what the compiler gives.
fn component_of_rust(folder: &Path, output: &str) -> Result<(), Failure> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let target = folder.join("target");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder).args(["build", "--release", "--target", TARGET, "--target-dir"]).arg(&target);
    run(&mut cargo, "install Rust with rustup, and `rustup target add wasm32-unknown-unknown`")?;
    let module = target.join(TARGET).join("release/suite.wasm");
    let bytes = fs::read(&module).map_err(|error| Failure::file("reading", &module, &error))?;
    let output = folder.join(output);
    fs::write(&output, wrap(&bytes)).map_err(|error| Failure::file("writing", &output, &error))
}

/// Writes the digests of the folder's data into its manifest.
fn pin(folder: &Path) -> Result<Built, Failure> {
    let name = folder.display().to_string();
    let files = Directory(folder.to_path_buf());
    let failed = |error| Failure::load(&name, &error);
    let text = pinned(&files).map_err(failed)?;
    let manifest = folder.join(MANIFEST);
    let before = fs::read_to_string(&manifest).map_err(|error| Failure::file("reading", &manifest, &error))?;
    let rewritten = text != before;
    if rewritten {
        let write = || {
            let mut draft = tempfile::NamedTempFile::new_in(folder)?;
            draft.write_all(text.as_bytes())?;
            draft.as_file().set_permissions(fs::metadata(&manifest)?.permissions())?;
            draft.persist(&manifest)?;
            Ok(())
        };
        write().map_err(|error: std::io::Error| Failure::file("writing", &manifest, &error))?;
    }
    Manifest::load(&files, &Choice::default()).map_err(failed)?;
    Ok(Built::Folder { rewritten })
}
