//! Taking a snapshot: the interpreter's memory after start-up and imports, and its globals.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::Arc;

use assay_api::Limits;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use wasmtime::{Instance, InstancePre, Memory, Store};

use crate::door::Door;
use crate::execution::at_once;
use crate::files;
use crate::guest::{Guest, World};
use crate::interpreter::Interpreter;
use crate::lift::Segment;
use crate::live::instantiate;
use crate::memory::Image;

/// Where programs start.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Linear memory.
    pub(crate) image: Arc<Image>,
    /// The mutable globals, by export name.
    pub(crate) globals: Vec<(String, i32)>,
    /// What the function that runs a program is called with.
    pub(crate) argument: i32,
}

/// What a snapshot has besides memory.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SnapshotState {
    pub(crate) globals: Vec<(String, i32)>,
    pub(crate) argument: i32,
}

/// What starting an interpreter needs besides its compiled module.
#[derive(Debug)]
pub(crate) struct Start {
    /// The names under which the mutable globals are exported.
    pub(crate) globals: Vec<String>,
    /// What instantiation would have written to memory.
    pub(crate) segments: Vec<Segment>,
}

/// Why no snapshot could be taken.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The engine's error.
    #[error("starting the interpreter: {0:#}")]
    Engine(#[from] wasmtime::Error),
    /// The interpreter's stack limits could not be set.
    #[error("setting the interpreter's stack limits: {0}")]
    Stack(String),
    /// The harness did not install.
    #[error("the harness failed in the interpreter: {0}")]
    Harness(String),
    /// The image could not be written.
    #[error("writing the snapshot: {0}")]
    Io(#[from] io::Error),
}

/// Starts the interpreter, runs `preamble`, which installs the harness, and writes memory to `image`.
///
/// Clock and randomness are as deterministic as a program's, so every machine takes the same snapshot.
///
/// # Errors
/// When the interpreter or the harness fails, or `image` cannot be written.
pub(crate) fn take(
    interpreter: &'static Interpreter,
    preamble: &str,
    module: &InstancePre<Guest>,
    start: &Start,
    files: &Arc<files::Image>,
    image: &mut File,
) -> Result<SnapshotState, SnapshotError> {
    let (mut store, instance, memory) = run(interpreter, preamble, module, start, files)?;
    (interpreter.set_c_stack)(memory.data_mut(&mut store), interpreter.c_stack_bytes).map_err(SnapshotError::Stack)?;
    let argument = store.data_mut().world.door.take_argument();
    let argument = argument.ok_or_else(|| SnapshotError::Harness("it did not tell its entry".to_owned()))?;
    let globals = start
        .globals
        .iter()
        .map(|name| {
            let global = instance.get_global(&mut store, name);
            let value = global.and_then(|global| global.get(&mut store).i32());
            value.map(|value| (name.clone(), value)).ok_or_else(|| wasmtime::Error::msg("a global is not an i32"))
        })
        .collect::<Result<_, _>>()?;
    write_sparse(image, memory.data(&store))?;
    Ok(SnapshotState { globals, argument })
}

/// Starts the interpreter and runs `source`, which makes files of others: (path, contents).
///
/// # Errors
/// When the interpreter or the source fails.
pub(crate) fn translate(
    interpreter: &'static Interpreter,
    source: &str,
    module: &InstancePre<Guest>,
    start: &Start,
    files: &Arc<files::Image>,
) -> Result<BTreeMap<String, Vec<u8>>, SnapshotError> {
    let (mut store, ..) = run(interpreter, source, module, start, files)?;
    Ok(store.data_mut().world.door.take_translated())
}

/// Starts the interpreter and runs `source` in it, which must print nothing.
fn run(
    interpreter: &'static Interpreter,
    source: &str,
    module: &InstancePre<Guest>,
    start: &Start,
    files: &Arc<files::Image>,
) -> Result<(Store<Guest>, Instance, Memory), SnapshotError> {
    let limits = Limits { fuel: u64::MAX, ..Limits::default() };
    let world = World::new(&limits, 0, Vec::new(), Door::installing(interpreter.make_immortal), interpreter, files);
    let (mut store, instance, _) = instantiate(module, world, None)?;
    let memory = instance.get_memory(&mut store, "memory").ok_or_else(|| wasmtime::Error::msg("no memory"))?;
    for Segment { offset, bytes } in &start.segments {
        memory.write(&mut store, *offset, bytes).map_err(wasmtime::Error::from)?;
    }
    at_once(instance.get_typed_func::<(), ()>(&mut store, "_initialize")?.call_async(&mut store, ()))?;
    let source = place(&mut store, source.as_bytes())?;
    let turn = instance.get_typed_func::<(i32, i32), i32>(&mut store, "turn")?;
    let status = at_once(turn.call_async(&mut store, source))?;
    let (stdout, stderr) = store.data_mut().world.streams.take();
    if status != 0 || !stdout.bytes.is_empty() || !stderr.bytes.is_empty() {
        return Err(SnapshotError::Harness(format!("status {status}: {}{}", stdout.text(), stderr.text())));
    }
    Ok((store, instance, memory))
}

/// Copies `bytes` into memory of the interpreter's own allocation.
pub(crate) fn place(store: &mut Store<Guest>, bytes: &[u8]) -> wasmtime::Result<(i32, i32)> {
    let handles = store.data().handles.clone().ok_or_else(|| wasmtime::Error::msg("no instance"))?;
    let len = i32::try_from(bytes.len())?;
    let at = at_once(handles.alloc.call_async(&mut *store, len))?;
    handles.memory.write(store, at.cast_unsigned() as usize, bytes)?;
    Ok((at, len))
}

/// Writes `bytes` with holes for zero pages.
fn write_sparse(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    const CHUNK: usize = 64 << 10;
    file.set_len(bytes.len() as u64)?;
    for (index, chunk) in bytes.chunks(CHUNK).enumerate() {
        if chunk.iter().any(|byte| *byte != 0) {
            file.seek(SeekFrom::Start((index * CHUNK) as u64))?;
            file.write_all(chunk)?;
        }
    }
    Ok(())
}
