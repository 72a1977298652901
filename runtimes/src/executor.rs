//! Runs programs one after another on one thread, each in memory that is exactly the snapshot.

use std::rc::Rc;
use std::sync::Arc;

use assay_api::{Entry, Exception, Limits, Outcome, Program, Status};
use wasmtime::{Global, InstancePre, Store, Trap, TypedFunc, Val};

use crate::door::{Door, Report};
use crate::guest::{Guest, Handles, Stop, World};
use crate::memory::{Overlay, ResettableMemory, with_image};
use crate::runtime::Loaded;
use crate::secret;
use crate::tasks::{Known, TaskKey, TaskSnapshots};

/// What preparing tests may use.
const PREPARING_FUEL: u64 = 20_000_000_000;

/// Executes programs of one runtime. Stays on the thread that made it.
pub(crate) struct Executor {
    runtime: Arc<Loaded>,
    /// Where programs start that bring no tests.
    core: Rc<Start>,
    tasks: TaskSnapshots,
    /// An instance that can be reset.
    idle: Option<Live>,
    /// Compares all memory with the snapshot after every reset.
    verify: bool,
}

/// A state of the interpreter in which programs start.
#[derive(Debug)]
pub(crate) struct Start {
    /// What differs from the runtime's image.
    pub(crate) overlay: Overlay,
    /// The mutable globals, in the snapshot's order.
    pub(crate) globals: Vec<i32>,
}

/// An instance between programs.
struct Live {
    store: Store<Guest>,
    memory: ResettableMemory,
    entry: TypedFunc<i32, i32>,
    globals: Vec<Global>,
}

impl Executor {
    pub(crate) fn new(runtime: Arc<Loaded>, verify: bool) -> Self {
        let globals = runtime.snapshot.globals.iter().map(|(_, value)| *value).collect();
        let core = Rc::new(Start { overlay: Overlay::default(), globals });
        Executor { runtime, core, tasks: TaskSnapshots::default(), idle: None, verify }
    }

    /// Executes `program`. Never fails: whatever goes wrong is in the outcome.
    pub(crate) fn execute(&mut self, program: &Program) -> Outcome {
        self.try_execute(program).unwrap_or_else(Outcome::infra)
    }

    fn try_execute(&mut self, program: &Program) -> Result<Outcome, String> {
        let needed = self.runtime.snapshot.image.len() as u64;
        if program.limits.memory_bytes < needed {
            return Err(format!(
                "a memory limit of {} bytes is less than the {needed} bytes that the interpreter itself takes",
                program.limits.memory_bytes
            ));
        }
        let (mut live, prepared) = self.begin(program)?;
        live.store.data_mut().world = self.world(program, prepared)?;
        let result = live.run(self.runtime.snapshot.argument, program.limits.fuel);
        let (outcome, intact) = live.outcome(program.limits.fuel, result)?;
        // What the program grew and wrote goes now: the next one may be long in coming.
        live.store.data_mut().world = self.nothing();
        let reusable = intact && live.memory.size() == self.runtime.snapshot.image.len();
        self.idle = reusable.then_some(live);
        Ok(outcome)
    }

    /// An instance in the state in which `program` starts, and whether its tests are compiled in it.
    ///
    /// Whether they are must depend on the tests alone, since it shows in the fuel. Whether that state comes from a
    /// snapshot or from preparing the tests just now shows nowhere.
    fn begin(&mut self, program: &Program) -> Result<(Live, bool), String> {
        let core = Rc::clone(&self.core);
        let Entry::Tests { tests: path, .. } = &program.entry else { return Ok((self.at(&core)?, false)) };
        let tests = program.file(path).ok_or_else(|| format!("the program has no file `{path}`"))?;
        let key = TaskKey::of(path, tests);
        let seen = match self.tasks.get(&key) {
            Some(Known::Snapshot(start)) => return Ok((self.at(&start)?, true)),
            Some(Known::Unpreparable) => return Ok((self.at(&core)?, false)),
            Some(Known::Prepared) => true,
            None => false,
        };
        let argument = self.runtime.snapshot.argument;
        let mut live = self.at(&core)?;
        live.store.data_mut().world = self.preparing_world(path, tests)?;
        if !live.prepare(argument) {
            self.tasks.insert(key, Known::Unpreparable);
            return Ok((self.at(&core)?, false));
        }
        // The first sample of a task goes on from here; a snapshot pays from the second on.
        let known = if seen { live.capture().map(|start| Known::Snapshot(Rc::new(start))) } else { None };
        self.tasks.insert(key, known.unwrap_or(Known::Prepared));
        Ok((live, true))
    }

    /// An instance in the state `start`.
    fn at(&mut self, start: &Start) -> Result<Live, String> {
        if let Some(live) = self.idle.take()
            && let Some(live) = live.reset(start, self.verify)?
        {
            return Ok(live);
        }
        let live = self.instantiate().map_err(|error| format!("no instance: {error:#}"))?;
        live.reset(start, self.verify)?.ok_or_else(|| "a new instance cannot be reset".to_owned())
    }

    fn world(&self, program: &Program, prepared: bool) -> Result<World, String> {
        let door = Door::new(program, prepared, fresh_secret()?)?;
        let stdin = program.stdin.clone().into_bytes();
        let interpreter = self.runtime.interpreter;
        let mut world = World::new(&program.limits, program.seed, stdin, door, interpreter, &self.runtime.files);
        world.place(program, interpreter.working_directory)?;
        Ok(world)
    }

    /// What the harness sees while it prepares tests: nothing of the program that brings them, and no memory to grow
    /// into, since a snapshot cannot hold it.
    fn preparing_world(&self, path: &str, tests: &str) -> Result<World, String> {
        let limits = Limits {
            fuel: PREPARING_FUEL,
            memory_bytes: self.runtime.snapshot.image.len() as u64,
            ..Limits::default()
        };
        let door = Door::preparing(path, tests, fresh_secret()?)?;
        Ok(World::new(&limits, 0, Vec::new(), door, self.runtime.interpreter, &self.runtime.files))
    }

    /// The world of an instance that runs no program.
    fn nothing(&self) -> World {
        let limits = Limits::default();
        World::new(&limits, 0, Vec::new(), Door::default(), self.runtime.interpreter, &self.runtime.files)
    }

    fn instantiate(&self) -> wasmtime::Result<Live> {
        let snapshot = &self.runtime.snapshot;
        let (mut store, instance, memory) = instantiate(&self.runtime.instance, self.nothing(), Some(&snapshot.image))?;
        let entry = instance.get_typed_func(&mut store, self.runtime.interpreter.entry)?;
        let mut globals = Vec::with_capacity(snapshot.globals.len());
        for (name, _) in &snapshot.globals {
            let global = instance.get_global(&mut store, name);
            globals.push(global.ok_or_else(|| wasmtime::Error::msg(format!("the module has no global {name}")))?);
        }
        let memory = memory.ok_or_else(|| wasmtime::Error::msg("the module created no memory"))?;
        Ok(Live { store, memory, entry, globals })
    }
}

fn fresh_secret() -> Result<String, String> {
    secret::fresh().map_err(|error| format!("no randomness for a secret: {error}"))
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
    fn run(&mut self, argument: i32, fuel: u64) -> wasmtime::Result<i32> {
        self.store.set_fuel(fuel)?;
        self.entry.call(&mut self.store, argument)
    }

    /// Has the harness prepare the tests that the world's door holds; whether that worked, and left a state that a
    /// snapshot can hold.
    fn prepare(&mut self, argument: i32) -> bool {
        let size = self.memory.size();
        let finished = self.run(argument, PREPARING_FUEL).is_ok();
        let report = self.store.data_mut().world.door.take_report();
        let done = report.is_some_and(|report| matches!(report.status, Status::Completed { exit_code: 0 }));
        if !finished || !done {
            return false;
        }
        self.memory.size() == size
    }

    /// The state of the instance, which runs no program.
    fn capture(&mut self) -> Option<Start> {
        let overlay = self.memory.capture()?;
        let globals = self.globals.iter().map(|global| global.get(&mut self.store).i32()).collect::<Option<_>>()?;
        Some(Start { overlay, globals })
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
            seed_used: true, // the harness seeds `random` for every program
        };
        Ok((outcome, intact))
    }

    /// Brings the instance into the state `start`; `None` when a new instance is needed.
    fn reset(mut self, start: &Start, verify: bool) -> Result<Option<Self>, String> {
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
