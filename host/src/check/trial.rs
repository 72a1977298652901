use std::cell::RefCell;

use assay_api::{
    Completion, CompletionKind, Outcome, Program, PromptStyle, Request, Scored, Solution, Task, Turn, Verdict,
};

use crate::batch::Batch;
use crate::catalogue::LoadedSuite;
use crate::exit::Exit;
use crate::failure::Failure;

/// What draws randomness gets this seed.
const SEED: u64 = 0;

/// An answer to a task that is to be judged.
pub(super) struct Trial<'a> {
    pub(super) task: &'a Task,
    pub(super) code: String,
    /// The most fuel that a program may use; `None` for its own limit.
    pub(super) fuel: Option<u64>,
}

/// What came of a trial.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    /// Of each program's outcome.
    pub(super) digests: Vec<[u8; 32]>,
    /// What the dearest program used.
    pub(super) fuel: u64,
    /// What a chat model that had given this answer would be asked next.
    pub(super) next: Option<Request>,
}

/// The programs that judge `code`.
pub(super) fn programs(suite: &LoadedSuite, task: &Task, code: &str) -> Result<Vec<Program>, Failure> {
    let mut programs = suite.suite.programs(task, &solution(code)).map_err(|error| failed(suite, &error))?;
    programs.iter_mut().for_each(|program| program.seed = SEED);
    Ok(programs)
}

fn solution(code: &str) -> Solution {
    Solution { code: code.to_owned(), rule: "check".into() }
}

fn failed(suite: &LoadedSuite, error: &assay_api::SuiteError) -> Failure {
    Failure::suite(&suite.info().id, error)
}

/// Executes all trials and judges them; `progress` is told how many are done.
pub(super) fn judge(
    suite: &LoadedSuite,
    batch: &Batch<'_>,
    trials: &[Trial<'_>],
    mut progress: impl FnMut(u64),
) -> Result<Vec<Judged>, Failure> {
    // Which trial and which of its programs each execution is of, and how many programs each trial has.
    let places = RefCell::new(Vec::new());
    let counts = RefCell::new(vec![0; trials.len()]);
    let all = trials.iter().enumerate().flat_map(|(trial, of)| {
        let programs = of.programs(suite);
        let count = programs.as_ref().map_or(1, Vec::len);
        counts.borrow_mut()[trial] = count;
        places.borrow_mut().extend((0..count).map(|program| (trial, program)));
        match programs {
            Ok(programs) => programs.into_iter().map(Ok).collect(),
            Err(failure) => vec![Err(failure)],
        }
    });
    let mut outcomes: Vec<Vec<(usize, Outcome)>> = trials.iter().map(|_| Vec::new()).collect();
    let mut judged = trials.iter().map(|trial| trial.read(suite)).collect::<Result<Vec<Option<Judged>>, Failure>>()?;
    let mut done = judged.iter().flatten().count() as u64;
    batch.run(all, |index, outcome| {
        let (trial, program) = places.borrow()[index];
        outcomes[trial].push((program, outcome));
        if outcomes[trial].len() == counts.borrow()[trial] {
            judged[trial] = Some(trials[trial].judged(suite, std::mem::take(&mut outcomes[trial]))?);
            done += 1;
            progress(done);
        }
        Ok(())
    })?;
    let missing = || Failure::new(Exit::Suite, format!("suite {}: an answer without a program", suite.info().id));
    judged.into_iter().map(|judged| judged.ok_or_else(missing)).collect()
}

impl Trial<'_> {
    /// What came of it, where answers are judged by their text.
    fn read(&self, suite: &LoadedSuite) -> Result<Option<Judged>, Failure> {
        let scored =
            suite.suite.text_verdict(self.task, &solution(&self.code)).map_err(|error| failed(suite, &error))?;
        let Some(scored) = scored else { return Ok(None) };
        let next = self.next(suite, &[], &scored)?;
        Ok(Some(Judged { verdict: scored.verdict, digests: Vec::new(), fuel: 0, next }))
    }

    fn programs(&self, suite: &LoadedSuite) -> Result<Vec<Program>, Failure> {
        let mut programs = programs(suite, self.task, &self.code)?;
        for program in &mut programs {
            let limits = program.candidate_limits_mut();
            limits.fuel = self.fuel.map_or(limits.fuel, |fuel| fuel.min(limits.fuel));
        }
        Ok(programs)
    }

    fn judged(&self, suite: &LoadedSuite, mut outcomes: Vec<(usize, Outcome)>) -> Result<Judged, Failure> {
        outcomes.sort_by_key(|(program, _)| *program);
        let outcomes: Vec<Outcome> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
        let scored = suite.suite.score(self.task, &outcomes).map_err(|error| failed(suite, &error))?;
        if let Verdict::Infra { why } = &scored.verdict {
            return Err(Failure::new(Exit::Runtime, format!("{}: the sandbox failed: {why}", self.task.id)));
        }
        Ok(Judged {
            digests: outcomes.iter().map(Outcome::digest).collect(),
            fuel: outcomes.iter().map(Outcome::candidate_fuel).max().unwrap_or(0),
            next: self.next(suite, &outcomes, &scored)?,
            verdict: scored.verdict,
        })
    }

    fn next(&self, suite: &LoadedSuite, outcomes: &[Outcome], scored: &Scored) -> Result<Option<Request>, Failure> {
        if suite.info().turns == 1 {
            return Ok(None);
        }
        let failed = |error| failed(suite, &error);
        let Some(request) = suite.first_request(self.task, PromptStyle::Chat).map_err(failed)? else { return Ok(None) };
        let completion = Completion { text: self.code.clone(), kind: CompletionKind::Reply };
        let turn = Turn { request, completion, outcomes: outcomes.to_vec(), scored: scored.clone() };
        suite.suite.prompt(self.task, PromptStyle::Chat, &[turn]).map_err(failed)
    }
}
