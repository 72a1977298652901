use std::collections::BTreeMap;

use assay_api::{Score, Verdict, VerdictKind};

use super::judged::Judged;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::statistics::{Latency, RequestTimes, TaskResults, Tokens, VerdictCounts};
use crate::store::{RunFile, SampleKey, StoredCompletion, TokenCounts, outcome_digest, results_digest};

/// What a report needs to know of a judged sample.
#[derive(Debug, Clone)]
struct Entry {
    kind: VerdictKind,
    /// The suite's other scores of it.
    scores: BTreeMap<String, Score>,
    /// The outcomes' digests in hexadecimal, in the order of the sample's programs.
    outcomes: Vec<String>,
    tokens: TokenCounts,
    times: RequestTimes,
}

/// The verdicts so far, in memory and, where the user wants one, in a run file.
pub struct Ledger {
    entries: BTreeMap<SampleKey, Entry>,
    tally: Tally,
    first_loss: Option<Loss>,
    file: Option<RunFile>,
}

/// Why a sample has no verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Whose fault it was: the endpoint's or the sandbox's.
    pub exit: Exit,
    /// What happened; may hold text that others wrote.
    pub reason: String,
}

/// How many samples of a sweep have which verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// By verdict.
    pub verdicts: VerdictCounts,
    /// How many of this invocation's outcomes were known without executing a program.
    pub cached: u64,
}

impl Ledger {
    /// A ledger in memory only.
    #[must_use]
    pub fn in_memory() -> Self {
        Ledger { entries: BTreeMap::new(), tally: Tally::default(), first_loss: None, file: None }
    }

    /// A ledger that goes on from what `file` has.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn resume(file: RunFile) -> Result<Self, Failure> {
        let mut ledger = Ledger::in_memory();
        for sample in file.reader().load_results()? {
            if sample.verdict.kind().is_judged() {
                let outcomes = sample.executions.into_iter().map(|execution| execution.outcome).collect();
                let times = RequestTimes {
                    first_token_ms: sample.first_token_ms,
                    total_ms: sample.total_ms,
                    completion_tokens: sample.tokens.completion,
                };
                let kind = sample.verdict.kind();
                let (scores, tokens) = (sample.scores, sample.tokens);
                ledger.insert(sample.key, Entry { kind, scores, outcomes, tokens, times });
            }
        }
        ledger.file = Some(file);
        Ok(ledger)
    }

    fn insert(&mut self, key: SampleKey, entry: Entry) {
        self.tally.verdicts.add(entry.kind);
        self.entries.insert(key, entry);
    }

    /// Whether the sample has a verdict.
    #[must_use]
    pub fn has(&self, key: &SampleKey) -> bool {
        self.entries.contains_key(key)
    }

    /// How many samples have which verdict.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Why the first sample that the infrastructure lost was lost.
    #[must_use]
    pub fn first_loss(&self) -> Option<&Loss> {
        self.first_loss.as_ref()
    }

    /// The run file.
    pub fn file(&mut self) -> Option<&mut RunFile> {
        self.file.as_mut()
    }

    /// Takes the run file out, to close it.
    pub fn take_file(&mut self) -> Option<RunFile> {
        self.file.take()
    }

    /// Records an answer before it is judged, so that the model is never asked for it again.
    pub(super) fn answered(&mut self, key: &SampleKey, completion: &StoredCompletion) -> Result<(), Failure> {
        match &mut self.file {
            Some(file) => Ok(file.record_completion(key, completion)?),
            None => Ok(()),
        }
    }

    /// Records that the endpoint gave nothing for a sample.
    pub(super) fn unanswered(&mut self, key: SampleKey, failure: &crate::store::RequestFailure) -> Result<(), Failure> {
        if let Some(file) = &mut self.file {
            file.record_failure(&key, failure)?;
        }
        self.first_loss.get_or_insert_with(|| Loss { exit: Exit::Endpoint, reason: failure.message.clone() });
        let kind = if failure.context_overflow { VerdictKind::ContextOverflow } else { VerdictKind::Infra };
        let (tokens, times) = (TokenCounts::default(), RequestTimes::default());
        self.insert(key, Entry { kind, scores: BTreeMap::new(), outcomes: Vec::new(), tokens, times });
        Ok(())
    }

    /// Records verdicts, all of them or none.
    pub(super) fn judged(&mut self, judged: Vec<Judged>) -> Result<(), Failure> {
        let facts: Vec<_> = judged.iter().map(|sample| (sample.tokens, sample.times, sample.cached)).collect();
        let results: Vec<_> = judged.into_iter().map(|sample| sample.result).collect();
        if let Some(file) = &mut self.file {
            file.record_batch(&results)?;
        }
        for (result, (tokens, times, cached)) in results.into_iter().zip(facts) {
            self.tally.cached += cached;
            let executions = match &result.verdict {
                Verdict::Infra { why } => {
                    self.first_loss.get_or_insert_with(|| Loss { exit: Exit::Runtime, reason: why.clone() });
                    Vec::new() // such outcomes say nothing of the sample
                }
                _ => result.executions,
            };
            let outcomes = executions.iter().map(|execution| outcome_digest(&execution.outcome)).collect();
            let (kind, scores) = (result.verdict.kind(), result.scores);
            self.insert(result.key, Entry { kind, scores, outcomes, tokens, times });
        }
        Ok(())
    }

    /// The verdicts by task, for the tasks `ids` in their order.
    #[must_use]
    pub fn by_task<'a>(&'a self, ids: impl IntoIterator<Item = &'a str>) -> TaskResults {
        let entries = self.entries.iter();
        let samples: Vec<_> = entries.map(|(key, entry)| (key.task_id.as_str(), entry.kind, &entry.scores)).collect();
        TaskResults::new(ids, &samples)
    }

    /// The verdict on each sample, sorted by sample.
    pub fn verdicts(&self) -> impl Iterator<Item = (&SampleKey, VerdictKind)> {
        self.entries.iter().map(|(key, entry)| (key, entry.kind))
    }

    /// Tokens of all samples.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        let mut sum = Tokens::default();
        for entry in self.entries.values() {
            sum.prompt += entry.tokens.prompt.unwrap_or(0);
            sum.completion += entry.tokens.completion.unwrap_or(0);
        }
        sum
    }

    /// How long requests took; `None` where nothing was requested.
    #[must_use]
    pub fn latency(&self) -> Option<Latency> {
        Latency::of(self.entries.values().map(|entry| entry.times))
    }

    /// The digest over every verdict and outcome.
    #[must_use]
    pub fn results_digest(&self) -> String {
        results_digest(
            self.entries
                .iter()
                .map(|(key, entry)| (key, entry.kind, entry.outcomes.iter().map(String::as_str).collect())),
        )
    }
}
