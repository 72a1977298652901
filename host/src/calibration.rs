//! What fuel a task's programs may use, where the suite lets its gold answers decide that.

use std::collections::BTreeMap;

use assay_api::{Calibration, Outcome, Program, Task, Verdict};

use crate::batch::Batch;
use crate::catalogue::LoadedSuite;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::TaskFuel;

/// Gold answers are deterministic where the suite is sound; one that draws randomness gets this seed, in every run.
const SEED: u64 = 0;

/// How many tasks a warning names.
const NAMED: usize = 5;

/// The fuel limits of a run's tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FuelLimits {
    by_task: BTreeMap<String, TaskFuel>,
}

/// A task's gold answer and what is known of it so far.
struct Gold<'a> {
    task: &'a Task,
    programs: Vec<Program>,
    outcomes: Vec<Option<Outcome>>,
}

impl FuelLimits {
    /// The limits of `tasks`: those of `recorded` by task id, the others by executing the gold answers, of which
    /// `progress` is told how many programs are done and how many there are. Empty where the suite sets one limit for
    /// all.
    ///
    /// # Errors
    /// When the suite fails, the sandbox fails on a program twice, or the user interrupts.
    pub fn find(
        suite: &LoadedSuite,
        tasks: &[&Task],
        recorded: BTreeMap<String, TaskFuel>,
        batch: &Batch<'_>,
        progress: impl FnMut(u64, u64),
    ) -> Result<Self, Failure> {
        let mut limits = FuelLimits { by_task: recorded };
        if let Some(calibration) = suite.info().calibration {
            limits.calibrate(calibration, suite, tasks, batch, progress)?;
        }
        Ok(limits)
    }

    fn calibrate(
        &mut self,
        calibration: Calibration,
        suite: &LoadedSuite,
        tasks: &[&Task],
        batch: &Batch<'_>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), Failure> {
        let unsupported = &suite.info().unsupported;
        for task in tasks.iter().filter(|task| unsupported.contains(&task.id)) {
            self.by_task.entry(task.id.clone()).or_insert(TaskFuel { gold: None, limit: calibration.limit(None) });
        }
        let unknown = tasks.iter().filter(|task| !self.by_task.contains_key(&task.id));
        let mut golds = unknown.map(|task| Gold::new(suite, task)).collect::<Result<Vec<_>, _>>()?;
        let places: Vec<(usize, usize)> = (0..)
            .zip(&golds)
            .flat_map(|(gold, of)| (0..of.programs.len()).map(move |program| (gold, program)))
            .collect();
        let programs: Vec<Program> = golds.iter().flat_map(|gold| gold.programs.iter().cloned()).collect();
        let (mut done, total) = (0, programs.len() as u64);
        batch.run(programs.into_iter().map(Ok), |index, outcome| {
            let (gold, program) = places[index];
            golds[gold].outcomes[program] = Some(outcome);
            done += 1;
            progress(done, total);
            Ok(())
        })?;
        for gold in golds {
            let id = gold.task.id.clone();
            let used = gold.fuel(suite)?;
            self.by_task.insert(id, TaskFuel { gold: used, limit: calibration.limit(used) });
        }
        Ok(())
    }

    /// What the programs of the task called `id` may use; `None` where they have limits of their own.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<TaskFuel> {
        self.by_task.get(id).copied()
    }

    /// The lowest and the highest limit.
    #[must_use]
    pub fn range(&self) -> Option<(u64, u64)> {
        let limits = || self.by_task.values().map(|fuel| fuel.limit);
        limits().min().zip(limits().max())
    }

    /// What the reader of the run's numbers must know: tasks whose gold answer is missing or does not pass.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let unproven = || self.by_task.iter().filter(|(_, fuel)| fuel.gold.is_none()).map(|(id, _)| id.as_str());
        let count = unproven().count();
        let mut named = unproven().take(NAMED).collect::<Vec<_>>().join(", ");
        if count > NAMED {
            named.push_str(", ...");
        }
        (count > 0).then(|| format!("no gold answer passes on this runtime for {count} of the tasks: {named}"))
    }
}

impl<'a> Gold<'a> {
    fn new(suite: &LoadedSuite, task: &'a Task) -> Result<Self, Failure> {
        let failed = |error| Failure::suite(&suite.info().id, &error);
        let mut programs = match suite.suite.reference(task).map_err(failed)? {
            Some(solution) => suite.suite.programs(task, &solution).map_err(failed)?,
            None => Vec::new(),
        };
        programs.iter_mut().for_each(|program| program.seed = SEED);
        let outcomes = vec![None; programs.len()];
        Ok(Gold { task, programs, outcomes })
    }

    /// The fuel of the gold answer in its dearest program, if the answer passes.
    fn fuel(self, suite: &LoadedSuite) -> Result<Option<u64>, Failure> {
        let outcomes: Vec<Outcome> = self.outcomes.into_iter().flatten().collect();
        let Some(most) = outcomes.iter().map(Outcome::candidate_fuel).max() else { return Ok(None) };
        let scored = suite.suite.score(self.task, &outcomes);
        match scored.map_err(|error| Failure::suite(&suite.info().id, &error))?.verdict {
            Verdict::Passed => Ok(Some(most)),
            // A limit that depends on the machine's luck would make verdicts depend on it.
            Verdict::Infra { why } => {
                Err(Failure::new(Exit::Runtime, format!("the gold answer of {}: {why}", self.task.id)))
            }
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(golds: &[Option<u64>]) -> FuelLimits {
        let calibration = Calibration { factor: 4, floor: 10, ceiling: 100 };
        let fuel = golds.iter().map(|gold| TaskFuel { gold: *gold, limit: calibration.limit(*gold) });
        FuelLimits { by_task: (0..).map(|task| format!("T/{task}")).zip(fuel).collect() }
    }

    #[test]
    fn a_task_without_a_gold_answer_that_passes_is_told_of() {
        assert_eq!(limits(&[Some(1), Some(9)]).warning(), None);
        let warning = limits(&[None, Some(1), None]).warning().unwrap();
        assert_eq!(warning, "no gold answer passes on this runtime for 2 of the tasks: T/0, T/2");
        assert!(limits(&[None; 9]).warning().unwrap().ends_with("9 of the tasks: T/0, T/1, T/2, T/3, T/4, ..."));
    }

    #[test]
    fn the_range_is_over_all_tasks() {
        assert_eq!(limits(&[Some(1), Some(9), Some(20)]).range(), Some((10, 80)));
        assert_eq!(limits(&[]).range(), None);
    }
}
