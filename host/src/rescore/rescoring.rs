use std::collections::{BTreeMap, BTreeSet};

use assay_api::{PromptStyle, Request, Task, VerdictKind};
use serde::Serialize;

use crate::batch::Batch;
use crate::calibration::FuelLimits;
use crate::catalogue::LoadedSuite;
use crate::dispatch::{Answer, Ended, Ledger, Manner, Observer, Sweep, Work};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outcomes::{Keys, OutcomeCache};
use crate::store::{RunConfig, RunFile, RunReader, SampleKey, TaskRecord};

/// A run whose samples are judged again.
pub struct Rescoring<'a> {
    /// The run as it is.
    pub run: &'a RunReader,
    /// What it is.
    pub config: &'a RunConfig,
    /// Its suites as they are now.
    pub suites: &'a [LoadedSuite],
    /// Executes programs, and knows outcomes of gold answers.
    pub batch: Batch<'a>,
    /// Where the run's own outcomes are looked up, filled by [`Rescoring::remember`].
    pub outcomes: &'a OutcomeCache,
}

/// A sample whose verdict is another one now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictChange {
    /// The suite's name.
    pub suite: String,
    /// The task as its authors spell it.
    pub task_id: String,
    /// From 0.
    pub sample_index: u32,
    /// What it was; `None` when the sample was not judged.
    pub before: Option<VerdictKind>,
    /// What it is.
    pub after: Option<VerdictKind>,
}

/// What judging again gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescored {
    /// The samples whose verdicts are other ones now, sorted.
    pub changes: Vec<VerdictChange>,
    /// Outcomes taken from the run.
    pub reused: u64,
    /// Outcomes of programs that were executed.
    pub executed: u64,
    /// How many dialogues lack an answer that the model never gave, and so a verdict.
    pub unfinished: u64,
}

impl Rescoring<'_> {
    /// Puts the outcomes that the run has into `outcomes`, where a program that is the same on the same runtime finds
    /// them.
    ///
    /// # Errors
    /// When the run can't be read.
    pub fn remember(&self) -> Result<(), Failure> {
        let mut known = BTreeSet::new();
        for sample in self.run.load_results()? {
            for execution in sample.executions {
                if !known.insert((execution.program.clone(), execution.runtime.clone())) {
                    continue;
                }
                let found = self.run.program(&execution.program)?.zip(self.run.outcome(&execution.outcome)?);
                if let Some((program, outcome)) = found {
                    self.outcomes.put(&Keys::new(&program, &execution.runtime), &outcome);
                }
            }
        }
        Ok(())
    }

    /// The tasks whose prompts are not those that the model was asked with.
    ///
    /// # Errors
    /// When the run can't be read, or a suite fails.
    pub fn changed_prompts(&self) -> Result<Vec<String>, Failure> {
        let Some(style) = self.config.identity.style else { return Ok(Vec::new()) };
        let mut changed = Vec::new();
        for record in self.run.load_tasks()? {
            let (suite, task) = self.find(&record)?;
            if record.prompt.is_some() && record.prompt != prompt(suite, task, style)? {
                changed.push(record.task_id);
            }
        }
        Ok(changed)
    }

    /// Judges every completion of the run and writes all that comes of it to `file`, which is empty; returns that file.
    ///
    /// # Errors
    /// When the run can't be read, a suite lacks a task or fails, the sandbox fails on a sample that had a verdict, the
    /// file can't be written, or the user interrupts.
    pub fn run(&self, mut file: RunFile, observer: &mut dyn Observer) -> Result<(RunFile, Rescored), Failure> {
        let records = self.run.load_tasks()?;
        let limits = self.fuel_limits(&records)?;
        let fuel = |record: &TaskRecord| limits.get(&record.suite)?.get(&record.task_id);
        let records: Vec<TaskRecord> =
            records.into_iter().map(|record| TaskRecord { fuel: fuel(&record), ..record }).collect();
        file.record_tasks(&records)?;
        file.adopt_history(&self.run.created()?, &self.run.invocations()?, &self.run.failures()?)?;

        let mut answers = self.answers()?;
        let mut ledger = Ledger::resume(file)?;
        for suite in self.suites {
            let fuel = &limits[&suite.info().id];
            let sweep = Sweep {
                suite,
                sandbox: self.batch.sandbox,
                runtimes: self.batch.runtimes,
                jobs: self.batch.jobs,
                seed: self.config.identity.seed,
                fuel,
                limits: self.config.identity.limits.clone(),
                outcomes: Some(self.outcomes),
                manner: self.manner(),
            };
            let answers = answers.remove(&suite.info().id).unwrap_or_default();
            match sweep.run(Work { answers, wants: None }, &mut ledger, observer)? {
                Ended::Done => {}
                Ended::Interrupted | Ended::EndpointDown(_) => return Err(Failure::interrupted()),
            }
        }
        let reused = ledger.tally().cached;
        let mut file = ledger.take_file().expect("it was put in and nobody took it");
        self.keep_lost(&mut file)?;
        let rescored = self.compare(&file, reused)?;
        Ok((file, rescored))
    }

    /// How the model was asked; `None` where completions were given.
    fn manner(&self) -> Option<Manner> {
        let identity = &self.config.identity;
        identity.style.map(|style| Manner { style, system: identity.sampling.system.clone() })
    }

    /// Leaves dialogues that were lost on their way, and end there still, as they were.
    fn keep_lost(&self, file: &mut RunFile) -> Result<(), Failure> {
        let known: BTreeSet<SampleKey> = file.reader().load_results()?.into_iter().map(|sample| sample.key).collect();
        for sample in self.run.load_results()? {
            if sample.verdict.kind().is_judged() || known.contains(&sample.key) {
                continue;
            }
            if let Some(lost) = self.run.result(&sample.key)? {
                file.adopt(&[lost])?;
            }
        }
        Ok(())
    }

    fn suite(&self, id: &str) -> Result<&LoadedSuite, Failure> {
        let found = self.suites.iter().find(|suite| suite.info().id == id);
        found.ok_or_else(|| Failure::usage(format!("the run has tasks of the suite {id}, which is none of its own")))
    }

    fn find(&self, record: &TaskRecord) -> Result<(&LoadedSuite, &Task), Failure> {
        let suite = self.suite(&record.suite)?;
        let task = suite.tasks.iter().find(|task| task.id == record.task_id);
        let gone = || {
            let message = format!("the suite {} has no task {} any more", record.suite, record.task_id);
            Failure::new(Exit::Suite, message)
        };
        Ok((suite, task.ok_or_else(gone)?))
    }

    /// The limits by suite: those that the run has where its suite and runtimes are what they were, else new ones.
    fn fuel_limits(&self, records: &[TaskRecord]) -> Result<BTreeMap<String, FuelLimits>, Failure> {
        let identity = &self.config.identity;
        let runtimes = self.batch.runtimes.iter().map(|runtime| (runtime.name(), runtime.digest()));
        let same_runtimes =
            identity.runtimes.iter().map(|(name, digest)| (name.as_str(), digest.as_str())).eq(runtimes);
        let mut limits = BTreeMap::new();
        for suite in self.suites {
            let info = suite.info();
            let of_suite = || records.iter().filter(|record| record.suite == info.id);
            let tasks = of_suite().map(|record| Ok(self.find(record)?.1)).collect::<Result<Vec<_>, Failure>>()?;
            let same =
                same_runtimes && identity.suites.iter().any(|was| was.id == info.id && was.digest == info.digest);
            let recorded =
                of_suite().filter(|_| same).filter_map(|record| Some((record.task_id.clone(), record.fuel?)));
            let found = FuelLimits::find(suite, &tasks, recorded.collect(), &self.batch, |_, _| {})?;
            limits.insert(info.id.clone(), found);
        }
        Ok(limits)
    }

    /// The completions to judge, by suite.
    fn answers(&self) -> Result<BTreeMap<String, Vec<Answer>>, Failure> {
        let mut answers: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
        for key in self.run.samples()? {
            let completions = self.run.completions(&key)?;
            if let Some(answer) = Answer::first_of(key, completions, false) {
                answers.entry(answer.key.suite.clone()).or_default().push(answer);
            }
        }
        Ok(answers)
    }

    fn compare(&self, file: &RunFile, reused: u64) -> Result<Rescored, Failure> {
        let results = file.reader().load_results()?;
        let programs: usize = results.iter().map(|sample| sample.executions.len()).sum();
        let kinds = |results: Vec<crate::store::StoredSample>| -> BTreeMap<SampleKey, VerdictKind> {
            results.into_iter().map(|sample| (sample.key, sample.verdict.kind())).collect()
        };
        let (before, after) = (kinds(self.run.load_results()?), kinds(results));
        let samples = file.reader().samples()?;
        let unfinished = samples.iter().filter(|key| !after.contains_key(key)).count() as u64;
        let keys: BTreeSet<&SampleKey> = before.keys().chain(after.keys()).collect();
        let mut changes = Vec::new();
        for key in keys {
            let (before, after) = (before.get(key).copied(), after.get(key).copied());
            if before == after {
                continue;
            }
            if after == Some(VerdictKind::Infra) && before.is_some() {
                return Err(Failure::new(Exit::Runtime, format!("{key}: the sandbox failed; the run is as it was")));
            }
            let SampleKey { suite, task_id, sample_index } = key.clone();
            changes.push(VerdictChange { suite, task_id, sample_index, before, after });
        }
        Ok(Rescored { changes, reused, executed: (programs as u64).saturating_sub(reused), unfinished })
    }
}

fn prompt(suite: &LoadedSuite, task: &Task, style: PromptStyle) -> Result<Option<Request>, Failure> {
    suite.suite.prompt(task, style, &[]).map_err(|error| Failure::suite(&suite.info().id, &error))
}
