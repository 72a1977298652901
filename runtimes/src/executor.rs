//! Runs programs one after another on one thread, each in memory that is exactly the snapshot.

use std::collections::HashSet;
use std::iter;
use std::rc::Rc;
use std::sync::Arc;

use assay_api::{Candidate, Entry, Limits, Outcome, Program, SourceFile};

use crate::counterpart::{Counterpart, Gone};
use crate::door::Door;
use crate::execution::{Ended, Execution, Halt};
use crate::guest::{Growth, World};
use crate::interpreter::Interpreter;
use crate::live::{Live, Preparation, Start};
use crate::memory::Overlay;
use crate::runtime::Loaded;
use crate::secret;
use crate::side::{Kind, Side};
use crate::snapshot::Snapshot;
use crate::tasks::{Budget, Known, TaskKey, TaskSnapshots};
use crate::translation::{Toll, Translated};
use crate::verification::Verification;

/// How much memory a program must have left in a layer, in bytes.
const LEAST_ROOM: u64 = 64 << 20;

/// What preparing tests that run beside their solution may use. A judge may use what it has.
const PREPARING_FUEL: u64 = 20_000_000_000;

/// What compiling a candidate's main program ahead may use: it is not long where many candidates have the same.
const COMPILING_FUEL: u64 = 1_000_000_000;

/// By how much memory may grow in a state that is kept, in bytes: a snapshot holds what is in it.
const KEPT_GROWTH: u64 = 24 << 20;

/// Preparations that took more fuel than this are kept at once, others when they turn out to be needed again.
const DEAR: u64 = 500_000_000;

/// Executes programs of one runtime. Stays on the thread that made it.
pub(crate) struct Executor {
    runtime: Arc<Loaded>,
    /// In the runtime's order.
    layers: Vec<Layer>,
    tasks: TaskSnapshots,
    verify: Verification,
}

/// Where programs start that import certain packages.
struct Layer {
    /// Where programs start that bring no tests.
    start: Rc<Start>,
    /// Instances that can be reset: as many as one execution needs at most.
    idle: Vec<Live>,
}

/// In what state a program begins.
#[derive(Debug, Clone, Copy, Default)]
struct Beginning {
    /// Whether its tests are compiled, and the modules imported that help them.
    prepared: bool,
    /// What it has used of its fuel.
    fuel: u64,
}

impl Executor {
    pub(crate) fn new(runtime: Arc<Loaded>, verify: bool) -> Self {
        let layer = |(layer, snapshot): (usize, &Snapshot)| {
            let globals = snapshot.globals.iter().map(|(_, value)| *value).collect();
            Layer { start: Rc::new(Start { layer, overlay: Overlay::default(), globals, fuel: 0 }), idle: Vec::new() }
        };
        let layers = runtime.layers.iter().enumerate().map(layer).collect();
        Executor { runtime, layers, tasks: TaskSnapshots::default(), verify: Verification::new(verify) }
    }

    /// Executes `program`. Never fails: whatever goes wrong is in the outcome.
    pub(crate) fn execute(&mut self, program: &Program) -> Outcome {
        self.try_execute(program).unwrap_or_else(Outcome::infra)
    }

    fn try_execute(&mut self, program: &Program) -> Result<Outcome, String> {
        let Some(translator) = self.runtime.interpreter.translator else {
            return self.run(program, Toll::default());
        };
        let Translated { program, program_side, candidate_side } = translator.program(program);
        let fuel = program_side.fuel;
        match program_side.outcome() {
            Some(outcome) => Ok(outcome),
            None => {
                let outcome = self.run(&program, candidate_side)?;
                Ok(Outcome { fuel: outcome.fuel + fuel, ..outcome })
            }
        }
    }

    /// Runs a program whose files the interpreter can read, and whose candidate has paid the toll `candidate_side`.
    fn run(&mut self, program: &Program, candidate_side: Toll) -> Result<Outcome, String> {
        let side = Side::of(program)?;
        match &program.entry {
            Entry::Judged { candidate, .. } => self.judge(&side, candidate, candidate_side),
            Entry::Script { .. } | Entry::Tests { .. } => {
                let ended = self.launch(&side)?.finish();
                self.finish(ended, side.limits.fuel)
            }
        }
    }

    /// Runs the judge on `side` and `candidate`, by turns: only one of them runs at any time, on this thread.
    fn judge(&mut self, side: &Side<'_>, candidate: &Candidate, toll: Toll) -> Result<Outcome, String> {
        let Interpreter { name, calls_functions, .. } = self.runtime.interpreter;
        if candidate.functions && !calls_functions {
            return Err(format!(
                "the runtime {name} cannot call a candidate's functions from tests in another instance"
            ));
        }
        let other = Side::of_candidate(candidate, side.seed)?;
        let translation = toll.fuel;
        let mut counterpart = match toll.outcome() {
            Some(outcome) => Counterpart::ended(outcome),
            None => Counterpart::start(self.launch(&other)?, other.limits.fuel),
        };
        let mut halt = self.launch(side)?.resume();
        let ended = loop {
            match halt {
                Halt::Asks(judge, message) => halt = judge.answer(Some(counterpart.ask(message))).resume(),
                Halt::Ended(ended) => break ended,
            }
        };
        let Gone { instance, mut outcome } = counterpart.dismiss()?;
        if let Some((live, intact)) = instance {
            self.keep(live, intact);
            outcome.fuel += translation;
        }
        let judged = self.finish(ended, side.limits.fuel)?;
        let seed_used = judged.seed_used || outcome.seed_used;
        Ok(Outcome { candidate: Some(Box::new(outcome)), seed_used, ..judged })
    }

    /// `side` in an instance, about to run.
    fn launch(&mut self, side: &Side<'_>) -> Result<Execution, String> {
        let layer = self.layer(side);
        let needed = self.image_bytes(layer);
        if side.limits.memory_bytes < needed {
            return Err(format!(
                "a memory limit of {} bytes is less than the {needed} bytes that the interpreter itself takes",
                side.limits.memory_bytes
            ));
        }
        let (mut live, beginning) = self.begin(layer, side)?;
        let growth = Growth::within((side.limits.memory_bytes - needed).saturating_sub(live.memory.grown() as u64));
        live.store.data_mut().world = World { growth, ..self.world(side, beginning.prepared)? };
        Execution::new(live, side.limits.fuel - beginning.fuel)
    }

    /// The layer in which `side` starts: the last one whose packages it imports, and which leaves it enough of its memory.
    fn layer(&self, side: &Side<'_>) -> usize {
        let interpreter = self.runtime.interpreter;
        let imported: HashSet<&str> = side.files.iter().flat_map(|file| (interpreter.imports)(&file.text)).collect();
        let serves = |&layer: &usize| {
            let fits = self.image_bytes(layer) + LEAST_ROOM <= side.limits.memory_bytes;
            fits && interpreter.layers[layer].packages.iter().any(|package| imported.contains(package))
        };
        (0..self.layers.len()).rev().find(serves).unwrap_or(0)
    }

    fn image_bytes(&self, layer: usize) -> u64 {
        self.runtime.layers[layer].image.len() as u64
    }

    /// What a program's end means.
    fn finish(&mut self, (mut live, result): Ended, fuel: u64) -> Result<Outcome, String> {
        let (outcome, intact) = live.outcome(fuel, result)?;
        self.keep(live, intact);
        Ok(outcome)
    }

    /// Keeps an instance for another program if it can be reset.
    fn keep(&mut self, mut live: Live, intact: bool) {
        /// What the largest execution needs.
        const INSTANCES: usize = 2;
        // What the program grew and wrote goes now: the next one may be long in coming.
        live.store.data_mut().world = self.nothing();
        let idle = &mut self.layers[live.layer].idle;
        if intact && idle.len() < INSTANCES {
            idle.push(live);
        }
    }

    /// An instance in the state in which `side` starts, and what is done there.
    ///
    /// What is must depend on tests, helpers and limits alone, since it shows in the fuel. Whether that state comes from a
    /// snapshot or from preparing the tests just now shows nowhere.
    fn begin(&mut self, layer: usize, side: &Side<'_>) -> Result<(Live, Beginning), String> {
        let core = Rc::clone(&self.layers[layer].start);
        let unprepared = Beginning::default();
        let Some((path, tests)) = side.tests else { return Ok((self.at(&core)?, unprepared)) };
        let helpers = side.helpers(self.runtime.interpreter.helper, self.runtime.interpreter.imports);
        let files = if helpers.is_empty() { Vec::new() } else { side.helping_files() };
        let texts = files.iter().map(|file| (file.path.as_str(), file.text.as_str()));
        let room = side.limits.memory_bytes - self.image_bytes(layer);
        let kept_room = room.min(KEPT_GROWTH);
        // Nothing of a judge comes before what it imports, so it pays for that: what it cannot pay, it runs out of. A
        // candidate pays for all that is its own.
        let (pays, budget) = match side.kind {
            Kind::Judge if !helpers.is_empty() => (true, Budget { fuel: side.limits.fuel, memory_bytes: room }),
            Kind::Candidate => (true, Budget { fuel: side.limits.fuel.min(COMPILING_FUEL), memory_bytes: kept_room }),
            _ => (false, Budget { fuel: PREPARING_FUEL, memory_bytes: kept_room }),
        };
        let prepared = |fuel| Beginning { prepared: true, fuel: if pays { fuel } else { 0 } };
        let exhausted = match side.kind {
            Kind::Judge if pays => Beginning { prepared: false, fuel: side.limits.fuel },
            _ => unprepared,
        };
        let key = TaskKey::of(layer, budget, iter::once((path, tests)).chain(texts));
        let seen = match self.tasks.get(&key) {
            Some(Known::Snapshot(start)) => return Ok((self.at(&start)?, prepared(start.fuel))),
            Some(Known::Unpreparable) => return Ok((self.at(&core)?, unprepared)),
            Some(Known::Exhausting) => return Ok((self.at(&core)?, exhausted)),
            Some(Known::Prepared) => true,
            None => false,
        };
        let mut live = self.at(&core)?;
        let world = self.preparing_world((path, tests), &helpers, &files)?;
        live.store.data_mut().world = World { growth: Growth::within(budget.memory_bytes), ..world };
        let (mut live, preparation) = live.prepare(budget.fuel)?;
        match preparation {
            Preparation::Done { fuel } => {
                // The first sample of a task goes on from here; a snapshot of what is soon made pays from the second on.
                let keep = (seen || fuel > DEAR) && live.memory.grown() as u64 <= KEPT_GROWTH;
                let start = if keep { live.capture(fuel) } else { None };
                self.tasks.insert(key, start.map_or(Known::Prepared, |start| Known::Snapshot(Rc::new(start))));
                Ok((live, prepared(fuel)))
            }
            Preparation::Exhausted => {
                self.tasks.insert(key, Known::Exhausting);
                Ok((self.at(&core)?, exhausted))
            }
            Preparation::Failed => {
                self.tasks.insert(key, Known::Unpreparable);
                Ok((self.at(&core)?, unprepared))
            }
        }
    }

    /// An instance in the state `start`.
    fn at(&mut self, start: &Start) -> Result<Live, String> {
        let verify = self.verify.is_due();
        if let Some(live) = self.layers[start.layer].idle.pop()
            && let Some(live) = live.reset(start, verify)?
        {
            return Ok(live);
        }
        let live = Live::new(&self.runtime, start.layer, self.nothing());
        let live = live.map_err(|error| format!("no instance: {error:#}"))?;
        live.reset(start, verify)?.ok_or_else(|| "a new instance cannot be reset".to_owned())
    }

    fn world(&self, side: &Side<'_>, prepared: bool) -> Result<World, String> {
        let door = Door::new(side, prepared, fresh_secret()?)?;
        let stdin = side.stdin.as_bytes().to_vec();
        let interpreter = self.runtime.interpreter;
        let mut world = World::new(side.limits, side.seed, stdin, door, interpreter, &self.runtime.files);
        world.place(side.files, interpreter.working_directory)?;
        Ok(world)
    }

    /// What the harness sees while it prepares tests: of the program that brings them, the files that help them; and no
    /// room for files, since a snapshot cannot hold them.
    fn preparing_world(&self, tests: (&str, &str), helpers: &[&str], files: &[&SourceFile]) -> Result<World, String> {
        let limits = Limits { fuel: PREPARING_FUEL, file_bytes: 0, file_count: 0, ..Limits::default() };
        let door = Door::preparing(tests, helpers, fresh_secret()?)?;
        let interpreter = self.runtime.interpreter;
        let mut world = World::new(&limits, 0, Vec::new(), door, interpreter, &self.runtime.files);
        world.place(files.iter().copied(), interpreter.working_directory)?;
        Ok(world)
    }

    /// The world of an instance that runs no program.
    fn nothing(&self) -> World {
        let limits = Limits::default();
        World::new(&limits, 0, Vec::new(), Door::default(), self.runtime.interpreter, &self.runtime.files)
    }
}

fn fresh_secret() -> Result<String, String> {
    secret::fresh().map_err(|error| format!("no randomness for a secret: {error}"))
}
