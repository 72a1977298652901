use std::collections::HashMap;
use std::sync::mpsc::Sender;

use assay_api::{Outcome, Program, Solution, SuiteError, Task, Verdict};
use assay_runtimes::Sandbox;

use super::Answer;
use super::event::Event;
use crate::catalogue::LoadedSuite;
use crate::seed::{Use, derive};
use crate::store::{Execution, LimitOverrides, SampleResult, TokenCounts};

/// A judged sample and its tokens.
pub(super) type Judged = (SampleResult, TokenCounts);

/// Turns answers into verdicts: extracts the solution, has its programs executed, scores their outcomes.
pub(super) struct Grader<'a> {
    suite: &'a LoadedSuite,
    tasks: HashMap<&'a str, &'a Task>,
    sandbox: &'a Sandbox,
    /// The digest of each runtime, by name.
    runtimes: HashMap<&'a str, &'a str>,
    seed: u64,
    limits: LimitOverrides,
    events: Sender<Event>,
    executing: HashMap<u64, Executing<'a>>,
    next_ticket: u64,
}

/// A sample whose programs are being executed.
struct Executing<'a> {
    task: &'a Task,
    answer: Answer,
    solution: Solution,
    programs: Vec<Program>,
    outcomes: Vec<Option<Outcome>>,
}

impl<'a> Grader<'a> {
    pub(super) fn new(
        suite: &'a LoadedSuite,
        sandbox: &'a Sandbox,
        runtimes: &'a [assay_runtimes::Runtime],
        seed: u64,
        limits: LimitOverrides,
        events: Sender<Event>,
    ) -> Self {
        Grader {
            suite,
            tasks: suite.tasks.iter().map(|task| (task.id.as_str(), task)).collect(),
            sandbox,
            runtimes: runtimes.iter().map(|runtime| (runtime.name(), runtime.digest())).collect(),
            seed,
            limits,
            events,
            executing: HashMap::new(),
            next_ticket: 0,
        }
    }

    /// How many samples are being executed.
    pub(super) fn executing(&self) -> usize {
        self.executing.len()
    }

    /// Starts to judge `answer`; returns its verdict if nothing needs to be executed for it.
    ///
    /// # Errors
    /// When the suite fails on the task.
    pub(super) fn start(&mut self, answer: Answer) -> Result<Option<Judged>, SuiteError> {
        let Some(&task) = self.tasks.get(answer.key.task_id.as_str()) else {
            return Err(SuiteError::Internal(format!("no task {}", answer.key.task_id)));
        };
        if answer.is_truncated() {
            return Ok(Some(judged(answer, None, Vec::new(), Verdict::Truncated)));
        }
        let Some(solution) = self.suite.suite.extract(task, &answer.completion.completion)? else {
            return Ok(Some(judged(answer, None, Vec::new(), Verdict::Empty)));
        };
        let mut programs = self.suite.suite.programs(task, &solution)?;
        let seed = derive(self.seed, Use::Program, &answer.key);
        for program in &mut programs {
            program.seed = seed;
            program.limits.fuel = self.limits.fuel.unwrap_or(program.limits.fuel);
            program.limits.memory_bytes = self.limits.memory_bytes.unwrap_or(program.limits.memory_bytes);
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let outcomes = vec![None; programs.len()];
        let sample = Executing { task, answer, solution, programs, outcomes };
        if sample.programs.is_empty() {
            return self.score(sample).map(Some);
        }
        for (index, program) in sample.programs.iter().enumerate() {
            self.submit(ticket, index, program.clone());
        }
        self.executing.insert(ticket, sample);
        Ok(None)
    }

    fn submit(&self, ticket: u64, index: usize, program: Program) {
        let events = self.events.clone();
        self.sandbox.submit(program, move |outcome| {
            // When the loop has ended, nobody needs the outcome.
            let _ = events.send(Event::Executed { ticket, index, outcome: Box::new(outcome) });
        });
    }

    /// Takes an outcome; returns the sample's verdict if it was the last one.
    ///
    /// # Errors
    /// When the suite fails on the outcomes.
    pub(super) fn executed(
        &mut self,
        ticket: u64,
        index: usize,
        outcome: Outcome,
    ) -> Result<Option<Judged>, SuiteError> {
        let Some(sample) = self.executing.get_mut(&ticket) else { return Ok(None) };
        sample.outcomes[index] = Some(outcome);
        if sample.outcomes.iter().any(Option::is_none) {
            return Ok(None);
        }
        match self.executing.remove(&ticket) {
            Some(sample) => self.score(sample).map(Some),
            None => Ok(None),
        }
    }

    fn score(&self, sample: Executing<'_>) -> Result<Judged, SuiteError> {
        let outcomes: Vec<Outcome> = sample.outcomes.into_iter().flatten().collect();
        let verdict = self.suite.suite.score(sample.task, &outcomes)?;
        let executions = sample.programs.into_iter().zip(outcomes).map(|(program, outcome)| Execution {
            turn: sample.answer.completion.turn,
            runtime: self.runtimes.get(program.runtime.as_str()).copied().unwrap_or_default().to_owned(),
            program,
            outcome,
        });
        let executions = executions.collect();
        Ok(judged(sample.answer, Some(sample.solution), executions, verdict))
    }
}

fn judged(answer: Answer, solution: Option<Solution>, executions: Vec<Execution>, verdict: Verdict) -> Judged {
    let tokens = answer.completion.tokens;
    let completions = if answer.recorded { Vec::new() } else { vec![answer.completion] };
    (SampleResult { key: answer.key, completions, solution, executions, verdict }, tokens)
}
