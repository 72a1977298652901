use std::collections::BTreeMap;

use assay_api::{CompletionKind, Outcome, Program, Request, Score, Verdict, VerdictKind};
use serde::Serialize;

use crate::store::{RunReader, SampleKey, SampleResult, StoreError, StoredCompletion, outcome_digest, program_digest};

/// Everything that a run file has on a sample: what was asked, answered, executed and concluded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FullSample {
    /// The suite's name.
    pub suite: String,
    /// The task as its authors spell it.
    pub task_id: String,
    /// From 0.
    pub sample_index: u32,
    /// `None` while it is not judged.
    pub verdict: Option<VerdictKind>,
    /// Why it failed, in a word: an outcome's status, or `tests`.
    pub cause: Option<String>,
    /// The reason, for humans; may be empty.
    pub detail: String,
    /// Whether it passed by each of the suite's other scores.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub scores: BTreeMap<String, Score>,
    /// The extraction rule that gave the solution.
    pub rule: Option<String>,
    /// The code that was judged.
    pub solution: Option<String>,
    /// What was asked and answered, by turn.
    pub turns: Vec<SampleTurn>,
    /// What was executed, in order.
    pub programs: Vec<ExecutedProgram>,
}

/// One exchange with a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleTurn {
    /// From 0.
    pub turn: u32,
    /// What was asked; `None` when the completion comes from a file.
    pub request: Option<Request>,
    /// How the text relates to code.
    pub kind: CompletionKind,
    /// What the model wrote.
    pub completion: String,
    /// Reasoning that the server reported apart.
    pub reasoning: Option<String>,
    /// The finish reason.
    pub finish: Option<String>,
    /// Tokens of the prompt, where the server said.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer, where the server said.
    pub completion_tokens: Option<u64>,
    /// To the first token, in milliseconds.
    pub first_token_ms: Option<u64>,
    /// To the last token, in milliseconds.
    pub total_ms: Option<u64>,
    /// Tries of the request.
    pub attempts: u32,
}

/// A program and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExecutedProgram {
    /// The turn whose completion it judges.
    pub turn: u32,
    /// The program's digest.
    pub digest: String,
    /// The digest of the runtime that executed it.
    pub runtime: String,
    /// The program.
    pub program: Program,
    /// The outcome's digest.
    pub outcome_digest: String,
    /// What executing it gave.
    pub outcome: Outcome,
}

impl FullSample {
    /// Reads the sample `key`.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read(run: &RunReader, key: &SampleKey) -> Result<Self, StoreError> {
        Ok(match run.result(key)? {
            Some(result) => FullSample::judged(result),
            None => FullSample::unjudged(key, run.completions(key)?),
        })
    }

    fn unjudged(key: &SampleKey, completions: Vec<StoredCompletion>) -> Self {
        let SampleKey { suite, task_id, sample_index } = key.clone();
        FullSample {
            suite,
            task_id,
            sample_index,
            verdict: None,
            cause: None,
            detail: String::new(),
            scores: BTreeMap::new(),
            rule: None,
            solution: None,
            turns: completions.into_iter().map(SampleTurn::from).collect(),
            programs: Vec::new(),
        }
    }

    fn judged(result: SampleResult) -> Self {
        let SampleResult { key, completions, solution, executions, verdict, scores } = result;
        let programs = executions.into_iter().map(|execution| ExecutedProgram {
            turn: execution.turn,
            digest: program_digest(&execution.program),
            runtime: execution.runtime,
            program: execution.program,
            outcome_digest: outcome_digest(&execution.outcome),
            outcome: execution.outcome,
        });
        let programs = programs.collect();
        let (solution, rule) = solution.map(|solution| (solution.code, solution.rule)).unzip();
        let cause = match &verdict {
            Verdict::Failed(failure) => Some(failure.cause.clone()),
            _ => None,
        };
        FullSample {
            verdict: Some(verdict.kind()),
            cause,
            detail: verdict.detail().to_owned(),
            scores,
            rule,
            solution,
            programs,
            ..FullSample::unjudged(&key, completions)
        }
    }
}

impl From<StoredCompletion> for SampleTurn {
    fn from(stored: StoredCompletion) -> Self {
        SampleTurn {
            turn: stored.turn,
            request: stored.request,
            kind: stored.completion.kind,
            completion: stored.completion.text,
            reasoning: stored.reasoning,
            finish: stored.finish,
            prompt_tokens: stored.tokens.prompt,
            completion_tokens: stored.tokens.completion,
            first_token_ms: stored.first_token_ms,
            total_ms: stored.total_ms,
            attempts: stored.attempts,
        }
    }
}
