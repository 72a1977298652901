use assay_api::{Verdict, VerdictKind};
use serde::Serialize;

use crate::store::{RunReader, SampleKey, StoreError, StoredSample};

/// Which samples of a run are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Only this task's.
    pub task: Option<String>,
    /// Only this one of each task.
    pub sample: Option<u32>,
    /// Only those that did not pass, whatever the reason.
    pub failed: bool,
}

/// A sample in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListedSample {
    /// The suite's name.
    pub suite: String,
    /// The task as its authors spell it.
    pub task_id: String,
    /// From 0.
    pub sample_index: u32,
    /// `None` while it is not judged.
    pub verdict: Option<VerdictKind>,
    /// Why it failed, in a word.
    pub cause: Option<String>,
    /// The reason, for humans; may be empty.
    pub detail: String,
    /// The extraction rule that gave the solution.
    pub rule: Option<String>,
    /// Tokens of the completions, where the server said.
    pub completion_tokens: Option<u64>,
    /// Fuel of all its programs.
    pub fuel: u64,
}

/// The samples of `run` that are `chosen`, by suite and in the suite's order of tasks.
///
/// # Errors
/// When the file can't be read.
pub fn list(run: &RunReader, chosen: &Chosen) -> Result<Vec<ListedSample>, StoreError> {
    let mut results: std::collections::HashMap<SampleKey, StoredSample> =
        run.load_results()?.into_iter().map(|sample| (sample.key.clone(), sample)).collect();
    let meant = |key: &SampleKey| {
        chosen.task.as_ref().is_none_or(|task| *task == key.task_id)
            && chosen.sample.is_none_or(|sample| sample == key.sample_index)
    };
    let keys = run.samples()?.into_iter().filter(meant);
    let listed = keys.map(|key| {
        let result = results.remove(&key);
        ListedSample::new(key, result)
    });
    Ok(listed.filter(|sample| !chosen.failed || sample.failed()).collect())
}

impl ListedSample {
    fn new(key: SampleKey, result: Option<StoredSample>) -> Self {
        let SampleKey { suite, task_id, sample_index } = key;
        let verdict = result.as_ref().map(|sample| &sample.verdict);
        let cause = match verdict {
            Some(Verdict::Failed(failure)) => Some(failure.cause.clone()),
            _ => None,
        };
        ListedSample {
            suite,
            task_id,
            sample_index,
            verdict: verdict.map(Verdict::kind),
            cause,
            detail: verdict.map_or("", Verdict::detail).to_owned(),
            rule: result.as_ref().and_then(|sample| sample.rule.clone()),
            completion_tokens: result.as_ref().and_then(|sample| sample.tokens.completion),
            fuel: result.as_ref().map_or(0, StoredSample::fuel),
        }
    }

    /// Its name in the run.
    #[must_use]
    pub fn key(&self) -> SampleKey {
        SampleKey { suite: self.suite.clone(), task_id: self.task_id.clone(), sample_index: self.sample_index }
    }

    fn failed(&self) -> bool {
        self.verdict.is_some_and(|verdict| verdict != VerdictKind::Passed)
    }
}
