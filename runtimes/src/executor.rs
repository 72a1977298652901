//! Runs programs one after another on one thread, each in memory that is exactly the snapshot.

use std::sync::Arc;

use assay_api::{Exception, Outcome, Program, Status};
use wasmtime::{Global, InstancePre, Store, Trap, TypedFunc, Val};

use crate::door::{Door, Report};
use crate::guest::{Guest, Handles, Stop, World};
use crate::memory::{ResettableMemory, with_image};
use crate::runtime::Loaded;
use crate::secret;

/// Executes programs of one runtime. Stays on the thread that made it.
pub(crate) struct Executor {
    runtime: Arc<Loaded>,
    /// An instance whose memory and globals are the snapshot's.
    ready: Option<Live>,
    /// Compares all memory with the image after every reset.
    verify: bool,
}

/// An instance between programs.
struct Live {
    store: Store<Guest>,
    memory: ResettableMemory,
    turn: TypedFunc<(i32, i32), i32>,
    globals: Vec<(Global, Val)>,
}

impl Executor {
    pub(crate) fn new(runtime: Arc<Loaded>, verify: bool) -> Self {
        Executor { runtime, ready: None, verify }
    }

    /// Executes `program`. Never fails: whatever goes wrong is in the outcome.
    pub(crate) fn execute(&mut self, program: &Program) -> Outcome {
        self.try_execute(program).unwrap_or_else(Outcome::infra)
    }

    fn try_execute(&mut self, program: &Program) -> Result<Outcome, String> {
        let world = self.world(program)?;
        let mut live = match self.ready.take() {
            Some(mut live) => {
                live.store.data_mut().world = world;
                live
            }
            None => self.instantiate(world).map_err(|error| format!("no instance: {error:#}"))?,
        };
        let result = live.run(program.limits.fuel, self.runtime.snapshot.command);
        let (outcome, intact) = live.outcome(program.limits.fuel, result)?;
        if intact {
            self.ready = live.reset(self.verify)?;
        }
        Ok(outcome)
    }

    fn world(&self, program: &Program) -> Result<World, String> {
        let limits = &program.limits;
        let needed = self.runtime.snapshot.image.len() as u64;
        if limits.memory_bytes < needed {
            return Err(format!(
                "a memory limit of {} bytes is less than the {needed} bytes that the interpreter itself takes",
                limits.memory_bytes
            ));
        }
        let secret = secret::fresh().map_err(|error| format!("no randomness for a secret: {error}"))?;
        let door = Door::new(program, secret)?;
        let stdin = program.stdin.clone().into_bytes();
        let interpreter = self.runtime.interpreter;
        let mut world = World::new(limits, program.seed, stdin, door, interpreter, &self.runtime.files);
        world.place(program, interpreter.working_directory)?;
        Ok(world)
    }

    fn instantiate(&self, world: World) -> wasmtime::Result<Live> {
        let snapshot = &self.runtime.snapshot;
        let (mut store, instance, memory) = instantiate(&self.runtime.instance, world, Some(&snapshot.image))?;
        let turn = instance.get_typed_func(&mut store, "turn")?;
        let mut globals = Vec::with_capacity(snapshot.globals.len());
        for (name, value) in &snapshot.globals {
            let global = instance
                .get_global(&mut store, name)
                .ok_or_else(|| wasmtime::Error::msg(format!("the module has no global {name}")))?;
            globals.push((global, Val::I32(*value)));
        }
        let memory = memory.ok_or_else(|| wasmtime::Error::msg("the module created no memory"))?;
        Ok(Live { store, memory, turn, globals })
    }
}

/// Instantiates a lifted module with `image` as its memory, or with zeroes.
pub(crate) fn instantiate(
    module: &InstancePre<Guest>,
    world: World,
    image: Option<&Arc<crate::memory::Image>>,
) -> wasmtime::Result<(Store<Guest>, wasmtime::Instance, Option<ResettableMemory>)> {
    let mut store = Store::new(module.module().engine(), Guest { handles: None, world });
    store.limiter(|guest| &mut guest.world.growth);
    // Instantiation's own fuel depends on how memory is made, so the program's is set afterwards.
    store.set_fuel(u64::MAX)?;
    let (instance, memory) = match image {
        Some(image) => {
            let (instance, memory) = with_image(image, || module.instantiate(&mut store))?;
            (instance, Some(memory))
        }
        None => (module.instantiate(&mut store)?, None),
    };
    let memory_export = instance
        .get_memory(&mut store, "memory")
        .ok_or_else(|| wasmtime::Error::msg("the module exports no memory"))?;
    let alloc = instance.get_typed_func(&mut store, "host_alloc")?;
    store.data_mut().handles = Some(Handles { memory: memory_export, alloc });
    Ok((store, instance, memory))
}

impl Live {
    fn run(&mut self, fuel: u64, command: (i32, i32)) -> wasmtime::Result<i32> {
        for (global, value) in &self.globals {
            global.set(&mut self.store, *value)?;
        }
        self.store.set_fuel(fuel)?;
        self.turn.call(&mut self.store, command)
    }

    /// What the program's end means, and whether the instance may run another one.
    fn outcome(&mut self, fuel: u64, result: wasmtime::Result<i32>) -> Result<(Outcome, bool), String> {
        let fuel_left = self.store.get_fuel().map_err(|error| error.to_string())?;
        let world = &mut self.store.data_mut().world;
        let report = world.door.take_report();
        let denied = world.growth.denied;
        let over_file_limit = world.files.limit_hit();
        let (stdout, stderr) = world.streams.take();
        let intact = result.is_ok();
        let Report { status, record } = match result {
            Ok(_) => report.unwrap_or(Report {
                status: Status::Trap { message: "the interpreter ended without a report".to_owned() },
                record: None,
            }),
            Err(error) => Report { status: stopped(&error)?, record: None },
        };
        let status = match status {
            Status::Exception { exception } if is_out_of_memory(&exception, denied) => Status::OutOfMemory,
            Status::Trap { .. } if denied => Status::OutOfMemory,
            Status::Exception { .. } if over_file_limit => Status::FileLimit,
            status => status,
        };
        let outcome = Outcome {
            status,
            fuel: fuel - fuel_left.min(fuel),
            peak_memory_bytes: self.memory.size() as u64,
            stdout,
            stderr,
            record,
        };
        Ok((outcome, intact))
    }

    /// Brings memory back to the snapshot; `None` when a new instance is needed.
    fn reset(self, verify: bool) -> Result<Option<Self>, String> {
        match self.memory.reset() {
            None => return Ok(None),
            Some(Err(error)) => return Err(format!("memory could not be reset: {error}")),
            Some(Ok(_)) => {}
        }
        if verify && !self.memory.equals_image() {
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
            Stop::OutOfTime => Status::OutOfTime,
            Stop::OutputLimit => Status::OutputLimit,
            Stop::FileLimit => Status::FileLimit,
            Stop::BadPointer => Status::Trap { message: stop.to_string() },
        });
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Ok(Status::OutOfFuel),
        Some(Trap::StackOverflow) => Ok(Status::StackOverflow),
        Some(trap) => Ok(Status::Trap { message: trap.to_string() }),
        None => Err(format!("{error:#}")),
    }
}
