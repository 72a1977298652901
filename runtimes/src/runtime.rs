//! A runtime: an interpreter prepared for this machine, ready to execute programs.

use std::io;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use thiserror::Error;
use wasmtime::{Engine, InstancePre};

use crate::Progress;
use crate::cache::{ArchiveError, Cache, CacheError, PrepareError, Prepared};
use crate::engine::{self, COMPILE_REVISION, WASM_STACK_BYTES, WASMTIME_VERSION};
use crate::fetch::{FetchError, Fetcher};
use crate::files;
use crate::guest::Guest;
use crate::interpreter::Interpreter;
use crate::lift::LiftError;
use crate::memory::Image;
use crate::parts::Parts;
use crate::prepare::{self, IMAGE, Places, STATE};
use crate::snapshot::{Snapshot, SnapshotError, SnapshotState};

/// Why a runtime cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// No interpreter has this name.
    #[error("there is no runtime `{name}`; there are: {known}")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The cache cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// Preparing failed.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// This machine cannot run WebAssembly as needed.
    #[error("the WebAssembly engine does not start on this machine: {0}")]
    Engine(String),
    /// It was to be exported, and is not prepared.
    #[error("the {name} runtime is not prepared; `assay runtime prepare {name}` does it")]
    NotPrepared {
        /// The runtime.
        name: &'static str,
    },
    /// The file that it was to be exported to or imported from.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The prepared files do not load.
    #[error("the prepared {name} runtime in {dir} does not load: {why}; remove that directory to prepare it anew")]
    Load {
        /// The runtime.
        name: &'static str,
        /// Where it lies.
        dir: String,
        /// What went wrong.
        why: String,
    },
}

/// Why preparing a runtime failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkError {
    /// The package could not be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The package's module is not what was expected.
    #[error("the interpreter's module: {0}")]
    Lift(#[from] LiftError),
    /// It could not be compiled.
    #[error("compiling the interpreter: {0}")]
    Compile(String),
    /// It could not be started.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A file could not be written or read.
    #[error("{file}: {source}")]
    Io {
        /// Which.
        file: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl From<PrepareError<WorkError>> for RuntimeError {
    fn from(error: PrepareError<WorkError>) -> Self {
        match error {
            PrepareError::Cache(error) => error.into(),
            PrepareError::Work(error) => error.into(),
        }
    }
}

impl From<PrepareError<ArchiveError>> for RuntimeError {
    fn from(error: PrepareError<ArchiveError>) -> Self {
        match error {
            PrepareError::Cache(error) => error.into(),
            PrepareError::Work(error) => error.into(),
        }
    }
}

impl RuntimeError {
    /// Whether the user asked to stop.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(
            self,
            RuntimeError::Cache(CacheError::Interrupted)
                | RuntimeError::Archive(ArchiveError::Interrupted)
                | RuntimeError::Work(WorkError::Interrupted | WorkError::Fetch(FetchError::Interrupted))
        )
    }
}

/// A prepared and loaded runtime. Cheap to clone; executors on many threads share one.
#[derive(Debug, Clone)]
pub struct Runtime {
    pub(crate) loaded: Arc<Loaded>,
}

/// What executors share.
pub(crate) struct Loaded {
    pub(crate) interpreter: &'static Interpreter,
    pub(crate) instance: InstancePre<Guest>,
    /// In the order of the interpreter's layers.
    pub(crate) layers: Vec<Snapshot>,
    pub(crate) files: Arc<files::Image>,
    digest: String,
    bytes: u64,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded").field("runtime", &self.interpreter.name).field("digest", &self.digest).finish()
    }
}

impl Runtime {
    /// The runtime called `name`: loaded if it was prepared before, else prepared first, which takes minutes.
    ///
    /// # Errors
    /// The whole of [`RuntimeError`]; the cache stays sound whatever happens.
    pub fn open(name: &str, cache: &Cache, fetcher: &Fetcher, progress: &dyn Progress) -> Result<Self, RuntimeError> {
        let interpreter = find(name)?;
        let engine = start_engine()?;
        let places = Places::new(interpreter, &engine, cache);
        let prepared = places.prepare(fetcher, progress);
        progress.done();
        Self::load(&engine, &prepared?)
    }

    /// The runtime called `name` if it is prepared.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn prepared(name: &str, cache: &Cache) -> Result<Option<Self>, RuntimeError> {
        let interpreter = find(name)?;
        let engine = start_engine()?;
        match Places::new(interpreter, &engine, cache).get()? {
            Some(parts) => Self::load(&engine, &parts).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn load(engine: &Engine, parts: &Parts) -> Result<Self, RuntimeError> {
        let interpreter = parts.interpreter();
        let failed = |prepared: &Prepared, error: &wasmtime::Error| RuntimeError::Load {
            name: interpreter.name,
            dir: prepared.dir().display().to_string(),
            why: format!("{error:#}"),
        };
        let load_layer = |layer| load_layer(layer).map_err(|error| failed(layer, &error));
        let bytes = parts.all().map(Prepared::bytes).sum();
        let layers = parts.layers().iter().map(load_layer).collect::<Result<_, _>>()?;
        let load = || -> wasmtime::Result<Loaded> {
            Ok(Loaded {
                interpreter,
                instance: prepare::load_module(engine, parts.module())?,
                layers,
                files: (interpreter.files)(&|name| parts.open(name))?,
                digest: interpreter.digest(),
                bytes,
            })
        };
        Ok(Runtime { loaded: Arc::new(load().map_err(|error| failed(parts.module(), &error))?) })
    }

    /// The runtime's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.loaded.interpreter.name
    }

    /// What decides outcomes besides the program: SHA-256 in hexadecimal over package, harness and engine version.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.loaded.digest
    }

    /// What the runtime takes in the cache, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.loaded.bytes
    }

    /// The linear memory that programs start with, in bytes, by the layer in which they start.
    pub fn layers(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let images = self.loaded.layers.iter().map(|layer| layer.image.len() as u64);
        self.loaded.interpreter.layers.iter().map(|layer| layer.name).zip(images)
    }

    /// The least linear memory that a program starts with, in bytes.
    #[must_use]
    pub fn snapshot_bytes(&self) -> u64 {
        self.layers().map(|(_, bytes)| bytes).min().unwrap_or(0)
    }
}

fn load_layer(prepared: &Prepared) -> wasmtime::Result<Snapshot> {
    let open = |name: &str| prepared.open(name).map_err(io::Error::other);
    let state: SnapshotState = serde_json::from_reader(open(STATE)?)?;
    let image = Arc::new(Image::new(open(IMAGE)?)?);
    Ok(Snapshot { image, globals: state.globals, argument: state.argument })
}

impl Interpreter {
    /// See [`Runtime::digest`]; the same on every machine.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        add(self.name);
        add(self.source.sha256());
        add(WASMTIME_VERSION);
        add(&COMPILE_REVISION.to_string());
        add(&WASM_STACK_BYTES.to_string());
        add(&self.c_stack_bytes.to_string());
        self.libraries.iter().for_each(|libraries| add(&libraries.digest()));
        for layer in self.layers {
            add(layer.name);
            layer.packages.iter().for_each(|package| add(package));
            add(&layer.own_preamble(self));
            layer.packaged.iter().for_each(|module| add(module));
        }
        add(self.entry);
        self.translator.iter().for_each(|translator| add(translator.version));
        crate::digest::hex(&hash.finalize())
    }
}

pub(crate) fn find(name: &str) -> Result<&'static Interpreter, RuntimeError> {
    Interpreter::by_name(name).ok_or_else(|| RuntimeError::Unknown {
        name: name.to_owned(),
        known: Interpreter::names().collect::<Vec<_>>().join(", "),
    })
}

pub(crate) fn start_engine() -> Result<Engine, RuntimeError> {
    engine::engine().map_err(|error| RuntimeError::Engine(format!("{error:#}")))
}
