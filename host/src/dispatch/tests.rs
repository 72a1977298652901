use std::num::NonZeroUsize;
use std::sync::mpsc::channel;

use assay_api::{
    Captured, Completion, CompletionKind, Entry, Grading, Limits, Outcome, Page, Program, PromptStyle, Request, Scored,
    Solution, Status, Suite, SuiteError, SuiteInfo, Task, Turn, Verdict, VerdictKind,
};
use assay_runtimes::{MemoryBudget, Pool, PoolOptions, Sandbox};

use super::grader::Grader;
use super::judged::JudgedTurn;
use super::*;
use crate::calibration::FuelLimits;
use crate::catalogue::LoadedSuite;
use crate::outcomes::OutcomeCache;
use crate::store::{LimitOverrides, SampleKey, StoredCompletion, TokenCounts};

/// A suite whose every sample is the same program twice.
struct Twice {
    info: SuiteInfo,
}

impl Suite for Twice {
    fn info(&self) -> &SuiteInfo {
        &self.info
    }

    fn tasks(&self, _: Option<&str>) -> Result<Page<Task>, SuiteError> {
        Ok(Page { items: vec![task()], next: None })
    }

    fn prompt(&self, _: &Task, _: PromptStyle, _: &[Turn]) -> Result<Option<Request>, SuiteError> {
        Ok(None)
    }

    fn extract(&self, _: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        Ok(Some(Solution { code: completion.text.clone(), rule: "all".into() }))
    }

    fn programs(&self, _: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let program = Program {
            runtime: "python".into(),
            files: Vec::new(),
            entry: Entry::script(solution.code.clone()),
            stdin: String::new(),
            limits: Limits::default(),
            seed: 0,
        };
        Ok(vec![program.clone(), program])
    }

    fn is_decided(&self, _: &Task, outcomes: &[Outcome]) -> Result<bool, SuiteError> {
        Ok(outcomes.last().is_some_and(|outcome| !matches!(outcome.status, Status::OutOfFuel)))
    }

    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError> {
        assert!(outcomes.len() == 2 || self.is_decided(task, outcomes)?);
        match &outcomes[0].status {
            Status::Infra { why } => Ok(Verdict::Infra { why: why.clone() }.into()),
            Status::OutOfTime => Ok(Verdict::Empty.into()),
            _ => Ok(Verdict::Passed.into()),
        }
    }

    fn reference(&self, _: &Task) -> Result<Option<Solution>, SuiteError> {
        Ok(None)
    }
}

fn task() -> Task {
    Task { id: "t".into(), subset: String::new(), fields: serde_json::Map::new() }
}

fn suite() -> LoadedSuite {
    let info = SuiteInfo {
        id: "s".into(),
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
        digest: String::new(),
        grading: Grading::Values,
        one_instance: Vec::new(),
        unsupported: Vec::new(),
        calibration: None,
        metrics: Vec::new(),
        date: None,
        filters: Vec::new(),
        turns: 1,
    };
    LoadedSuite { suite: Box::new(Twice { info }), tasks: vec![task()] }
}

fn answer(sample_index: u32) -> Answer {
    let completion = StoredCompletion {
        turn: 0,
        request: None,
        completion: Completion { text: "x".into(), kind: CompletionKind::Program },
        reasoning: None,
        finish: None,
        tokens: TokenCounts::default(),
        first_token_ms: None,
        total_ms: None,
        attempts: 0,
        logprobs: None,
    };
    Answer {
        key: SampleKey { suite: "s".into(), task_id: "t".into(), sample_index },
        completion,
        later: Vec::new(),
        recorded: false,
    }
}

fn outcome() -> Outcome {
    Outcome { status: Status::OutOfFuel, stdout: Captured::default(), seed_used: true, ..Outcome::infra("") }
}

/// Calls `test` with a grader whose sandbox's answers are ignored, so that the test answers in its place.
fn with_grader(outcomes: Option<&OutcomeCache>, test: impl FnOnce(&mut Grader<'_>)) {
    let suite = suite();
    let options =
        PoolOptions { jobs: NonZeroUsize::MIN, memory_budget: MemoryBudget::of_machine(), verify_resets: false };
    let sandbox = Sandbox::InProcess(Pool::new(&[], options).unwrap());
    let limits = LimitOverrides::default();
    let sweep = Sweep {
        suite: &suite,
        sandbox: &sandbox,
        runtimes: &[],
        jobs: 1,
        seed: 0,
        fuel: &FuelLimits::default(),
        limits,
        outcomes,
        manner: None,
    };
    let (events, _inbox) = channel();
    test(&mut Grader::new(&sweep, events));
}

fn cache() -> OutcomeCache {
    let folder = tempfile::tempdir().unwrap();
    OutcomeCache::open(&folder.path().join("outcomes.sqlite"), 1 << 20)
}

/// The sample's verdict and how many of its outcomes were known.
fn seen(judged: &[JudgedTurn]) -> Vec<(VerdictKind, u64)> {
    judged.iter().map(|judged| (judged.scored.verdict.kind(), judged.cached)).collect()
}

#[test]
fn the_same_program_is_executed_once_at_a_time_and_never_again() {
    let cache = cache();
    with_grader(Some(&cache), |grader| {
        assert!(grader.start(answer(0)).unwrap().is_none());
        let tickets = grader.tickets();
        assert_eq!(tickets.len(), 1);
        let judged = grader.executed(tickets[0], outcome()).unwrap();
        assert_eq!(seen(&judged), [(VerdictKind::Passed, 1)]);
        assert_eq!(judged[0].executions[0], judged[0].executions[1]);

        let again = grader.start(answer(0)).unwrap();
        assert_eq!(seen(again.as_slice()), [(VerdictKind::Passed, 2)]);
        // Another sample has another seed.
        assert!(grader.start(answer(1)).unwrap().is_none());
    });
}

#[test]
fn a_program_that_does_not_use_its_seed_is_executed_once_for_all_seeds() {
    let cache = cache();
    with_grader(Some(&cache), |grader| {
        (0..3).for_each(|sample| assert!(grader.start(answer(sample)).unwrap().is_none()));
        let tickets = grader.tickets();
        assert_eq!((tickets.len(), grader.waiting()), (1, 3));
        let judged = grader.executed(tickets[0], Outcome { seed_used: false, ..outcome() }).unwrap();
        assert_eq!(seen(&judged), [(VerdictKind::Passed, 1), (VerdictKind::Passed, 2), (VerdictKind::Passed, 2)]);
        assert_eq!(seen(grader.start(answer(9)).unwrap().as_slice()), [(VerdictKind::Passed, 2)]);
        assert_eq!((grader.executing(), grader.waiting()), (0, 0));
    });
}

#[test]
fn a_program_that_uses_its_seed_is_executed_with_each() {
    let cache = cache();
    with_grader(Some(&cache), |grader| {
        (0..3).for_each(|sample| assert!(grader.start(answer(sample)).unwrap().is_none()));
        let first = grader.tickets()[0];
        assert_eq!(seen(&grader.executed(first, outcome()).unwrap()), [(VerdictKind::Passed, 1)]);
        // The others were held back for nothing; further ones are not.
        assert!(grader.start(answer(3)).unwrap().is_none());
        let others = grader.tickets();
        assert_eq!(others.len(), 3);
        for ticket in others {
            assert_eq!(seen(&grader.executed(ticket, outcome()).unwrap()), [(VerdictKind::Passed, 1)]);
        }
        assert_eq!((grader.executing(), grader.waiting()), (0, 0));
    });
}

#[test]
fn a_failure_of_the_infrastructure_is_one_samples_only() {
    let cache = cache();
    with_grader(Some(&cache), |grader| {
        (0..2).for_each(|sample| assert!(grader.start(answer(sample)).unwrap().is_none()));
        let first = grader.tickets()[0];
        let judged = grader.executed(first, Outcome::infra("a worker died")).unwrap();
        assert_eq!(seen(&judged), [(VerdictKind::Infra, 0)]);
        let second = grader.tickets();
        assert_eq!(second.len(), 1);
        let judged = grader.executed(second[0], Outcome { seed_used: false, ..outcome() }).unwrap();
        assert_eq!(seen(&judged), [(VerdictKind::Passed, 1)]);
    });
}

#[test]
fn without_known_outcomes_every_program_is_executed() {
    with_grader(None, |grader| {
        assert!(grader.start(answer(0)).unwrap().is_none());
        let first = grader.tickets();
        assert_eq!(first.len(), 1);
        assert!(grader.executed(first[0], outcome()).unwrap().is_empty());
        let second = grader.tickets();
        assert_eq!((second.len(), grader.waiting()), (1, 1));
        assert_eq!(seen(&grader.executed(second[0], outcome()).unwrap()), [(VerdictKind::Passed, 0)]);
    });
}

#[test]
fn programs_that_cannot_change_the_verdict_are_not_executed() {
    with_grader(None, |grader| {
        assert!(grader.start(answer(0)).unwrap().is_none());
        let first = grader.tickets()[0];
        let judged = grader.executed(first, Outcome { status: Status::OutOfTime, ..outcome() }).unwrap();
        assert_eq!(seen(&judged), [(VerdictKind::Empty, 0)]);
        assert_eq!(judged[0].executions.len(), 1);
        assert_eq!((grader.executing(), grader.waiting()), (0, 0));
    });
}

#[test]
fn what_the_infrastructure_failed_is_not_remembered() {
    let cache = cache();
    with_grader(Some(&cache), |grader| {
        assert!(grader.start(answer(0)).unwrap().is_none());
        let ticket = grader.tickets()[0];
        let judged = grader.executed(ticket, Outcome::infra("a worker died")).unwrap();
        assert_eq!(seen(&judged), [(VerdictKind::Infra, 0)]);
        assert!(grader.start(answer(0)).unwrap().is_none());
    });
}
