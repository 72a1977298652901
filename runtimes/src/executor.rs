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
use crate::live::{Live, Start};
use crate::memory::Overlay;
use crate::runtime::Loaded;
use crate::secret;
use crate::side::Side;
use crate::snapshot::Snapshot;
use crate::tasks::{Known, TaskKey, TaskSnapshots};
use crate::translation::{Toll, Translated};
use crate::verification::Verification;

/// How much memory a program must have left in a layer, in bytes.
const LEAST_ROOM: u64 = 64 << 20;

/// What preparing tests may use.
const PREPARING_FUEL: u64 = 20_000_000_000;

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

impl Executor {
    pub(crate) fn new(runtime: Arc<Loaded>, verify: bool) -> Self {
        let layer = |(layer, snapshot): (usize, &Snapshot)| {
            let globals = snapshot.globals.iter().map(|(_, value)| *value).collect();
            Layer { start: Rc::new(Start { layer, overlay: Overlay::default(), globals }), idle: Vec::new() }
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
        let (mut live, prepared) = self.begin(layer, side)?;
        let growth = Growth::within(side.limits.memory_bytes - needed);
        live.store.data_mut().world = World { growth, ..self.world(side, prepared)? };
        Execution::new(live, side.limits.fuel)
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

    /// An instance in the state in which `side` starts, and whether its tests are compiled in it, and the modules imported
    /// that help them.
    ///
    /// Whether they are must depend on tests and helpers alone, since it shows in the fuel. Whether that state comes from a
    /// snapshot or from preparing the tests just now shows nowhere.
    fn begin(&mut self, layer: usize, side: &Side<'_>) -> Result<(Live, bool), String> {
        let core = Rc::clone(&self.layers[layer].start);
        let Some((path, tests)) = side.tests else { return Ok((self.at(&core)?, false)) };
        let helpers = side.helpers(self.runtime.interpreter.helper, self.runtime.interpreter.imports);
        let files = if helpers.is_empty() { Vec::new() } else { side.helping_files() };
        let texts = files.iter().map(|file| (file.path.as_str(), file.text.as_str()));
        let key = TaskKey::of(layer, iter::once((path, tests)).chain(texts));
        let seen = match self.tasks.get(&key) {
            Some(Known::Snapshot(start)) => return Ok((self.at(&start)?, true)),
            Some(Known::Unpreparable) => return Ok((self.at(&core)?, false)),
            Some(Known::Prepared) => true,
            None => false,
        };
        let mut live = self.at(&core)?;
        live.store.data_mut().world = self.preparing_world((path, tests), &helpers, &files)?;
        let (mut live, prepared) = live.prepare(PREPARING_FUEL)?;
        if !prepared {
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
    /// memory to grow into and no room for files, since a snapshot cannot hold them.
    fn preparing_world(&self, tests: (&str, &str), helpers: &[&str], files: &[&SourceFile]) -> Result<World, String> {
        let limits = Limits {
            fuel: PREPARING_FUEL,
            memory_bytes: 0, // beyond the image
            file_bytes: 0,
            file_count: 0,
            ..Limits::default()
        };
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
