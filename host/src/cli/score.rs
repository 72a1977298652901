use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use assay_api::Task;
use clap::Args;
use sha2::{Digest, Sha256};

use super::globals::Globals;
use super::plan::{
    Common, Finished, fuel_limits, interrupted, open_run, runtime_digests, small, suite_ref, task_records,
};
use super::sandbox::{Sandbox, close_outcomes};
use crate::catalogue::LoadedSuite;
use crate::dispatch::{Answer, Ended, Ledger, Sweep, Work};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex::hex;
use crate::progress::SweepProgress;
use crate::samples::{Sample, read_samples};
use crate::store::{
    CommandLine, LimitOverrides, RunConfig, RunFile, RunIdentity, RunSettings, SampleKey, Sampling, Source,
    StoredCompletion, TokenCounts,
};

#[derive(Debug, Args)]
pub(super) struct Score {
    /// The suite, for example humaneval, or the path of one
    suite: String,
    /// JSONL(.gz) of {task_id, completion} or {task_id, solution}, or EvalPlus's directory of solutions
    #[arg(long, value_name = "FILE")]
    samples: PathBuf,
    /// Keep everything in this run file; the same command goes on where it stopped
    #[arg(short, long, value_name = "FILE.assay")]
    output: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

impl Score {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let began = Instant::now();
        let suite = globals.catalogue()?.load(&self.suite, &(&self.common.choice).into())?;
        let distrust = self.common.distrust(&suite, globals)?;
        let selected = self.common.select(&suite, suite.tasks.iter())?;
        let ids: Vec<&str> = suite.tasks.iter().map(|task| task.id.as_str()).collect();
        let samples = read_samples(&self.samples, &ids)?;
        let samples = of_tasks(samples, &selected);
        let tasks = sampled(&selected, &samples)?;
        let least = fewest(&samples);
        let ks = self.common.ks(least)?;

        let sandbox =
            Sandbox::open(suite.info().runtimes.iter().map(String::as_str), &self.common.sandbox, globals.verbose)?;
        let model = self.samples.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let outcomes = self.common.outcomes()?;
        let file = self.output.as_ref().map(|path| self.open_run(path, &suite, &sandbox, &model)).transpose()?;
        let fuel = fuel_limits(&suite, &tasks, file.as_ref(), &sandbox.batch(outcomes.as_ref()))?;
        let mut ledger = match file {
            Some(mut file) => {
                file.record_tasks(&task_records(&suite, &tasks, &fuel, |_| None)?)?;
                Ledger::resume(file)?
            }
            None => Ledger::in_memory(),
        };
        let answers = answers(&suite.info().id, samples, &ledger)?;
        let total = ledger.tally().verdicts.total() + answers.len() as u64;
        let mut progress = SweepProgress::new(&suite.info().label(), total, ledger.tally());
        let sweep = Sweep {
            suite: &suite,
            sandbox: &sandbox.executes,
            runtimes: &sandbox.runtimes,
            jobs: sandbox.jobs.get(),
            seed: self.common.seed,
            fuel: &fuel,
            limits: LimitOverrides::default(),
            outcomes: outcomes.as_ref(),
            manner: None,
        };
        let ended = sweep.run(Work { answers, wants: None }, &mut ledger, &mut progress)?;
        progress.end();
        close_outcomes(outcomes);
        if !matches!(ended, Ended::Done) {
            return Err(interrupted(&mut ledger, self.output.as_deref()));
        }
        let warnings = distrust.into_iter().chain(coverage_warning(&suite, &tasks));
        let warnings = warnings.chain(self.common.part_warnings()).collect();
        let finished = Finished {
            suite: &suite,
            model: &model,
            tasks: &tasks,
            ks: &ks,
            fuel: &fuel,
            began,
            run: self.output.clone(),
            facts: None,
            warnings,
        };
        let summary = finished.report(&mut ledger, globals, self.common.json)?;
        Ok(finished.exit(&summary, &ledger))
    }

    fn open_run(&self, path: &Path, suite: &LoadedSuite, sandbox: &Sandbox, model: &str) -> Result<RunFile, Failure> {
        let config = RunConfig {
            identity: RunIdentity {
                suites: vec![suite_ref(suite)],
                model: model.to_owned(),
                style: None,
                sampling: Sampling::default(),
                seed: self.common.seed,
                runtimes: runtime_digests(&sandbox.runtimes),
                limits: LimitOverrides::default(),
                filters: self.common.selection.filters.filters(),
                source: Source::Samples { sha256: digest_of(&self.samples)? },
            },
            settings: RunSettings {
                limit: self.common.selection.limit,
                tasks: self.common.selection.tasks.clone(),
                shard: self.common.shard,
                jobs: self.common.sandbox.jobs.and_then(|jobs| u32::try_from(jobs.get()).ok()),
                ..RunSettings::default()
            },
            command: CommandLine::new(std::env::args()),
        };
        open_run(path, self.common.fresh, &config)
    }
}

/// The samples of the tasks that were selected.
fn of_tasks(mut samples: Vec<Sample>, selected: &[&Task]) -> Vec<Sample> {
    let ids: HashSet<&str> = selected.iter().map(|task| task.id.as_str()).collect();
    samples.retain(|sample| ids.contains(sample.task_id.as_str()));
    samples
}

/// The tasks that have samples, in the suite's order.
fn sampled<'a>(selected: &[&'a Task], samples: &[Sample]) -> Result<Vec<&'a Task>, Failure> {
    let ids: HashSet<&str> = samples.iter().map(|sample| sample.task_id.as_str()).collect();
    let tasks: Vec<&Task> = selected.iter().copied().filter(|task| ids.contains(task.id.as_str())).collect();
    if tasks.is_empty() {
        return Err(Failure::usage("none of the samples is of a selected task"));
    }
    Ok(tasks)
}

/// How many samples the task with the fewest has.
fn fewest(samples: &[Sample]) -> u64 {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for sample in samples {
        *counts.entry(&sample.task_id).or_default() += 1;
    }
    counts.into_values().min().unwrap_or(0)
}

/// Tells that a part of the suite has no samples: the number is then not the suite's.
fn coverage_warning(suite: &LoadedSuite, tasks: &[&Task]) -> Option<String> {
    let subset = tasks.first().map_or("", |task| task.subset.as_str());
    let all = suite.tasks.iter().filter(|task| task.subset == subset).count();
    (tasks.len() < all).then(|| format!("only {} of the suite's {all} tasks have samples", tasks.len()))
}

/// What is still to be judged.
fn answers(suite: &str, samples: Vec<Sample>, ledger: &Ledger) -> Result<Vec<Answer>, Failure> {
    let mut answers = Vec::with_capacity(samples.len());
    for sample in samples {
        let key = SampleKey {
            suite: suite.to_owned(),
            task_id: sample.task_id,
            sample_index: small("sample_index", sample.index)?,
        };
        if ledger.has(&key) {
            continue;
        }
        let completion = StoredCompletion {
            turn: 0,
            request: None,
            completion: sample.completion,
            reasoning: None,
            finish: None,
            tokens: TokenCounts::default(),
            first_token_ms: None,
            total_ms: None,
            attempts: 0,
            logprobs: None,
        };
        answers.push(Answer { key, completion, later: Vec::new(), recorded: false });
    }
    Ok(answers)
}

/// SHA-256 in hexadecimal of a samples file, or of the names and contents in a samples directory.
fn digest_of(path: &Path) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    hash_path(path, &mut hash).map_err(|error| Failure::file("reading", path, &error))?;
    Ok(hex(&hash.finalize()))
}

fn hash_path(path: &Path, hash: &mut Sha256) -> std::io::Result<()> {
    if !path.is_dir() {
        std::io::copy(&mut std::fs::File::open(path)?, &mut HashWriter(hash))?;
        return Ok(());
    }
    let mut entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        hash.update(entry.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update([0]);
        hash_path(&entry, hash)?;
    }
    Ok(())
}

struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
