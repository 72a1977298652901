//! An instance between programs, and what a program leaves of it.

use std::sync::Arc;

use assay_api::{Exception, Outcome, Status};
use wasmtime::{Global, Instance, InstancePre, Store, Trap, TypedFunc, Val};

use crate::door::Report;
use crate::execution::{Execution, at_once};
use crate::guest::{Growth, Guest, Handles, Stop, World};
use crate::memory::{Image, Overlay, ResettableMemory, with_image};
use crate::meter::Gauge;
use crate::runtime::Loaded;

/// A page of WebAssembly's, in bytes.
const WASM_PAGE: usize = 64 << 10;

/// A state of the interpreter in which programs start.
#[derive(Debug)]
pub(crate) struct Start {
    /// The layer whose image it differs from.
    pub(crate) layer: usize,
    /// What differs from that image.
    pub(crate) overlay: Overlay,
    /// The mutable globals, in the snapshot's order.
    pub(crate) globals: Vec<i32>,
    /// What getting there from the layer's own state took.
    pub(crate) fuel: u64,
}

/// What came of preparing tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preparation {
    /// They are prepared, in a state that a snapshot can hold, which took so much fuel.
    Done { fuel: u64 },
    /// The fuel was used up.
    Exhausted,
    /// It failed, or left a state that a snapshot cannot hold.
    Failed,
}

/// An instance between programs.
pub(crate) struct Live {
    /// The layer whose image its memory has.
    pub(crate) layer: usize,
    pub(crate) store: Store<Guest>,
    pub(crate) memory: ResettableMemory,
    /// Runs what is behind the door.
    pub(crate) entry: TypedFunc<i32, i32>,
    /// What `entry` is called with.
    pub(crate) argument: i32,
    globals: Vec<Global>,
    pub(crate) instance: Instance,
    /// Whether it must not run another program.
    pub(crate) spent: bool,
}

/// Instantiates a lifted module with `image` as its memory, or with zeroes.
pub(crate) fn instantiate(
    module: &InstancePre<Guest>,
    world: World,
    image: Option<&Arc<Image>>,
) -> wasmtime::Result<(Store<Guest>, Instance, Option<ResettableMemory>)> {
    let mut store = Store::new(module.module().engine(), Guest { handles: None, world });
    store.limiter(|guest| &mut guest.world.growth);
    let (instance, memory) = match image {
        Some(image) => {
            let (instance, memory) = with_image(image, || at_once(module.instantiate_async(&mut store)))?;
            (instance, Some(memory))
        }
        None => (at_once(module.instantiate_async(&mut store))?, None),
    };
    let memory_export = instance
        .get_memory(&mut store, "memory")
        .ok_or_else(|| wasmtime::Error::msg("the module exports no memory"))?;
    let alloc = instance.get_typed_func(&mut store, "host_alloc")?;
    let fuel = Gauge::of(&instance, &mut store)?;
    // The clock goes by what is used of this.
    let most = store.data().world.fuel;
    fuel.fill(&mut store, most)?;
    store.data_mut().handles = Some(Handles { memory: memory_export, alloc, fuel });
    Ok((store, instance, memory))
}

impl Live {
    /// A new instance of `runtime`, in the state of one of its layers.
    ///
    /// # Errors
    /// When the system gives no memory, or the module is not what was prepared.
    pub(crate) fn new(runtime: &Loaded, layer: usize, world: World) -> wasmtime::Result<Self> {
        let snapshot = &runtime.layers[layer];
        let (mut store, instance, memory) = instantiate(&runtime.instance, world, Some(&snapshot.image))?;
        let entry = instance.get_typed_func(&mut store, runtime.interpreter.entry)?;
        let mut globals = Vec::with_capacity(snapshot.globals.len());
        for (name, _) in &snapshot.globals {
            let global = instance.get_global(&mut store, name);
            globals.push(global.ok_or_else(|| wasmtime::Error::msg(format!("the module has no global {name}")))?);
        }
        let memory = memory.ok_or_else(|| wasmtime::Error::msg("the module created no memory"))?;
        let argument = snapshot.argument;
        Ok(Live { layer, store, memory, entry, argument, globals, instance, spent: false })
    }

    /// Has the harness prepare the tests that the world's door holds, with `fuel`. Gives the instance, and what came of it.
    pub(crate) fn prepare(self, fuel: u64) -> Result<(Self, Preparation), String> {
        let (mut live, result) = Execution::new(self, fuel)?.finish();
        let (used, exhausted) = live.used(fuel).map_err(|error| error.to_string())?;
        let preparation = match result {
            Ok(_) if live.is_prepared() => Preparation::Done { fuel: used },
            Err(_) if exhausted => Preparation::Exhausted,
            Ok(_) | Err(_) => Preparation::Failed,
        };
        Ok((live, preparation))
    }

    fn is_prepared(&mut self) -> bool {
        let world = &mut self.store.data_mut().world;
        let seed_used = world.seed_used();
        let report = world.door.take_report();
        let done = report.is_some_and(|report| matches!(report.status, Status::Completed { exit_code: 0 }));
        // What else the helpers did, a snapshot cannot hold: the program is to do that itself.
        let (stdout, stderr) = world.streams.take();
        let quiet = stdout.bytes.is_empty() && stderr.bytes.is_empty();
        let without_files = world.files.nothing_opened() && !world.files.limit_hit();
        // Of what grew, it holds linear memory alone.
        let within_memory = !world.growth.denied && world.growth.by == self.memory.grown();
        done && quiet && without_files && within_memory && !seed_used && !self.spent
    }

    /// The global that is the pointer of the stack in linear memory: compilers give a module no other that changes.
    ///
    /// # Errors
    /// When the module has several.
    pub(crate) fn stack_pointer(&self) -> wasmtime::Result<Global> {
        match self.globals[..] {
            [global] => Ok(global),
            _ => Err(wasmtime::Error::msg("the module has several mutable globals")),
        }
    }

    /// The state of the instance, which runs no program, and which took `fuel` to get there.
    pub(crate) fn capture(&mut self, fuel: u64) -> Option<Start> {
        let overlay = self.memory.capture()?;
        let globals = self.globals.iter().map(|global| global.get(&mut self.store).i32()).collect::<Option<_>>()?;
        Some(Start { layer: self.layer, overlay, globals, fuel })
    }

    /// Makes memory as large as it is in the state `start`, if it is as large as its image.
    fn grow(&mut self, start: &Start) -> wasmtime::Result<()> {
        let grown = start.overlay.grown();
        if grown == 0 || self.memory.grown() > 0 {
            return Ok(());
        }
        self.store.data_mut().world.growth = Growth::within(grown as u64);
        if let Some(Handles { memory, .. }) = self.store.data().handles.clone() {
            memory.grow(&mut self.store, (grown / WASM_PAGE) as u64)?;
        }
        Ok(())
    }

    /// Gives the next program its fuel.
    pub(crate) fn refuel(&mut self, fuel: u64) -> wasmtime::Result<()> {
        self.gauge()?.fill(&mut self.store, fuel)
    }

    /// How much of the `fuel` that the program started with it used, and whether it was ended for want of more.
    fn used(&mut self, fuel: u64) -> wasmtime::Result<(u64, bool)> {
        let gauge = self.gauge()?;
        let left = gauge.left(&mut self.store)?;
        let fuel = fuel.min(Gauge::MOST);
        Ok((fuel - left.min(fuel), gauge.is_exhausted(&mut self.store)?))
    }

    fn gauge(&self) -> wasmtime::Result<Gauge> {
        let handles = self.store.data().handles.as_ref();
        handles.map(|handles| handles.fuel).ok_or_else(|| wasmtime::Error::msg("no instance"))
    }

    /// What the program's end means, and whether the instance may run another one.
    pub(crate) fn outcome(&mut self, fuel: u64, result: wasmtime::Result<i32>) -> Result<(Outcome, bool), String> {
        let (used, exhausted) = self.used(fuel).map_err(|error| error.to_string())?;
        let world = &mut self.store.data_mut().world;
        let report = world.door.take_report();
        let Growth { denied, by: grown, .. } = world.growth;
        let seed_used = world.seed_used();
        let over_file_limit = world.files.limit_hit();
        let (stdout, stderr) = world.streams.take();
        let intact = result.is_ok() && !self.spent && grown == 0 && self.memory.grown() == 0;
        let Report { status, record, coverage } = match result {
            Ok(_) => report.unwrap_or(Report {
                status: Status::Trap { message: "the interpreter ended without a report".to_owned() },
                record: None,
                coverage: None,
            }),
            Err(_) if exhausted => Report { status: Status::OutOfFuel, record: None, coverage: None },
            Err(error) => Report { status: stopped(&error)?, record: None, coverage: None },
        };
        let status = match status {
            Status::Exception { exception } if is_out_of_memory(&exception, denied) => Status::OutOfMemory,
            Status::Trap { .. } if denied => Status::OutOfMemory,
            Status::Exception { .. } if over_file_limit => Status::FileLimit,
            status => status,
        };
        let outcome = Outcome {
            status,
            fuel: used,
            peak_memory_bytes: self.memory.size() as u64,
            stdout,
            stderr,
            record,
            coverage,
            candidate: None,
            seed_used,
        };
        Ok((outcome, intact))
    }

    /// Brings the instance into the state `start`; `None` when a new instance is needed.
    pub(crate) fn reset(mut self, start: &Start, verify: bool) -> Result<Option<Self>, String> {
        self.grow(start).map_err(|error| format!("no memory for a snapshot: {error:#}"))?;
        match self.memory.reset(&start.overlay) {
            None => return Ok(None),
            Some(Err(error)) => return Err(format!("memory could not be reset: {error}")),
            Some(Ok(_)) => {}
        }
        for (global, value) in self.globals.iter().zip(&start.globals) {
            global.set(&mut self.store, Val::I32(*value)).map_err(|error| format!("a global: {error:#}"))?;
        }
        if verify && !self.memory.equals(&start.overlay) {
            // Another program must never see this one's traces; going on would be worse than stopping.
            eprintln!("assay: a memory reset left a difference; this is a bug, please report it");
            std::process::abort();
        }
        Ok(Some(self))
    }
}

/// Whether an exception says that memory ran out: the interpreter's own one has no message, others (numpy's
/// `_ArrayMemoryError`, or one that the program raises) count when memory was `denied`. CPython's parser raises
/// `MemoryError` for nesting that it cannot parse.
fn is_out_of_memory(exception: &Exception, denied: bool) -> bool {
    let interpreters_own = exception.type_name == "MemoryError" && exception.message.is_empty();
    interpreters_own || denied && exception.type_name.ends_with("MemoryError")
}

/// The status of a program that did not return.
fn stopped(error: &wasmtime::Error) -> Result<Status, String> {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return Ok(match stop {
            Stop::Exit(code) => Status::Completed { exit_code: code & 0xff },
            Stop::OutOfFuel => Status::OutOfFuel,
            Stop::OutOfTime => Status::OutOfTime,
            Stop::OutputLimit => Status::OutputLimit,
            Stop::FileLimit => Status::FileLimit,
            Stop::BadPointer | Stop::Stuck => Status::Trap { message: stop.to_string() },
        });
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => Ok(Status::StackOverflow),
        Some(trap) => Ok(Status::Trap { message: trap.to_string() }),
        None => Err(format!("{error:#}")),
    }
}
