use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};

use assay_runtimes::{Runtime, Sandbox};

use super::dialogue::{Dialogues, Next};
use super::event::Event;
use super::grader::Grader;
use super::judged::{Judged, JudgedTurn};
use super::sampler::Asking;
use super::{Answer, Ledger, Manner, Sampler, Tally, Want};
use crate::calibration::FuelLimits;
use crate::catalogue::LoadedSuite;
use crate::endpoint::EndpointError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::outcomes::OutcomeCache;
use crate::store::LimitOverrides;

/// How many samples' programs are handed to the sandbox ahead of each thread, so that none waits for the loop.
const AHEAD: usize = 8;

/// How many samples wait for outcomes at most; more than are executed, since the same program stands for many.
const WAITING: usize = 1024;

/// How many events are handled before their verdicts are recorded together.
const BATCH: usize = 256;

/// What is judged, and by whom.
pub struct Sweep<'a> {
    /// The suite.
    pub suite: &'a LoadedSuite,
    /// The sandbox.
    pub sandbox: &'a Sandbox,
    /// Its runtimes.
    pub runtimes: &'a [Runtime],
    /// How many programs the sandbox executes at once.
    pub jobs: usize,
    /// The run's seed.
    pub seed: u64,
    /// The tasks' fuel limits, which stand above their programs' own.
    pub fuel: &'a FuelLimits,
    /// Limits that stand above all others.
    pub limits: LimitOverrides,
    /// Outcomes that are known; without it every program is executed.
    pub outcomes: Option<&'a OutcomeCache>,
    /// How the model is asked, or was; `None` where completions are given. Without it an answer is all of its sample.
    pub manner: Option<Manner>,
}

/// Where completions come from.
pub struct Work {
    /// Answers at hand: a samples file's, or those that an earlier invocation left unjudged.
    pub answers: Vec<Answer>,
    /// What to ask a model for.
    pub wants: Option<(Sampler, Vec<Want>)>,
}

/// Why a sweep ended.
#[derive(Debug)]
pub enum Ended {
    /// Every sample has a verdict, but for those of dialogues that have to go on where no model is asked.
    Done,
    /// The user asked to stop.
    Interrupted,
    /// The endpoint failed for good.
    EndpointDown(Box<EndpointError>),
}

/// Watches a sweep.
pub trait Observer {
    /// More samples have a verdict.
    fn judged(&mut self, tally: &Tally);
}

impl Sweep<'_> {
    /// Judges all of `work` and records it in `ledger`.
    ///
    /// # Errors
    /// When the suite fails, or the run file cannot be written. What was recorded stays.
    pub fn run(&self, work: Work, ledger: &mut Ledger, observer: &mut dyn Observer) -> Result<Ended, Failure> {
        let (events, inbox) = channel();
        let grader = Grader::new(self, events.clone());
        let interrupted = events.clone();
        // The loop may have ended before the interruption.
        interrupt::listen(move || drop(interrupted.send(Event::Interrupted)));
        let awaited = work.wants.as_ref().map_or(0, |(_, wants)| wants.len());
        let asking = match work.wants {
            Some((sampler, wants)) => Some(sampler.ask(wants, events).map_err(|error| {
                Failure::new(Exit::Endpoint, format!("the client for the endpoint cannot start: {error}"))
            })?),
            None => None,
        };
        let dialogues = Dialogues::new(self.suite, self.manner.as_ref());
        let queue = work.answers.into();
        let mut state = Loop { sweep: self, grader, dialogues, ledger, queue, asking, awaited, ended: None };
        state.run(&inbox, observer)
    }
}

struct Loop<'a, 'b> {
    sweep: &'b Sweep<'a>,
    grader: Grader<'b>,
    dialogues: Dialogues<'b>,
    ledger: &'b mut Ledger,
    queue: VecDeque<Answer>,
    asking: Option<Asking>,
    /// How many answers the model still owes.
    awaited: usize,
    /// Set when no further sample is to be started.
    ended: Option<Ended>,
}

impl Loop<'_, '_> {
    fn run(&mut self, inbox: &Receiver<Event>, observer: &mut dyn Observer) -> Result<Ended, Failure> {
        if interrupt::requested() {
            return Ok(Ended::Interrupted);
        }
        let mut judged = Vec::new();
        loop {
            self.start_some(&mut judged)?;
            if !judged.is_empty() {
                self.ledger.judged(std::mem::take(&mut judged))?;
                observer.judged(self.ledger.tally());
            }
            if self.is_over() {
                self.asking = None;
                return Ok(self.ended.take().unwrap_or(Ended::Done));
            }
            if self.can_start() {
                continue;
            }
            // A sender lives in the grader, so this waits until something happens.
            let Ok(event) = inbox.recv() else { continue };
            judged.extend(self.handle(event)?);
            for event in inbox.try_iter().take(BATCH) {
                judged.extend(self.handle(event)?);
            }
        }
    }

    fn is_over(&self) -> bool {
        match &self.ended {
            // What was answered is on record: a later invocation judges it.
            Some(Ended::Interrupted) => true,
            Some(_) => self.grader.waiting() == 0,
            None => {
                let all_answered = self.asking.is_none() || self.awaited == 0;
                self.queue.is_empty() && self.grader.waiting() == 0 && all_answered
            }
        }
    }

    fn can_start(&self) -> bool {
        let room = self.grader.executing() < self.sweep.jobs * AHEAD && self.grader.waiting() < WAITING;
        self.ended.is_none() && room && !self.queue.is_empty()
    }

    fn start_some(&mut self, judged: &mut Vec<Judged>) -> Result<(), Failure> {
        while self.can_start() && judged.len() < BATCH {
            let Some(answer) = self.queue.pop_front() else { break };
            let turn = self.grader.start(answer).map_err(|error| self.suite_failure(&error))?;
            judged.extend(self.go_on(turn)?);
        }
        Ok(())
    }

    /// Goes on with the samples of these answers; returns those that have their verdicts.
    fn go_on(&mut self, turns: impl IntoIterator<Item = JudgedTurn>) -> Result<Vec<Judged>, Failure> {
        let mut judged = Vec::new();
        for turn in turns {
            match self.dialogues.next(turn).map_err(|error| self.suite_failure(&error))? {
                Next::Over(sample) => judged.push(*sample),
                // Before all others: it is the rest of what has been begun.
                Next::Answer(answer) => self.queue.push_front(*answer),
                Next::Ask(want) => self.ask(*want)?,
            }
        }
        Ok(judged)
    }

    fn ask(&mut self, want: Want) -> Result<(), Failure> {
        match &self.asking {
            Some(asking) if self.ended.is_none() => {
                self.awaited += 1;
                asking.further(want);
                Ok(())
            }
            // What the sample has is kept, for who asks on.
            _ => {
                let (unrecorded, _) = self.dialogues.leave(&want.key);
                unrecorded.iter().try_for_each(|completion| self.ledger.answered(&want.key, completion))
            }
        }
    }

    fn handle(&mut self, event: Event) -> Result<Vec<Judged>, Failure> {
        match event {
            Event::Answered(mut answer) => {
                self.awaited -= 1;
                self.ledger.answered(&answer.key, &answer.completion)?;
                answer.recorded = true;
                self.queue.push_back(*answer);
            }
            Event::Unanswered { key, failure } => {
                self.awaited -= 1;
                let (_, spent) = self.dialogues.leave(&key);
                self.ledger.unanswered(key, &failure, spent)?;
            }
            Event::EndpointDown(error) => self.ended = Some(Ended::EndpointDown(error)),
            Event::AllAsked => self.asking = None,
            Event::Interrupted => {
                self.asking = None;
                self.ended = Some(Ended::Interrupted);
            }
            Event::Executed { ticket, outcome } => {
                let turns = self.grader.executed(ticket, *outcome).map_err(|error| self.suite_failure(&error))?;
                return self.go_on(turns);
            }
        }
        Ok(Vec::new())
    }

    fn suite_failure(&self, error: &assay_api::SuiteError) -> Failure {
        Failure::suite(&self.sweep.suite.info().id, error)
    }
}
