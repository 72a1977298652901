//! What the process does: a run from its first request to its report, and what the others do with run files.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use assay_api::{
    Captured, Completion, Entry, Grading, Limits, Message, Outcome, Page, Program, Prompt, PromptStyle, Request, Role,
    Scored, Solution, SourceFile, Status, Suite, SuiteError, SuiteInfo, Task, Turn, Verdict,
};
use assay_runtimes::{MemoryBudget, Pool, PoolOptions, Sandbox};

use crate::calibration::FuelLimits;
use crate::catalogue::LoadedSuite;
use crate::dispatch::{Answer, Ended, Ledger, Manner, Observer, Sampler, Sweep, Tally, Want, Work};
use crate::endpoint::{Endpoint, EndpointConfig, Sampling};
use crate::failure::Failure;
use crate::filter::Filters;
use crate::outcomes::{Keys, OutcomeCache};
use crate::show::Overview;
use crate::store::{
    BaseUrl, CommandLine, Former, LimitOverrides, NewRun, RunConfig, RunFile, RunIdentity, RunSettings, SampleKey,
    Sampling as StoredSampling, Source, SuiteRef, TaskRecord, merge, merged_config,
};

/// How many tasks the run has, each with one sample.
pub(super) const TASKS: u32 = 6;

/// What is asked of a task whose first answer is wrong.
const AGAIN: &str = " again";

/// A suite whose programs need no interpreter: what they do is known. It asks twice where the first answer does not pass.
struct Known {
    info: SuiteInfo,
}

impl Suite for Known {
    fn info(&self) -> &SuiteInfo {
        &self.info
    }

    fn tasks(&self, _: Option<&str>) -> Result<Page<Task>, SuiteError> {
        Ok(Page { items: tasks(), next: None })
    }

    fn prompt(&self, task: &Task, _: PromptStyle, turns: &[Turn]) -> Result<Option<Request>, SuiteError> {
        let message = |role, content: &str| Message { role, content: content.to_owned() };
        let mut messages = vec![message(Role::User, &task.id)];
        match turns {
            [] => {}
            [first] if !first.scored.verdict.passed() => {
                messages.push(message(Role::Assistant, &first.completion.text));
                messages.push(message(Role::User, &format!("{}{AGAIN}", task.id)));
            }
            _ => return Ok(None),
        }
        Ok(Some(Request { prompt: Prompt::Chat { messages }, stop: Vec::new(), max_tokens: None }))
    }

    fn extract(&self, _: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        Ok(Some(Solution { code: completion.text.clone(), rule: "all".into() }))
    }

    fn programs(&self, _: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        Ok(vec![program(&solution.code)])
    }

    fn score(&self, _: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError> {
        Ok(if outcomes[0].fuel.is_multiple_of(2) { Verdict::Passed } else { Verdict::Empty }.into())
    }

    fn reference(&self, _: &Task) -> Result<Option<Solution>, SuiteError> {
        Ok(None)
    }
}

fn tasks() -> Vec<Task> {
    let task = |n| Task { id: format!("T/{n}"), subset: String::new(), fields: serde_json::Map::new() };
    (0..TASKS).map(task).collect()
}

fn suite() -> LoadedSuite {
    let info = SuiteInfo {
        id: "known".into(),
        version: "1".into(),
        title: String::new(),
        licence: String::new(),
        homepage: None,
        languages: Vec::new(),
        language: None,
        variants: Vec::new(),
        variant: None,
        runtimes: Vec::new(),
        data: Vec::new(),
        digest: "d".into(),
        grading: Grading::Values,
        one_instance: Vec::new(),
        unsupported: Vec::new(),
        calibration: None,
        metrics: Vec::new(),
        date: None,
        filters: Vec::new(),
        turns: 2,
    };
    LoadedSuite { suite: Box::new(Known { info }), tasks: tasks() }
}

/// What the model answers, some of it longer than a page of the file.
pub(super) fn answer(prompt: &str) -> String {
    let long = if prompt.ends_with('2') { "x".repeat(20_000) } else { String::new() };
    format!("answer to {prompt}{long}")
}

fn program(code: &str) -> Program {
    Program {
        runtime: "python".into(),
        files: vec![SourceFile { path: "main.py".into(), text: code.into() }],
        entry: Entry::script("main.py"),
        stdin: String::new(),
        limits: Limits::default(),
        seed: 0,
    }
}

/// What the model is asked, from the first question to the last, with the fuel that what it answers takes: where that is
/// odd, the answer is wrong.
fn questions() -> Vec<(String, u64)> {
    let first = (0..).zip(tasks()).map(|(fuel, task)| (task.id, fuel));
    let again =
        first.clone().filter(|(_, fuel)| fuel % 2 == 1).map(|(id, fuel)| (format!("{id}{AGAIN}"), 1000 + fuel / 2));
    first.chain(again).collect()
}

/// What the model is asked.
pub(super) fn prompts() -> BTreeSet<String> {
    questions().into_iter().map(|(prompt, _)| prompt).collect()
}

fn outcomes() -> OutcomeCache {
    // Without a file: its system calls are not those that are tested.
    let outcomes = OutcomeCache::open(Path::new("/dev/null/none"), 1 << 24);
    for (prompt, fuel) in questions() {
        let stdout = Captured { bytes: format!("did {prompt}").into_bytes(), truncated: false };
        let status = Status::Completed { exit_code: 0 };
        let outcome = Outcome { status, fuel, stdout, seed_used: false, ..Outcome::infra("") };
        outcomes.put(&Keys::new(&program(&answer(&prompt)), ""), &outcome);
    }
    outcomes
}

pub(super) fn config(url: &str) -> RunConfig {
    RunConfig {
        identity: RunIdentity {
            suites: vec![SuiteRef {
                id: "known".into(),
                version: "1".into(),
                language: None,
                variant: None,
                digest: "d".into(),
            }],
            model: "m".into(),
            style: Some(PromptStyle::Chat),
            sampling: StoredSampling::default(),
            seed: 0,
            runtimes: BTreeMap::new(),
            limits: LimitOverrides::default(),
            filters: Filters::default(),
            source: Source::Endpoint { base_url: BaseUrl::parse(url).unwrap(), provider: None },
        },
        settings: RunSettings { n: 1, ..RunSettings::default() },
        command: CommandLine::new(["assay", "run", "known"]),
    }
}

struct Silent;

impl Observer for Silent {
    fn judged(&mut self, _: &Tally) {}
}

/// The run at `path` of the model at `url`, begun or continued, to its end.
pub(super) fn run(path: &Path, url: &str) -> Result<(), Failure> {
    let (suite, outcomes) = (suite(), outcomes());
    let mut file = RunFile::create_or_resume(path, &config(url))?;
    let prompt = |task: &Task| suite.suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
    let record = |(task, ordinal): (&Task, u32)| TaskRecord {
        suite: "known".into(),
        task_id: task.id.clone(),
        ordinal,
        subset: String::new(),
        prompt: Some(prompt(task)),
        fuel: None,
    };
    file.record_tasks(&suite.tasks.iter().zip(0..).map(record).collect::<Vec<_>>())?;

    let pending = file.pending()?;
    let answers: Vec<Answer> =
        pending.into_iter().map(|sample| Answer::first_of(sample.key, sample.completions, true).unwrap()).collect();
    let mut ledger = Ledger::resume(file)?;
    let key = |task: &Task| SampleKey { suite: "known".into(), task_id: task.id.clone(), sample_index: 0 };
    let wants = suite.tasks.iter().map(|task| Want { key: key(task), turn: 0, request: prompt(task) });
    let wants = wants.filter(|want| !ledger.has(&want.key) && answers.iter().all(|answer| answer.key != want.key));
    let wants: Vec<Want> = wants.collect();
    let sampler = Sampler {
        native_n: false,
        endpoint: Endpoint::new(EndpointConfig::new(url, "m"))?,
        sampling: Sampling::default(),
        concurrency: 1,
        seed: 0,
    };
    let jobs = NonZeroUsize::MIN;
    let pool = PoolOptions { jobs, memory_budget: MemoryBudget::of_machine(), verify_resets: false };
    let sweep = Sweep {
        suite: &suite,
        sandbox: &Sandbox::InProcess(Pool::new(&[], pool).unwrap()),
        runtimes: &[],
        jobs: jobs.get(),
        seed: 0,
        fuel: &FuelLimits::default(),
        limits: LimitOverrides::default(),
        outcomes: Some(&outcomes),
        manner: Some(Manner { style: PromptStyle::Chat, system: None }),
    };
    let ended = sweep.run(Work { answers, wants: Some((sampler, wants)) }, &mut ledger, &mut Silent)?;
    assert!(matches!(ended, Ended::Done), "{ended:?}");
    let mut file = ledger.take_file().unwrap();
    let metrics = Overview::of(file.reader())?.metrics();
    file.record_metrics(&metrics)?;
    file.close()?;
    Ok(())
}

/// The other run that [`merge_into`] puts together with the one that is there.
pub(super) fn other(path: &Path) -> PathBuf {
    path.with_file_name("other.assay")
}

/// Merges another run into the one at `path`, as the command does.
pub(super) fn merge_into(path: &Path) -> Result<(), Failure> {
    let mut new = NewRun::reserve(path)?;
    let open = |path: &Path| RunFile::open_read_only(path)?.at_this_moment();
    let parts = [open(path)?, open(&other(path))?];
    let config = merged_config(&parts, CommandLine::new(["assay", "merge"]))?.unwrap();
    let run = new.start(&config)?;
    merge(&parts, run)?;
    let metrics = Overview::of(run.reader())?.metrics();
    run.record_metrics(&metrics)?;
    drop(parts);
    new.put_in_place(Former::Kept)?;
    Ok(())
}
