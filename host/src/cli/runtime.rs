use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use assay_runtimes::cache::ArchiveError;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{Imported, Interpreter, Runtime, RuntimeError, Source, WorkError};
use clap::Subcommand;
use serde::Serialize;
use tempfile::NamedTempFile;

use super::globals::Globals;
use super::output::{print, print_json};
use super::sandbox::{cache, runtime};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::PrepareProgress;
use crate::report::printable;

#[derive(Debug, Subcommand)]
pub(super) enum RuntimeCommand {
    /// Fetches, compiles and starts an interpreter, once; other commands do it by themselves when they need it
    Prepare {
        /// Which runtime, for example python
        name: String,
    },
    /// Writes the packages of a runtime that are built here to a directory, for ASSAY_RUNTIMES_DIR on machines without a network
    Package {
        /// Which runtime, for example javascript
        name: String,
        /// An existing directory
        dir: PathBuf,
    },
    /// Writes a prepared runtime to a file, for machines of the same kind with the same assay, such as those of a CI
    Export {
        /// Which runtime, for example python
        name: String,
        /// The file; one of that name is replaced
        file: PathBuf,
    },
    /// Prepares a runtime from a file that `export` wrote, without a package client
    ///
    /// A prepared runtime is native code, which later commands run: importing a file is like running a program that whoever
    /// made the file gave you. Its digests tell whether it is whole, not who made it. Import only what you exported yourself.
    Import {
        /// The file
        file: PathBuf,
    },
    /// Lists the runtimes and whether they are prepared
    List {
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Shows what a runtime is
    Info {
        /// Which runtime
        name: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Info {
    name: &'static str,
    package: String,
    package_sha256: &'static str,
    /// The packages that programs find beside it, and their digest; null where there are none.
    libraries: Option<String>,
    libraries_sha256: Option<&'static str>,
    digest: String,
    prepared: bool,
    /// What it takes in the cache; null when it is not prepared.
    cache_bytes: Option<u64>,
    /// The least memory that a program starts with; null when it is not prepared.
    snapshot_bytes: Option<u64>,
    /// The memory that programs start with, by layer; empty when it is not prepared.
    layers: BTreeMap<&'static str, u64>,
    cache: String,
}

impl Info {
    fn of(name: &str) -> Result<Self, Failure> {
        let cache = cache()?;
        let prepared = Runtime::prepared(name, &cache)?;
        let interpreter =
            Interpreter::by_name(name).ok_or_else(|| Failure::usage(format!("there is no runtime `{name}`")))?;
        Ok(Info {
            name: interpreter.name,
            package: interpreter.source.label(),
            package_sha256: interpreter.source.sha256(),
            libraries: interpreter.libraries.map(|libraries| libraries.source.label()),
            libraries_sha256: interpreter.libraries.map(|libraries| libraries.source.sha256()),
            digest: interpreter.digest(),
            prepared: prepared.is_some(),
            cache_bytes: prepared.as_ref().map(Runtime::bytes),
            snapshot_bytes: prepared.as_ref().map(Runtime::snapshot_bytes),
            layers: prepared.iter().flat_map(Runtime::layers).collect(),
            cache: cache.dir().display().to_string(),
        })
    }

    fn state(&self) -> String {
        match self.cache_bytes {
            Some(bytes) => format!("prepared, {} MB", bytes / 1_000_000),
            None => format!("not prepared; `assay runtime prepare {}` does it", self.name),
        }
    }
}

impl RuntimeCommand {
    pub(super) fn run(self, _globals: &Globals) -> Result<Exit, Failure> {
        match self {
            RuntimeCommand::Prepare { name } => {
                let runtime = runtime(&name)?;
                print(|out| writeln_prepared(out, &runtime))?;
            }
            RuntimeCommand::Package { name, dir } => {
                let archives = package(&name, &dir)?;
                print(|out| archives.iter().try_for_each(|archive| writeln!(out, "{}", archive.display())))?;
            }
            RuntimeCommand::Export { name, file } => {
                let bytes = export(&name, &file)?;
                print(|out| writeln!(out, "{name} is in {}, {} MB", printable_path(&file), bytes / 1_000_000))?;
            }
            RuntimeCommand::Import { file } => {
                let Imported { runtime, new } = import(&file)?;
                if !new {
                    eprintln!("note: {} was prepared already; nothing was imported", runtime.name());
                }
                print(|out| writeln_prepared(out, &runtime))?;
            }
            RuntimeCommand::List { json } => {
                let infos = Interpreter::names().map(Info::of).collect::<Result<Vec<_>, _>>()?;
                if json {
                    print_json(&infos)?;
                } else {
                    print(|out| infos.iter().try_for_each(|info| writeln_info(out, info)))?;
                }
            }
            RuntimeCommand::Info { name, json } => {
                let info = Info::of(&name)?;
                if json {
                    print_json(&info)?;
                } else {
                    print(|out| {
                        writeln_info(out, &info)?;
                        writeln_details(out, &info)
                    })?;
                }
            }
        }
        Ok(Exit::Done)
    }
}

/// Builds what of the runtime `name` is built here into `dir`, and says what else belongs there.
fn package(name: &str, dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let interpreter =
        Interpreter::by_name(name).ok_or_else(|| Failure::usage(format!("there is no runtime `{name}`")))?;
    let mut archives = Vec::new();
    for source in interpreter.sources() {
        match source {
            Source::Published(package) => {
                eprintln!("note: {} belongs there too; uv, pip and their registry have it", package.file);
            }
            Source::Built(built) => {
                let packaged = built.package(&Fetcher::from_env(), dir, &PrepareProgress::new());
                archives.push(packaged.map_err(|error| RuntimeError::from(WorkError::from(error)))?);
            }
        }
    }
    Ok(archives)
}

/// Exports a runtime to a file, and gives its size in bytes. The file is there wholly or not at all.
fn export(name: &str, file: &Path) -> Result<u64, Failure> {
    let failed = |error: &io::Error| Failure::file("write", file, error);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    let out = BufWriter::new(draft.as_file_mut());
    Runtime::export(name, &cache()?, out, &PrepareProgress::new()).map_err(|error| of_file(error, file))?;
    let bytes = draft.as_file().metadata().map_err(|error| failed(&error))?.len();
    draft.persist(file).map_err(|error| failed(&error.error))?;
    Ok(bytes)
}

fn import(file: &Path) -> Result<Imported, Failure> {
    let opened = File::open(file).map_err(|error| Failure::file("read", file, &error))?;
    Runtime::import(&cache()?, opened, &PrepareProgress::new()).map_err(|error| of_file(error, file))
}

/// What went wrong with an archive, whose name the user gave.
fn of_file(error: RuntimeError, file: &Path) -> Failure {
    let RuntimeError::Archive(archive) = &error else { return error.into() };
    let exit = match archive {
        ArchiveError::Interrupted => return error.into(),
        ArchiveError::Other(_) | ArchiveError::Format(_) => Exit::Runtime,
        _ => Exit::Usage,
    };
    let failure = Failure::new(exit, format!("{}: {archive}", file.display()));
    match archive {
        ArchiveError::Io { .. } => failure,
        _ => failure.help("prepare the runtime here (`assay runtime prepare NAME`), or export it again"),
    }
}

/// A path as a terminal may show it.
fn printable_path(path: &Path) -> String {
    printable(&path.display().to_string()).into_owned()
}

fn writeln_prepared(out: &mut impl Write, runtime: &Runtime) -> io::Result<()> {
    writeln!(out, "{} is prepared, {} MB", runtime.name(), runtime.bytes() / 1_000_000)
}

fn writeln_info(out: &mut impl Write, info: &Info) -> io::Result<()> {
    writeln!(out, "{:<12} {:<20} {}", info.name, info.package, info.state())
}

fn writeln_details(out: &mut impl Write, info: &Info) -> io::Result<()> {
    writeln!(out, "  digest   {}", info.digest)?;
    writeln!(out, "  package  {}", info.package_sha256)?;
    if let (Some(libraries), Some(sha256)) = (&info.libraries, info.libraries_sha256) {
        writeln!(out, "  with     {sha256}  {libraries}")?;
    }
    writeln!(out, "  cache    {}", info.cache)?;
    for (layer, bytes) in &info.layers {
        writeln!(out, "  snapshot {layer}, {bytes} bytes")?;
    }
    Ok(())
}
