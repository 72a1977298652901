//! Preparing an interpreter, in several entries of the cache: the compiled module, which takes minutes and depends on the
//! package and the engine; and the snapshots, which take seconds and depend on the harness too.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::Path;
use std::thread;

use serde::{Deserialize, Serialize};
use wasmtime::{Engine, InstancePre, Linker, Module};
use zip::ZipArchive;

use crate::cache::{Cache, CacheError, Entry, Key, Prepared};
use crate::engine::{COMPILE_REVISION, WASMTIME_VERSION};
use crate::fetch::Fetcher;
use crate::guest::Guest;
use crate::interpreter::{Interpreter, Layer, Nested, OpenKept};
use crate::libraries::Libraries;
use crate::lift::{Lifted, Segment, lift};
use crate::meter::meter;
use crate::parts::Parts;
use crate::runtime::{RuntimeError, WorkError};
use crate::snapshot::{self, SnapshotError};
use crate::{Progress, Stage, wasi};

/// The compiled module.
const MODULE: &str = "module.cwasm";
/// How the module is started: globals and where its data segments go.
const START: &str = "start.json";
/// The data segments, one after the other.
const SEGMENTS: &str = "start.data";
/// The snapshot's memory.
pub(crate) const IMAGE: &str = "snapshot.image";
/// The rest of the snapshot.
pub(crate) const STATE: &str = "snapshot.json";

/// What preparing the module takes at most, in bytes: the package, and the module before and after compiling.
const MODULE_BYTES: u64 = 800 << 20;
/// What preparing the packages takes at most, in bytes: as wheels, unpacked, and translated.
const LIBRARIES_BYTES: u64 = 400 << 20;
/// What a snapshot takes at most, in bytes.
const SNAPSHOT_BYTES: u64 = 512 << 20;

/// Where an interpreter's prepared files are, or will be.
pub(crate) struct Places<'a> {
    interpreter: &'static Interpreter,
    engine: &'a Engine,
    module: Entry<'a>,
    libraries: Option<(&'static Libraries, Entry<'a>)>,
    /// In the order of the interpreter's layers.
    layers: Vec<Entry<'a>>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(interpreter: &'static Interpreter, engine: &'a Engine, cache: &'a Cache) -> Self {
        // wasmtime's own account of what a compiled module depends on: version, settings, processor features.
        let mut compatibility = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut compatibility);
        let kept = interpreter.kept.iter().map(|(_, kept)| *kept);
        let kept = kept.chain(interpreter.nested.iter().map(|nested| nested.kept)).collect::<Vec<_>>().join(" ");
        let module = Key::new(format!("{}-module", interpreter.name))
            .with("package", interpreter.source.sha256())
            .with("kept", kept)
            .with("entry", interpreter.entry)
            .with("functions", interpreter.functions.join(","))
            .with("wasmtime", WASMTIME_VERSION)
            .with("revision", COMPILE_REVISION.to_string())
            .with("target", format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS))
            .with("compatibility", format!("{:016x}", compatibility.finish()));
        let digest = interpreter.digest();
        let place = |layer: &Layer| {
            cache.entry(Key::new(format!("{}-{}", interpreter.name, layer.name)).with("runtime", &digest))
        };
        let layers = interpreter.layers.iter().map(place).collect();
        let libraries = interpreter.libraries.map(|libraries| {
            let key = Key::new(format!("{}-libraries", interpreter.name))
                .with("interpreter", interpreter.source.sha256())
                .with("libraries", libraries.digest());
            (libraries, cache.entry(key))
        });
        Places { interpreter, engine, module: cache.entry(module), libraries, layers }
    }

    /// The prepared parts, if all are there.
    pub(crate) fn get(&self) -> Result<Option<Parts>, CacheError> {
        let parts = self.entries().into_iter().map(|(entry, _)| entry.get());
        let parts = parts.collect::<Result<Option<Vec<_>>, _>>()?;
        Ok(parts.map(|parts| Parts::new(self.interpreter, parts)))
    }

    /// The prepared parts; what is missing is made.
    pub(crate) fn prepare(&self, fetcher: &Fetcher, progress: &dyn Progress) -> Result<Parts, RuntimeError> {
        let compile = |staging: &Path| self.compile(fetcher, staging, progress);
        let module = made(&self.module, MODULE_BYTES, progress, compile)?;
        let mut parts = Parts::new(self.interpreter, vec![module]);
        if let Some((libraries, entry)) = &self.libraries {
            let translate = |staging: &Path| self.translate(libraries, &parts, (fetcher, staging, progress));
            parts.push(made(entry, LIBRARIES_BYTES, progress, translate)?);
        }
        for (entry, layer) in self.layers.iter().zip(self.interpreter.layers) {
            let start = |staging: &Path| self.start(layer, &parts, staging, progress);
            parts.push(made(entry, SNAPSHOT_BYTES, progress, start)?);
        }
        Ok(parts)
    }

    /// The places in the order of [`Parts`], each with what it takes at most, in bytes.
    pub(crate) fn entries(&self) -> Vec<(&Entry<'a>, u64)> {
        let libraries = self.libraries.iter().map(|(_, entry)| (entry, LIBRARIES_BYTES));
        let layers = self.layers.iter().map(|layer| (layer, SNAPSHOT_BYTES));
        std::iter::once((&self.module, MODULE_BYTES)).chain(libraries).chain(layers).collect()
    }

    /// Fetches, rewrites and compiles the interpreter.
    fn compile(&self, fetcher: &Fetcher, staging: &Path, progress: &dyn Progress) -> Result<(), WorkError> {
        let name = self.interpreter.name;
        let lifted = self.fetch(fetcher, staging, progress)?;
        let start = Start {
            globals: lifted.globals.clone(),
            segments: lifted.segments.iter().map(|segment| (segment.offset, segment.bytes.len())).collect(),
        };
        write(staging, START, &serde_json::to_vec(&start).map_err(io::Error::other).map_err(io_error(START))?)?;
        let mut data = File::create_new(staging.join(SEGMENTS)).map_err(io_error(SEGMENTS))?;
        for segment in &lifted.segments {
            data.write_all(&segment.bytes).map_err(io_error(SEGMENTS))?;
        }
        let megabytes = lifted.wasm.len() >> 20;
        let what = format!("compiling {name}: {megabytes} MB of WebAssembly, a minute or two, only this once");
        progress.stage(Stage::new("compile", what));
        let compiled = self.precompile(&lifted.wasm, progress)?;
        write(staging, MODULE, &compiled)
    }

    /// Compiles on a thread of its own, so that an interruption is heeded; the process ends with it.
    fn precompile(&self, wasm: &[u8], progress: &dyn Progress) -> Result<Vec<u8>, WorkError> {
        let engine = self.engine.clone();
        let wasm = wasm.to_vec();
        let compiler = thread::Builder::new()
            .name("compile".to_owned())
            .spawn(move || engine.precompile_module(&wasm))
            .map_err(io_error(MODULE))?;
        while !compiler.is_finished() {
            if progress.interrupted() {
                return Err(WorkError::Interrupted);
            }
            thread::park_timeout(std::time::Duration::from_millis(50));
        }
        let compiled = compiler.join().map_err(|_| WorkError::Compile("the compiler panicked".to_owned()))?;
        compiled.map_err(|error| WorkError::Compile(format!("{error:#}")))
    }

    fn fetch(&self, fetcher: &Fetcher, staging: &Path, progress: &dyn Progress) -> Result<Lifted, WorkError> {
        let download = staging.join("download");
        fs::create_dir(&download).map_err(io_error("download"))?;
        let mut package = self.interpreter.source.get(fetcher, &download, progress)?;
        package.unpack(staging, self.interpreter.kept, progress)?;
        for nested in self.interpreter.nested {
            unpack_nested(staging, nested).map_err(io_error(nested.kept))?;
        }
        progress.stage(Stage::new("unpack", format!("unpacking {}", self.interpreter.module)));
        let functions = [&[self.interpreter.entry], self.interpreter.functions].concat();
        let mut lifted = lift(&package.read(self.interpreter.module)?, &functions)?;
        lifted.wasm = meter(&lifted.wasm)?;
        fs::remove_dir_all(&download).map_err(io_error("download"))?;
        Ok(lifted)
    }

    /// Fetches the packages and has the interpreter translate them.
    fn translate(
        &self,
        libraries: &Libraries,
        parts: &Parts,
        (fetcher, staging, progress): (&Fetcher, &Path, &dyn Progress),
    ) -> Result<(), WorkError> {
        let open = |name: &str| parts.open(name);
        let start = Start::read(&open).map_err(io_error(START))?;
        let instance = load_module(self.engine, parts.module()).map_err(SnapshotError::Engine)?;
        libraries.prepare((self.interpreter, &instance, &start), &open, (fetcher, staging, progress))
    }

    /// Starts the interpreter and takes the snapshot of a layer.
    fn start(&self, layer: &Layer, parts: &Parts, staging: &Path, progress: &dyn Progress) -> Result<(), WorkError> {
        let what = format!("starting {} and taking its {} snapshot", self.interpreter.name, layer.name);
        progress.stage(Stage::new("snapshot", what));
        let open = |name: &str| parts.open(name);
        let files = (self.interpreter.files)(&open).map_err(io_error("the runtime's files"))?;
        let start = Start::read(&open).map_err(io_error(START))?;
        let preamble = layer.preamble(self.interpreter, &open).map_err(io_error("the runtime's own modules"))?;
        let instance = load_module(self.engine, parts.module()).map_err(SnapshotError::Engine)?;
        let mut image = File::create_new(staging.join(IMAGE)).map_err(io_error(IMAGE))?;
        let state = snapshot::take(self.interpreter, &preamble, &instance, &start, &files, &mut image)?;
        write(staging, STATE, &serde_json::to_vec(&state).map_err(io::Error::other).map_err(io_error(STATE))?)
    }
}

/// What is at a place; it is made there if nothing is.
fn made(
    entry: &Entry<'_>,
    needs: u64,
    progress: &dyn Progress,
    work: impl FnOnce(&Path) -> Result<(), WorkError>,
) -> Result<Prepared, RuntimeError> {
    Ok(match entry.get()? {
        Some(prepared) => prepared,
        None => entry.prepare(needs, progress, work)?,
    })
}

/// Loads a compiled module and links it.
#[expect(unsafe_code, reason = "a compiled module is native code")]
pub(crate) fn load_module(engine: &Engine, prepared: &Prepared) -> wasmtime::Result<InstancePre<Guest>> {
    let file = prepared.open(MODULE).map_err(io::Error::other)?;
    // SAFETY: the file was written by this program into its private cache (mode 0700, same owner), and is what was
    // written then: the cache checks stamps and digests before it hands out the file.
    let module = unsafe { Module::deserialize_open_file(engine, file)? };
    let mut linker = Linker::new(engine);
    wasi::link(&mut linker)?;
    linker.instantiate_pre(&module)
}

#[derive(Serialize, Deserialize)]
struct Start {
    globals: Vec<String>,
    /// (offset in linear memory, length), in bytes.
    segments: Vec<(usize, usize)>,
}

impl Start {
    fn read(open: OpenKept<'_>) -> io::Result<snapshot::Start> {
        let start: Start = serde_json::from_reader(open(START)?)?;
        let mut data = Vec::new();
        open(SEGMENTS)?.read_to_end(&mut data)?;
        let mut rest = data.as_slice();
        let mut segments = Vec::with_capacity(start.segments.len());
        for (offset, len) in start.segments {
            let (bytes, after) = rest.split_at_checked(len).ok_or(io::ErrorKind::UnexpectedEof)?;
            segments.push(Segment { offset, bytes: bytes.to_vec() });
            rest = after;
        }
        Ok(snapshot::Start { globals: start.globals, segments })
    }
}

fn unpack_nested(staging: &Path, nested: &Nested) -> io::Result<()> {
    let mut archive = ZipArchive::new(File::open(staging.join(nested.archive))?)?;
    let mut member = archive.by_name(nested.member)?;
    io::copy(&mut member, &mut File::create_new(staging.join(nested.kept))?).map(drop)
}

fn write(staging: &Path, file: &'static str, bytes: &[u8]) -> Result<(), WorkError> {
    fs::write(staging.join(file), bytes).map_err(io_error(file))
}

fn io_error(file: &'static str) -> impl FnOnce(io::Error) -> WorkError {
    move |source| WorkError::Io { file, source }
}
