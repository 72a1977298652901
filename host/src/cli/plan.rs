//! What `run` and `score` have in common: which tasks, which k, and the report at the end.

use std::collections::{BTreeMap, HashMap};
use std::io::stderr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use assay_api::{Request, Task};
use assay_runtimes::Runtime;
use clap::Args;

use super::choice::ChoiceOptions;
use super::globals::Globals;
use super::output::{print, print_json};
use super::sandbox::{SandboxOptions, outcome_cache};
use super::selection::Selection;
use crate::batch::Batch;
use crate::calibration::FuelLimits;
use crate::catalogue::LoadedSuite;
use crate::check::{CheckRecord, FailedCheck};
use crate::dispatch::{Ledger, Loss};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::models::ModelFacts;
use crate::outcomes::OutcomeCache;
use crate::progress::CountProgress;
use crate::report::write_summary;
use crate::statistics::{Estimate, FuelRange, ModelRecord, RunFacts, Summary, usual_ks};
use crate::store::{Closed, Metric, RunConfig, RunFile, Shard, SuiteRef, TaskRecord};

/// Options that `run` and `score` share.
#[derive(Debug, Args)]
pub(super) struct Common {
    #[command(flatten)]
    pub(super) choice: ChoiceOptions,
    /// The k of pass@k, separated by commas [default: those of 1, 5, 10, 100 that the samples allow]
    #[arg(short, value_delimiter = ',', value_name = "K,...", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) k: Vec<u64>,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Only part I of N that the suite's tasks are dealt into, from 1/N to N/N; assay merge puts the parts together
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
    #[command(flatten)]
    pub(super) sandbox: SandboxOptions,
    /// The run's seed, from which every sample's is derived
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(super) seed: u64,
    /// Execute every program, even if its outcome is known from before
    #[arg(long)]
    no_cache: bool,
    /// Set a run file of the same name aside and start over
    #[arg(long)]
    pub(super) fresh: bool,
    /// Use a suite although its last check on this machine failed; the report says so
    #[arg(long)]
    force: bool,
    /// Print one JSON object as the last line of stdout instead of the report
    #[arg(long)]
    pub(super) json: bool,
}

impl Common {
    /// The outcomes that need no execution.
    pub(super) fn outcomes(&self) -> Result<Option<OutcomeCache>, Failure> {
        if self.no_cache { Ok(None) } else { outcome_cache().map(Some) }
    }

    /// Refuses a suite that is known to be wrong, unless the user wants it all the same: then gives what the report says of it.
    pub(super) fn distrust(&self, suite: &LoadedSuite, globals: &Globals) -> Result<Option<String>, Failure> {
        let record = CheckRecord::in_directory(globals.data()?.checks());
        let Some(FailedCheck { faults, .. }) = record.failed(suite.info())? else { return Ok(None) };
        let label = suite.info().label();
        let message = format!("suite {label} failed its check: {}", faults.join("; "));
        if self.force {
            return Ok(Some(message));
        }
        let help =
            "correct it, or run `assay suite check` again if this version of assay does; --force uses it as it is";
        Err(Failure::new(Exit::Suite, message).help(help))
    }

    /// The tasks among the suite's `tasks` that the options select.
    pub(super) fn select<'a>(
        &self,
        suite: &'a LoadedSuite,
        tasks: impl Iterator<Item = &'a Task>,
    ) -> Result<Vec<&'a Task>, Failure> {
        let mut selected = self.selection.select(suite, tasks)?;
        if let Some(shard) = self.shard {
            let all = selected.len();
            let ordinals = ordinals(suite);
            selected.retain(|task| shard.contains(ordinals.get(task.id.as_str()).copied().unwrap_or_default()));
            if selected.is_empty() {
                return Err(Failure::usage(format!("--shard {shard}: none of the {all} tasks is in it")));
            }
        }
        Ok(selected)
    }

    /// Tells that the numbers are of a part of the tasks.
    pub(super) fn part_warnings(&self) -> impl Iterator<Item = String> {
        let filters = Some(self.selection.filters.filters()).filter(|filters| !filters.is_empty());
        let filters = filters.map(|filters| format!("only the tasks that {filters} leaves"));
        let shard =
            self.shard.map(|shard| format!("this is shard {shard} of the tasks; assay merge puts shards together"));
        filters.into_iter().chain(shard)
    }

    /// The k to report for tasks with at least `n` samples each.
    pub(super) fn ks(&self, n: u64) -> Result<Vec<u64>, Failure> {
        if self.k.is_empty() {
            return Ok(usual_ks(n));
        }
        match self.k.iter().find(|k| **k > n) {
            Some(k) => {
                Err(Failure::usage(format!("-k {k}: pass@{k} needs at least {k} samples of each task, not {n}")))
            }
            None => {
                let mut ks = self.k.clone();
                ks.sort_unstable();
                ks.dedup();
                Ok(ks)
            }
        }
    }
}

/// The runtimes' digests by name, as a run file keeps them.
pub(super) fn runtime_digests(runtimes: &[Runtime]) -> BTreeMap<String, String> {
    runtimes.iter().map(|runtime| (runtime.name().to_owned(), runtime.digest().to_owned())).collect()
}

/// The suite as a run file keeps it.
pub(super) fn suite_ref(suite: &LoadedSuite) -> SuiteRef {
    let info = suite.info();
    SuiteRef {
        id: info.id.clone(),
        version: info.version.clone(),
        language: info.language.clone(),
        variant: info.variant.clone(),
        digest: info.digest.clone(),
    }
}

/// A `u32` from an option that is larger than a run file can count.
pub(super) fn small(option: &str, value: u64) -> Result<u32, Failure> {
    u32::try_from(value).map_err(|_| Failure::usage(format!("{option} {value}: too large")))
}

/// Opens the run file at `path` for `config`; with `fresh` an earlier one is set aside.
pub(super) fn open_run(path: &Path, fresh: bool, config: &RunConfig) -> Result<RunFile, Failure> {
    if fresh && let Some(aside) = RunFile::set_aside(path)? {
        eprintln!("the earlier run is now {}", aside.display());
    }
    Ok(RunFile::create_or_resume(path, config)?)
}

/// The fuel limits of `tasks`: those that the run file has, else by the gold answers.
pub(super) fn fuel_limits(
    suite: &LoadedSuite,
    tasks: &[&Task],
    file: Option<&RunFile>,
    batch: &Batch<'_>,
) -> Result<FuelLimits, Failure> {
    let recorded = file.map(|file| file.reader().load_tasks()).transpose()?.unwrap_or_default();
    let recorded = recorded.into_iter().filter(|task| task.suite == suite.info().id);
    let recorded = recorded.filter_map(|task| Some((task.task_id, task.fuel?))).collect();
    let progress = CountProgress::new("gold answers");
    let limits = FuelLimits::find(suite, tasks, recorded, batch, |done, total| progress.set(done, total));
    progress.end();
    limits
}

/// The place of each task in its suite, from 0.
fn ordinals(suite: &LoadedSuite) -> HashMap<&str, u32> {
    suite.tasks.iter().zip(0..).map(|(task, ordinal)| (task.id.as_str(), ordinal)).collect()
}

/// The tasks as a run file keeps them, each with what `prompt` says the model is asked.
pub(super) fn task_records(
    suite: &LoadedSuite,
    tasks: &[&Task],
    fuel: &FuelLimits,
    prompt: impl Fn(&Task) -> Option<Request>,
) -> Result<Vec<TaskRecord>, Failure> {
    let ordinals = ordinals(suite);
    let record = |task: &&Task| {
        Ok(TaskRecord {
            suite: suite.info().id.clone(),
            task_id: task.id.clone(),
            ordinal: ordinals.get(task.id.as_str()).copied().unwrap_or_default(),
            subset: task.subset.clone(),
            prompt: prompt(task),
            fuel: fuel.get(&task.id),
        })
    };
    tasks.iter().map(record).collect()
}

/// Closes the run file of a sweep that was interrupted, and says how to go on.
pub(super) fn interrupted(ledger: &mut Ledger, run: Option<&Path>) -> Failure {
    let done = ledger.tally().verdicts.total();
    let failure = Failure::interrupted();
    let Some(path) = run else { return failure.help("with -o FILE.assay nothing is lost") };
    match ledger.take_file().map(RunFile::close) {
        Some(Err(error)) => error.into(),
        _ => {
            failure.help(format!("{done} samples are judged and kept in {}; the same command goes on", path.display()))
        }
    }
}

/// What a finished sweep is reported with.
pub(super) struct Finished<'a> {
    pub(super) suite: &'a LoadedSuite,
    pub(super) model: &'a str,
    pub(super) tasks: &'a [&'a Task],
    pub(super) ks: &'a [u64],
    pub(super) fuel: &'a FuelLimits,
    pub(super) began: Instant,
    pub(super) run: Option<PathBuf>,
    /// What is known of the model.
    pub(super) facts: Option<ModelFacts>,
    /// What the reader must know besides what the verdicts say.
    pub(super) warnings: Vec<String>,
}

impl Finished<'_> {
    /// The numbers.
    pub(super) fn summary(&self, ledger: &Ledger) -> Summary {
        let facts = RunFacts {
            suite: self.suite.info().id.clone(),
            language: self.suite.info().language.clone(),
            variant: self.suite.info().variant.clone(),
            model: self.model.to_owned(),
            grading: self.suite.info().grading,
            one_instance: self.suite.info().one_instance.clone(),
            tokens: ledger.tokens(),
            asked: ModelRecord { latency: ledger.latency(), facts: self.facts.clone() },
            cached: ledger.tally().cached,
            fuel_limit: self.fuel.range().map(|(low, high)| FuelRange { low, high }),
            seconds: self.began.elapsed().as_secs_f64(),
            results_digest: ledger.results_digest(),
            run: self.run.as_ref().map(|run| run.display().to_string()),
        };
        let by_task = ledger.by_task(self.tasks.iter().map(|task| task.id.as_str()));
        let mut summary = Summary::new(facts, &by_task, self.ks);
        summary.warnings.splice(0..0, self.warnings.iter().cloned().chain(self.fuel.warning()));
        summary
    }

    /// The exit code: whether samples are missing because the endpoint or the sandbox failed, which is told on stderr.
    pub(super) fn exit(&self, summary: &Summary, ledger: &Ledger) -> Exit {
        let Some(Loss { exit, reason }) = ledger.first_loss() else { return Exit::Done };
        let lost = summary.n_samples - summary.verdicts.judged();
        let message = format!("{lost} of {} samples have no verdict; the first: {reason}", summary.n_samples);
        let mut failure = Failure::new(*exit, message);
        if let Some(run) = &self.run {
            failure = failure.help(format!("the same command tries them again; {} has every reason", run.display()));
        }
        let _ = failure.write(&mut stderr()); // nobody is left to tell
        failure.exit
    }

    /// Records the numbers in the run file and prints them.
    pub(super) fn report(&self, ledger: &mut Ledger, globals: &Globals, json: bool) -> Result<Summary, Failure> {
        let summary = self.summary(ledger);
        if let Some(mut file) = ledger.take_file() {
            file.record_metrics(&metrics(&summary)?)?;
            file.record_model_facts(self.facts.as_ref())?;
            if let Closed::StillRead = file.close()? {
                eprintln!("note: another program reads the run file; a part of it stays in its -wal file until then");
            }
        }
        if json {
            print_json(&summary)?;
        } else {
            print(|out| write_summary(out, &globals.style(), &summary))?;
        }
        Ok(summary)
    }
}

fn metrics(summary: &Summary) -> Result<Vec<Metric>, Failure> {
    let metric = |name: &str, k: Option<u64>, estimate: &Estimate| {
        Ok(Metric {
            suite: summary.suite.clone(),
            name: name.to_owned(),
            k: k.map(|k| small("-k", k)).transpose()?,
            value: estimate.value,
            interval: Some((estimate.low, estimate.high)),
        })
    };
    let scored = summary.metrics.iter().map(|(name, estimate)| {
        let at_k = name.rsplit_once('@').and_then(|(score, k)| Some((format!("{score}@k"), k.parse().ok()?)));
        let (name, k) = at_k.map_or_else(|| (name.clone(), None), |(name, k)| (name, Some(k)));
        metric(&name, k, estimate)
    });
    let latency = summary.latency;
    let plain = [
        ("prompt_tokens", Some(summary.tokens.prompt as f64)),
        ("completion_tokens", Some(summary.tokens.completion as f64)),
        ("first_token_ms", latency.and_then(|latency| latency.first_token_ms)),
        ("total_ms", latency.map(|latency| latency.total_ms)),
        ("tokens_per_second", latency.and_then(|latency| latency.tokens_per_second)),
        ("cost", summary.cost.as_ref().map(|cost| cost.amount)),
    ];
    let plain = plain.into_iter().filter(|_| latency.is_some()).filter_map(|(name, value)| {
        Some(Ok(Metric { suite: summary.suite.clone(), name: name.to_owned(), k: None, value: value?, interval: None }))
    });
    let passed = summary.pass_at_k.iter().map(|(k, estimate)| metric("pass@k", Some(*k), estimate));
    passed.chain(scored).chain(plain).collect()
}
