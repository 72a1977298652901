//! Several runs of the same thing as one: shards, or runs that were interrupted on different machines.

use std::collections::BTreeMap;
use std::path::Path;

use super::{
    CommandLine, RunConfig, RunFile, RunReader, RunSettings, SampleKey, SampleResult, Shard, StoreError,
    StoredCompletion, TaskRecord,
};

/// How many samples are written together.
const BATCH: usize = 256;

/// What became one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedRun {
    /// How many tasks it covers.
    pub tasks: u64,
    /// How many samples it has, those without a verdict included.
    pub samples: u64,
    /// How many samples more than one part has.
    pub shared: u64,
    /// The shards that no part is of, where the parts are shards.
    pub missing: Vec<Shard>,
}

/// What the run that `parts` make is, as `command` makes it.
///
/// # Errors
/// When there is no part, a part can't be read, or parts were started differently.
pub fn merged_config(parts: &[RunReader], command: CommandLine) -> Result<Option<RunConfig>, StoreError> {
    let Some((first, others)) = parts.split_first() else { return Ok(None) };
    let RunConfig { identity, mut settings, .. } = first.config()?;
    for part in others {
        let (was, of_part) = part.started_with()?;
        let changes = identity.changes(&was);
        if !changes.is_empty() {
            let (path, other) = (part.path().to_owned(), first.path().to_owned());
            return Err(StoreError::OtherRun { path, other, changes });
        }
        settings = widened(settings, of_part);
    }
    Ok(Some(RunConfig { identity, settings, command }))
}

/// The settings that ask for what either asks for.
fn widened(a: RunSettings, b: RunSettings) -> RunSettings {
    let tasks = if a.tasks.is_empty() || b.tasks.is_empty() { Vec::new() } else { union(a.tasks, b.tasks) };
    RunSettings {
        n: a.n.max(b.n),
        k: union(a.k, b.k),
        limit: a.limit.zip(b.limit).map(|(a, b)| a.max(b)),
        tasks,
        shard: a.shard.filter(|shard| b.shard == Some(*shard)),
        jobs: a.jobs,
        concurrency: a.concurrency,
        request_timeout_ms: a.request_timeout_ms,
    }
}

fn union<T: Ord>(mut a: Vec<T>, b: Vec<T>) -> Vec<T> {
    a.extend(b);
    a.sort();
    a.dedup();
    a
}

/// Writes everything of `parts` to `run`, which is empty. What several parts have must be the same in all, but for times:
/// those of the first are kept. What one part has a verdict on and another lost to the infrastructure, has the verdict.
///
/// # Errors
/// When parts contradict each other, one can't be read, or `run` can't be written.
pub fn merge(parts: &[RunReader], run: &mut RunFile) -> Result<MergedRun, StoreError> {
    let tasks = tasks(parts)?;
    run.record_tasks(&tasks)?;
    adopt_history(parts, run)?;
    let mut holders: BTreeMap<SampleKey, Vec<&RunReader>> = BTreeMap::new();
    for part in parts {
        for key in part.samples()? {
            holders.entry(key).or_default().push(part);
        }
    }
    let mut batch = Vec::new();
    for (key, holders) in &holders {
        match agreed(key, holders)? {
            Held { result: Some(result), .. } => batch.push(result),
            Held { completions, .. } => {
                completions.iter().try_for_each(|completion| run.record_completion(key, completion))?;
            }
        }
        if batch.len() == BATCH {
            run.adopt(&std::mem::take(&mut batch))?;
        }
    }
    run.adopt(&batch)?;
    Ok(MergedRun {
        tasks: tasks.len() as u64,
        samples: holders.len() as u64,
        shared: holders.values().filter(|holders| holders.len() > 1).count() as u64,
        missing: missing(parts)?,
    })
}

/// The tasks of all parts.
fn tasks(parts: &[RunReader]) -> Result<Vec<TaskRecord>, StoreError> {
    let mut known: BTreeMap<(String, String), (&Path, TaskRecord)> = BTreeMap::new();
    for part in parts {
        for task in part.load_tasks()? {
            let place = (task.suite.clone(), task.task_id.clone());
            let Some((first, other)) = known.get_mut(&place) else {
                known.insert(place, (part.path(), task));
                continue;
            };
            let what = match () {
                () if task.prompt != other.prompt => "prompt",
                () if (task.ordinal, &task.subset) != (other.ordinal, &other.subset) => "place",
                () if task.fuel.zip(other.fuel).is_some_and(|(a, b)| a != b) => "fuel limit",
                () => {
                    other.fuel = other.fuel.or(task.fuel);
                    continue;
                }
            };
            let (path, other) = (part.path().to_owned(), first.to_owned());
            return Err(StoreError::OtherTask { path, other, suite: task.suite, task_id: task.task_id, what });
        }
    }
    Ok(known.into_values().map(|(_, task)| task).collect())
}

fn adopt_history(parts: &[RunReader], run: &mut RunFile) -> Result<(), StoreError> {
    let (mut created, mut invocations, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        created.push(part.created()?);
        for invocation in part.invocations()? {
            // A part that was merged before has it already.
            if !invocations.contains(&invocation) {
                invocations.push(invocation);
            }
        }
        failures.extend(part.failures()?);
    }
    invocations.sort_by(|a, b| a.started.cmp(&b.started));
    failures.sort();
    failures.dedup();
    run.adopt_history(&created.into_iter().min().unwrap_or_default(), &invocations, &failures)
}

/// What a part has of a sample.
struct Held {
    completions: Vec<StoredCompletion>,
    result: Option<SampleResult>,
}

impl Held {
    fn read(part: &RunReader, key: &SampleKey) -> Result<Self, StoreError> {
        let result = part.result(key)?;
        let completions = result.as_ref().map_or_else(|| part.completions(key), |r| Ok(r.completions.clone()))?;
        Ok(Held { completions, result })
    }

    fn verdict(&self) -> Option<&SampleResult> {
        self.result.as_ref().filter(|result| result.verdict.kind().is_judged())
    }

    /// How much it has: a verdict, else answers, else the reason why there is none.
    fn rank(&self) -> (bool, usize, bool) {
        (self.verdict().is_some(), self.completions.len(), self.result.is_some())
    }
}

/// What the parts say of the sample, who must not contradict each other.
fn agreed(key: &SampleKey, holders: &[&RunReader]) -> Result<Held, StoreError> {
    let (first, others) = holders.split_first().expect("a sample is known from a part that has it");
    let (mut best, mut path) = (Held::read(first, key)?, first.path());
    for part in others {
        let held = Held::read(part, key)?;
        if let Some(what) = contradiction(&best, &held) {
            let (path, other) = (part.path().to_owned(), path.to_owned());
            return Err(StoreError::OtherSample { path, other, key: key.clone(), what });
        }
        if held.rank() > best.rank() {
            (best, path) = (held, part.path());
        }
    }
    Ok(best)
}

/// In what the two are not the same, where both have it.
fn contradiction(a: &Held, b: &Held) -> Option<&'static str> {
    let answer = |c: &StoredCompletion| (c.turn, c.request.clone(), c.completion.clone(), c.finish.clone());
    let differ = a.completions.iter().zip(&b.completions).any(|(a, b)| answer(a) != answer(b));
    if differ {
        return Some("completion");
    }
    let (a, b) = a.verdict().zip(b.verdict())?;
    match () {
        () if a.completions.len() != b.completions.len() => Some("number of completions"),
        () if a.solution != b.solution => Some("solution"),
        () if a.executions != b.executions => Some("outcome"),
        () if (&a.verdict, &a.scores) != (&b.verdict, &b.scores) => Some("verdict"),
        () => None,
    }
}

/// The shards that no part is of. Where a part is no shard, or one of another number, nothing can be said.
fn missing(parts: &[RunReader]) -> Result<Vec<Shard>, StoreError> {
    let mut present = Vec::new();
    for part in parts {
        match part.config()?.settings.shard {
            Some(shard) => present.push(shard),
            None => return Ok(Vec::new()),
        }
    }
    let Some(first) = present.first().copied() else { return Ok(Vec::new()) };
    if present.iter().any(|shard| first.all().all(|part| part != *shard)) {
        return Ok(Vec::new());
    }
    Ok(first.all().filter(|shard| !present.contains(shard)).collect())
}
