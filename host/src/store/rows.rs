use std::collections::BTreeMap;
use std::fmt;

use assay_api::{Completion, Outcome, Program, Request, Score, Solution, Verdict};

/// Which sample. Sorts by suite, task id and index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleKey {
    /// The suite's name.
    pub suite: String,
    /// The task as its authors spell it.
    pub task_id: String,
    /// From 0.
    pub sample_index: u32,
}

impl fmt::Display for SampleKey {
    /// `humaneval HumanEval/0 #3`; fit for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} #{}", self.suite.escape_debug(), self.task_id.escape_debug(), self.sample_index)
    }
}

/// A task that the run covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRecord {
    /// The suite's name.
    pub suite: String,
    /// The task as its authors spell it.
    pub task_id: String,
    /// Its position in the suite, from 0.
    pub ordinal: u32,
    /// The part of the suite that it belongs to; empty for the main one.
    pub subset: String,
    /// Its first request; `None` when completions come from a file.
    pub prompt: Option<Request>,
    /// What its programs may use; `None` when the suite's limit is the same for all tasks.
    pub fuel: Option<TaskFuel>,
}

/// What a task's programs may use of fuel, where its gold answer decides that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskFuel {
    /// What the gold answer uses; `None` when none passes.
    pub gold: Option<u64>,
    /// What a program may use.
    pub limit: u64,
}

/// Tokens as the server counted them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenCounts {
    /// Tokens of the prompt; `None` when the server did not say.
    pub prompt: Option<u64>,
    /// Tokens of the answer, reasoning included; `None` when the server did not say.
    pub completion: Option<u64>,
}

/// What a model answered in one turn of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCompletion {
    /// From 0; above 0 only in dialogues.
    pub turn: u32,
    /// What was asked; `None` when the completion comes from a file.
    pub request: Option<Request>,
    /// The text.
    pub completion: Completion,
    /// Reasoning that the server reported apart; never executed.
    pub reasoning: Option<String>,
    /// The finish reason as the server spells it.
    pub finish: Option<String>,
    /// Tokens of this turn.
    pub tokens: TokenCounts,
    /// From sending the request to the first token, in milliseconds.
    pub first_token_ms: Option<u64>,
    /// From sending the request to the last token, in milliseconds.
    pub total_ms: Option<u64>,
    /// Tries of the request, the last one included; 0 when the completion comes from a file.
    pub attempts: u32,
    /// The tokens' log-probabilities as JSON, where they were asked for. Recorded, but not read back with the others.
    pub logprobs: Option<String>,
}

/// A program that was executed for a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The turn whose completion it judges.
    pub turn: u32,
    /// The program.
    pub program: Program,
    /// Digest of the runtime that executed it.
    pub runtime: String,
    /// What executing it gave.
    pub outcome: Outcome,
}

/// Everything about a sample that has its verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleResult {
    /// Which sample.
    pub key: SampleKey,
    /// Completions that were not recorded yet, such as those of a samples file; may be empty.
    pub completions: Vec<StoredCompletion>,
    /// The code that was judged, where there was some.
    pub solution: Option<Solution>,
    /// Its programs in order. Not stored when the verdict is infra: those outcomes say nothing.
    pub executions: Vec<Execution>,
    /// The verdict.
    pub verdict: Verdict,
    /// The suite's other scores of it.
    pub scores: BTreeMap<String, Score>,
}

/// A request that gave no completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFailure {
    /// Tries made.
    pub attempts: u32,
    /// Why the last one failed.
    pub message: String,
    /// Whether the request exceeds the model's context, which is counted apart.
    pub context_overflow: bool,
}

/// A number of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// The suite it is of.
    pub suite: String,
    /// For example `pass@k`.
    pub name: String,
    /// The k, where the metric has one.
    pub k: Option<u32>,
    /// The estimate; finite.
    pub value: f64,
    /// The lower and upper end of its confidence interval.
    pub interval: Option<(f64, f64)>,
}

/// A sample as reports need it: no texts.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSample {
    /// Which sample.
    pub key: SampleKey,
    /// The part of the suite that its task belongs to; empty for the main one.
    pub subset: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The suite's other scores of it.
    pub scores: BTreeMap<String, Score>,
    /// The extraction rule that gave the solution, where there was one.
    pub rule: Option<String>,
    /// Completions of the sample; 0 when the first request failed.
    pub turns: u32,
    /// Tokens of all turns; `None` when no turn has a count.
    pub tokens: TokenCounts,
    /// To the first token of the first turn, in milliseconds.
    pub first_token_ms: Option<u64>,
    /// Time of all turns' requests, in milliseconds.
    pub total_ms: Option<u64>,
    /// Its programs in order.
    pub executions: Vec<StoredExecution>,
}

impl StoredSample {
    /// Fuel of all programs.
    #[must_use]
    pub fn fuel(&self) -> u64 {
        self.executions.iter().fold(0, |sum, e| sum.saturating_add(e.fuel))
    }
}

/// An execution as reports need it: digests in place of program and outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredExecution {
    /// The turn whose completion it judges.
    pub turn: u32,
    /// The program's digest.
    pub program: String,
    /// The runtime's digest.
    pub runtime: String,
    /// The outcome's digest.
    pub outcome: String,
    /// The name of the outcome's status, for example `completed`.
    pub status: String,
    /// Fuel used; the file holds at most 2^63-1.
    pub fuel: u64,
    /// Peak memory, in bytes.
    pub peak_memory_bytes: u64,
}
