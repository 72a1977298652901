use std::num::NonZeroUsize;

use assay_loader::declarative::Choice;
use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{Interpreter, MemoryBudget, Pool, PoolOptions, Runtime, Source, WASMTIME_VERSION};
use serde::Serialize;

use super::{CacheState, Machine, Server, Speed, measure, probe};
use crate::catalogue;
use crate::data::DataDirs;

/// Less than this is not enough for one program, in bytes.
const LEAST_MEMORY: u64 = 256 << 20;

/// What there is to know of a machine before it evaluates models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    /// This program's version.
    pub version: &'static str,
    /// The WebAssembly engine's version.
    pub wasmtime: &'static str,
    /// The machine.
    pub machine: Machine,
    /// The cache directory; null where it cannot be used.
    pub cache: Option<CacheState>,
    /// The interpreters.
    pub runtimes: Vec<RuntimeState>,
    /// What fetches runtimes: package clients that run, or a directory of offline copies.
    pub sources: Vec<String>,
    /// How fast programs run; null where they do not.
    pub speed: Option<Speed>,
    /// Where benchmark data is looked for first.
    pub data_dir: String,
    /// The suites.
    pub suites: Vec<SuiteState>,
    /// The model servers that were looked for on this machine.
    pub servers: Vec<Server>,
    /// Why runs cannot work; none if they can.
    pub problems: Vec<Problem>,
}

/// An interpreter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuntimeState {
    /// Its name.
    pub name: &'static str,
    /// The package that it comes from, with its version.
    pub package: String,
    /// What decides outcomes besides the program.
    pub digest: String,
    /// Whether it is in the cache, whole and ready.
    pub prepared: bool,
}

/// A suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuiteState {
    /// Its name.
    pub id: String,
    /// Whether all its data is here.
    pub ready: bool,
}

/// Something without which runs do not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl Diagnosis {
    /// Examines this machine, its caches, and `servers`; `cache` is the cache directory or why it cannot be used.
    #[must_use]
    pub fn make(cache: Result<Cache, String>, fetcher: &Fetcher, data: &DataDirs, servers: Vec<Server>) -> Self {
        let mut problems = Vec::new();
        let mut problem = |what: String, help: &str| problems.push(Problem { what, help: help.to_owned() });
        let machine = Machine::examine();
        if let Some(memory) = machine.memory.filter(|memory| memory.budget_bytes < LEAST_MEMORY) {
            let what = format!("only {} MB of memory are left for programs", memory.budget_bytes / 1_000_000);
            problem(what, "close other programs");
        }
        let sources = sources(fetcher);
        let (mut runtimes, mut speed) = (Vec::new(), None);
        match &cache {
            Ok(cache) => {
                for name in Interpreter::names() {
                    let prepared = Runtime::prepared(name, cache).unwrap_or_else(|error| {
                        problem(error.to_string(), "remove the cache directory");
                        None
                    });
                    runtimes.extend(RuntimeState::of(name, prepared.is_some()));
                    match prepared.zip(Interpreter::by_name(name)).map(|(runtime, of)| try_out(runtime, of)) {
                        Some(Ok(measured)) => speed = speed.or(Some(measured)),
                        Some(Err(why)) => problem(format!("{name} does not run: {why}"), "please report it"),
                        None if sources.is_empty() && is_published(name) => {
                            let help = "install uv or pip, or let ASSAY_RUNTIMES_DIR name a directory with the package";
                            problem(format!("{name} is not prepared, and nothing here can fetch it"), help);
                        }
                        // What is built here is built when a suite first needs it, and says then what it lacks.
                        None => {}
                    }
                }
            }
            Err(why) => problem(why.clone(), "let ASSAY_CACHE_DIR name a directory of your own"),
        }
        Diagnosis {
            version: env!("CARGO_PKG_VERSION"),
            wasmtime: WASMTIME_VERSION,
            machine,
            cache: cache.ok().as_ref().map(CacheState::examine),
            runtimes,
            sources,
            speed,
            data_dir: data.target().display().to_string(),
            suites: catalogue::names().map(|id| SuiteState::of(id, data)).collect(),
            servers: probe(servers),
            problems,
        }
    }
}

impl RuntimeState {
    fn of(name: &'static str, prepared: bool) -> Option<Self> {
        let interpreter = Interpreter::by_name(name)?;
        let package = interpreter.source.label();
        Some(RuntimeState { name, package, digest: interpreter.digest(), prepared })
    }
}

impl SuiteState {
    fn of(id: &str, data: &DataDirs) -> Self {
        let ready = catalogue::info(id, &Choice::default()).is_ok_and(|info| data.has_all(&info));
        SuiteState { id: id.to_owned(), ready }
    }
}

/// What can fetch runtimes.
fn sources(fetcher: &Fetcher) -> Vec<String> {
    if let Some(dir) = fetcher.offline_dir() {
        let published = Interpreter::names().filter(|name| is_published(name));
        let mut sources = published.filter_map(Interpreter::by_name).flat_map(Interpreter::sources);
        let whole = sources.all(|source| dir.join(source.file()).is_file());
        return if whole { vec![dir.display().to_string()] } else { Vec::new() };
    }
    let clients = tempfile::tempdir().map(|scratch| fetcher.clients(scratch.path()).unwrap_or_default());
    clients.unwrap_or_default()
}

/// Whether a package client alone gets the runtime.
fn is_published(name: &str) -> bool {
    Interpreter::by_name(name).is_some_and(|interpreter| matches!(interpreter.source, Source::Published(_)))
}

/// Runs programs; the error is why that does not work.
fn try_out(runtime: Runtime, interpreter: &Interpreter) -> Result<Speed, String> {
    let options =
        PoolOptions { jobs: NonZeroUsize::MIN, memory_budget: MemoryBudget::of_machine(), verify_resets: false };
    let pool = Pool::new(&[runtime], options).map_err(|error| format!("no thread: {error}"))?;
    measure(&pool, interpreter)
}
