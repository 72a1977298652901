use std::collections::{HashMap, VecDeque};

use assay_api::{Prompt, PromptStyle, Request, Scored, SuiteError, SuiteInfo, Task, Turn, VerdictKind};

use super::judged::{Judged, JudgedTurn};
use super::{Answer, Want};
use crate::catalogue::LoadedSuite;
use crate::statistics::RequestTimes;
use crate::store::{Execution, SampleKey, SampleResult, StoredCompletion, TokenCounts};

/// How a model is asked, or was.
#[derive(Debug, Clone)]
pub struct Manner {
    /// How it is prompted.
    pub style: PromptStyle,
    /// The user's system prompt, instead of the suite's.
    pub system: Option<String>,
}

/// The samples whose suite may ask further when an answer is judged.
///
/// What it asks follows from the turns before: a dialogue that is interrupted is played again from its first answer, and
/// comes to the same request.
pub(super) struct Dialogues<'a> {
    suite: &'a LoadedSuite,
    /// `None` where nothing is asked after the first answer.
    manner: Option<&'a Manner>,
    tasks: HashMap<&'a str, &'a Task>,
    /// Those with a judged answer and without a verdict.
    open: HashMap<SampleKey, Dialogue>,
}

/// What is known of a dialogue.
#[derive(Default)]
struct Dialogue {
    turns: Vec<Turn>,
    /// The answers that the run file does not have yet.
    unrecorded: Vec<StoredCompletion>,
    executions: Vec<Execution>,
    tokens: TokenCounts,
    times: RequestTimes,
    cached: u64,
}

/// What comes after a judged answer.
pub(super) enum Next {
    /// Nothing: the sample has its verdict.
    Over(Box<Judged>),
    /// Another answer, which is known.
    Answer(Box<Answer>),
    /// Another request, to which no answer is known.
    Ask(Box<Want>),
}

impl<'a> Dialogues<'a> {
    pub(super) fn new(suite: &'a LoadedSuite, manner: Option<&'a Manner>) -> Self {
        let manner = manner.filter(|manner| manner.style == PromptStyle::Chat && suite.info().turns > 1);
        let tasks = suite.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
        Dialogues { suite, manner, tasks, open: HashMap::new() }
    }

    /// What comes after `judged`.
    ///
    /// # Errors
    /// When the suite fails, asks more often than its info says, asks in another style, or asks something else than what a
    /// recorded answer is to.
    pub(super) fn next(&mut self, judged: JudgedTurn) -> Result<Next, SuiteError> {
        let JudgedTurn { answer, solution, executions, scored, cached } = judged;
        let Answer { key, completion, later, recorded } = answer;
        let mut dialogue = self.open.remove(&key).unwrap_or_default();
        dialogue.count(&completion, cached);
        let outcomes = executions.iter().map(|execution| execution.outcome.clone());
        let turn = self.manner.zip(completion.request.clone()).map(|(_, request)| Turn {
            request,
            completion: completion.completion.clone(),
            outcomes: outcomes.collect(),
            scored: scored.clone(),
        });
        dialogue.turns.extend(turn);
        dialogue.executions.extend(executions);
        if !recorded {
            dialogue.unrecorded.push(completion);
        }
        let Some(request) = self.request(&key, &dialogue.turns, scored.verdict.kind())? else {
            let scored = Scored { scores: self.scores(&dialogue.turns, &scored), ..scored };
            return Ok(Next::Over(Box::new(dialogue.judged(key, solution, scored))));
        };
        let turn = u32::try_from(dialogue.turns.len()).unwrap_or(u32::MAX);
        self.open.insert(key.clone(), dialogue);
        let mut later = VecDeque::from(later);
        let Some(known) = later.pop_front() else { return Ok(Next::Ask(Box::new(Want { key, turn, request }))) };
        if recorded && known.request.as_ref() != Some(&request) {
            let message = format!("{key}: its request after turn {turn} is another one than before");
            return Err(SuiteError::Internal(message));
        }
        Ok(Next::Answer(Box::new(Answer { key, completion: known, later: later.into(), recorded })))
    }

    /// The suite's next request.
    fn request(&self, key: &SampleKey, turns: &[Turn], verdict: VerdictKind) -> Result<Option<Request>, SuiteError> {
        let (Some(manner), false) = (self.manner, turns.is_empty() || !verdict.is_judged()) else { return Ok(None) };
        let task = self.tasks.get(key.task_id.as_str());
        let task = task.ok_or_else(|| SuiteError::Internal(format!("no task {}", key.task_id)))?;
        let Some(request) = self.suite.suite.prompt(task, manner.style, turns)? else { return Ok(None) };
        let most = self.suite.info().turns;
        let refused = |why: String| Err(SuiteError::Internal(format!("task {}: {why}", task.id)));
        if turns.len() >= most as usize {
            return refused(format!("it asks again after {} turns, and its info says {most} at most", turns.len()));
        }
        match request.prompt {
            Prompt::Chat { .. } => {}
            Prompt::Text { .. } | Prompt::Infill { .. } => {
                return refused(format!("its request after turn {} is no chat", turns.len()));
            }
        }
        Ok(Some(match &manner.system {
            Some(system) => request.with_system(system),
            None => request,
        }))
    }

    /// The sample's scores, with those by the turns before the last that there may be.
    fn scores(&self, turns: &[Turn], scored: &Scored) -> std::collections::BTreeMap<String, bool> {
        let mut scores = scored.scores.clone();
        if !turns.is_empty() && scored.verdict.kind().is_judged() {
            // A dialogue that is over has the verdict that it ended with.
            let passed = turns.iter().map(|turn| turn.scored.verdict.passed());
            let passed = passed.chain(std::iter::repeat(scored.verdict.passed()));
            scores.extend((1..self.suite.info().turns).map(SuiteInfo::turn_score).zip(passed));
        }
        scores
    }

    /// Takes the dialogue away, to whose last request there is no answer: its answers that are not recorded, and what it took.
    pub(super) fn leave(&mut self, key: &SampleKey) -> (Vec<StoredCompletion>, TokenCounts) {
        self.open.remove(key).map(|dialogue| (dialogue.unrecorded, dialogue.tokens)).unwrap_or_default()
    }
}

impl Dialogue {
    fn count(&mut self, completion: &StoredCompletion, cached: u64) {
        let sum = |a: Option<u64>, b: Option<u64>| a.map_or(b, |a| Some(a.saturating_add(b.unwrap_or(0))));
        let is_first = completion.turn == 0;
        self.tokens.prompt = sum(self.tokens.prompt, completion.tokens.prompt);
        self.tokens.completion = sum(self.tokens.completion, completion.tokens.completion);
        self.times = RequestTimes {
            first_token_ms: if is_first { completion.first_token_ms } else { self.times.first_token_ms },
            total_ms: sum(self.times.total_ms, completion.total_ms),
            completion_tokens: self.tokens.completion,
        };
        self.cached += cached;
    }

    fn judged(self, key: SampleKey, solution: Option<assay_api::Solution>, scored: Scored) -> Judged {
        let Scored { verdict, scores } = scored;
        let result =
            SampleResult { key, completions: self.unrecorded, solution, executions: self.executions, verdict, scores };
        Judged { result, tokens: self.tokens, times: self.times, cached: self.cached }
    }
}
