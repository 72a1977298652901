use std::collections::{HashMap, HashSet};
use std::sync::mpsc::Sender;

use assay_api::{Outcome, Program, Scored, Solution, SuiteError, Task, Verdict};

use super::event::Event;
use super::judged::Judged;
use super::{Answer, Sweep};
use crate::outcomes::{Key, Keys};
use crate::seed::{Use, derive};
use crate::statistics::RequestTimes;
use crate::store::{Execution, SampleResult};

/// Turns answers into verdicts: extracts the solution, has its programs executed, scores their outcomes.
pub(super) struct Grader<'a> {
    sweep: &'a Sweep<'a>,
    tasks: HashMap<&'a str, &'a Task>,
    /// The digest of each runtime, by name.
    runtimes: HashMap<&'a str, &'a str>,
    events: Sender<Event>,
    /// Samples whose programs are being executed, by number.
    samples: HashMap<u64, Executing<'a>>,
    /// Executions under way, by ticket.
    executions: HashMap<u64, UnderWay>,
    /// The ticket of the execution of each program that is under way, with its seed and with any, where outcomes may be
    /// shared.
    tickets: HashMap<Key, u64>,
    /// Programs that are executed without waiting for what they do with another seed: they use it, or the infrastructure
    /// failed them.
    seeded: HashSet<Key>,
    /// The next sample's number or the next ticket.
    next: u64,
}

/// A sample whose programs are being executed.
struct Executing<'a> {
    task: &'a Task,
    answer: Answer,
    solution: Solution,
    programs: Vec<Program>,
    /// Those of the first programs; the next one is being executed.
    outcomes: Vec<Outcome>,
    /// How many of the outcomes were known without executing a program for this sample.
    cached: u64,
}

/// A program of a sample.
#[derive(Clone, Copy)]
struct Place {
    sample: u64,
    index: usize,
}

/// A program that is being executed.
struct UnderWay {
    keys: Option<Keys>,
    /// The program it is, and where the same one stands too.
    places: Vec<Place>,
    /// Where it stands with other seeds, which may turn out to mean nothing.
    otherwise_seeded: Vec<Place>,
}

impl<'a> Grader<'a> {
    pub(super) fn new(sweep: &'a Sweep<'a>, events: Sender<Event>) -> Self {
        Grader {
            sweep,
            tasks: sweep.suite.tasks.iter().map(|task| (task.id.as_str(), task)).collect(),
            runtimes: sweep.runtimes.iter().map(|runtime| (runtime.name(), runtime.digest())).collect(),
            events,
            samples: HashMap::new(),
            executions: HashMap::new(),
            tickets: HashMap::new(),
            seeded: HashSet::new(),
            next: 0,
        }
    }

    /// How many samples wait for outcomes.
    pub(super) fn waiting(&self) -> usize {
        self.samples.len()
    }

    /// How many programs the sandbox has been told to execute; several samples may wait for one.
    pub(super) fn executing(&self) -> usize {
        self.executions.len()
    }

    /// The tickets of the executions under way, in the order in which they began.
    #[cfg(test)]
    pub(super) fn tickets(&self) -> Vec<u64> {
        let mut tickets: Vec<u64> = self.executions.keys().copied().collect();
        tickets.sort_unstable();
        tickets
    }

    /// Starts to judge `answer`; returns its verdict if nothing needs to be executed for it.
    ///
    /// # Errors
    /// When the suite fails on the task.
    pub(super) fn start(&mut self, answer: Answer) -> Result<Option<Judged>, SuiteError> {
        let suite = &self.sweep.suite.suite;
        let Some(&task) = self.tasks.get(answer.key.task_id.as_str()) else {
            return Err(SuiteError::Internal(format!("no task {}", answer.key.task_id)));
        };
        if answer.is_truncated() {
            let scored = self.unread(task, Verdict::Truncated)?;
            return Ok(Some(judged(answer, None, Vec::new(), scored, 0)));
        }
        let Some(solution) = suite.extract(task, &answer.completion.completion)? else {
            let scored = self.unread(task, Verdict::Empty)?;
            return Ok(Some(judged(answer, None, Vec::new(), scored, 0)));
        };
        if let Some(scored) = suite.text_verdict(task, &solution)? {
            return Ok(Some(judged(answer, Some(solution), Vec::new(), scored, 0)));
        }
        let mut programs = suite.programs(task, &solution)?;
        let seed = derive(self.sweep.seed, Use::Program, &answer.key);
        let limits = &self.sweep.limits;
        let fuel = limits.fuel.or_else(|| Some(self.sweep.fuel.get(&task.id)?.limit));
        for program in &mut programs {
            program.seed = seed;
            let bounds = program.candidate_limits_mut();
            bounds.fuel = fuel.unwrap_or(bounds.fuel);
            bounds.memory_bytes = limits.memory_bytes.unwrap_or(bounds.memory_bytes);
        }
        let number = self.take_number();
        let sample = Executing { task, answer, solution, programs, outcomes: Vec::new(), cached: 0 };
        self.go_on(number, sample)
    }

    /// An answer of which nothing is judged: its parts, where the suite counts them, are as wrong as those of a blank text.
    fn unread(&self, task: &Task, verdict: Verdict) -> Result<Scored, SuiteError> {
        let blank = Solution { code: String::new(), rule: String::new() };
        let scored = self.sweep.suite.suite.text_verdict(task, &blank)?;
        Ok(Scored { verdict, scores: scored.map(|scored| scored.scores).unwrap_or_default() })
    }

    /// Asks for the outcomes of the sample's further programs, up to the first that is to be executed; returns the sample's
    /// verdict once they decide it.
    ///
    /// One after the other, since which are executed at all must not depend on which ends first.
    fn go_on(&mut self, number: u64, mut sample: Executing<'a>) -> Result<Option<Judged>, SuiteError> {
        while let Some(program) = self.next_program(&sample)? {
            let place = Place { sample: number, index: sample.outcomes.len() };
            let Some(known) = self.ask(place, program) else {
                self.samples.insert(number, sample);
                return Ok(None);
            };
            sample.cached += 1;
            sample.outcomes.push(known);
        }
        self.score(sample).map(Some)
    }

    /// The program whose outcome the sample's verdict needs next.
    fn next_program<'s>(&self, sample: &'s Executing<'_>) -> Result<Option<&'s Program>, SuiteError> {
        let next = sample.programs.get(sample.outcomes.len());
        match next {
            Some(_) if self.sweep.suite.suite.is_decided(sample.task, &sample.outcomes)? => Ok(None),
            next => Ok(next),
        }
    }

    fn take_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// What `program` does, if that is known; else it will be told to `place`, once the same program that is under way
    /// already, or this one, was executed.
    fn ask(&mut self, place: Place, program: &Program) -> Option<Outcome> {
        let outcomes = self.sweep.outcomes;
        let keys = outcomes.map(|_| Keys::new(program, self.runtime_digest(program)));
        if let Some((outcomes, keys)) = outcomes.zip(keys) {
            if let Some(outcome) = outcomes.get(&keys) {
                return Some(outcome);
            }
            if let Some(execution) =
                self.tickets.get(&keys.this_seed).and_then(|ticket| self.executions.get_mut(ticket))
            {
                execution.places.push(place);
                return None;
            }
            let other = self.tickets.get(&keys.any_seed).filter(|_| !self.seeded.contains(&keys.any_seed));
            if let Some(execution) = other.and_then(|ticket| self.executions.get_mut(ticket)) {
                execution.otherwise_seeded.push(place);
                return None;
            }
        }
        let ticket = self.take_number();
        if let Some(keys) = keys {
            self.tickets.insert(keys.this_seed, ticket);
            self.tickets.insert(keys.any_seed, ticket);
        }
        let execution = UnderWay { keys, places: vec![place], otherwise_seeded: Vec::new() };
        self.executions.insert(ticket, execution);
        self.submit(ticket, program.clone());
        None
    }

    fn runtime_digest(&self, program: &Program) -> &'a str {
        self.runtimes.get(program.runtime.as_str()).copied().unwrap_or_default()
    }

    fn submit(&self, ticket: u64, program: Program) {
        let events = self.events.clone();
        self.sweep.sandbox.submit(program, move |outcome| {
            // When the loop has ended, nobody needs the outcome.
            let _ = events.send(Event::Executed { ticket, outcome: Box::new(outcome) });
        });
    }

    /// Takes an outcome; returns the verdicts on the samples for which it was the last one.
    ///
    /// # Errors
    /// When the suite fails on the outcomes.
    pub(super) fn executed(&mut self, ticket: u64, outcome: Outcome) -> Result<Vec<Judged>, SuiteError> {
        let Some(execution) = self.executions.remove(&ticket) else { return Ok(Vec::new()) };
        // An outcome that says nothing of the program says nothing of it with another seed.
        let only_here = outcome.seed_used || outcome.is_infra();
        if let Some(keys) = execution.keys {
            self.forget(ticket, &keys);
            self.sweep.outcomes.iter().for_each(|outcomes| outcomes.put(&keys, &outcome));
            if only_here {
                self.seeded.insert(keys.any_seed);
            }
        }
        let mut judged = Vec::new();
        for (nth, place) in execution.places.into_iter().enumerate() {
            judged.extend(self.settle(place, outcome.clone(), nth > 0)?);
        }
        for place in execution.otherwise_seeded {
            let Some(program) = self.program(place).cloned() else { continue };
            let known = if only_here { self.ask(place, &program) } else { Some(outcome.clone()) };
            if let Some(known) = known {
                judged.extend(self.settle(place, known, true)?);
            }
        }
        Ok(judged)
    }

    /// Takes the ticket away from the keys that still lead to it.
    fn forget(&mut self, ticket: u64, keys: &Keys) {
        for key in [keys.this_seed, keys.any_seed] {
            if self.tickets.get(&key) == Some(&ticket) {
                self.tickets.remove(&key);
            }
        }
    }

    fn program(&self, place: Place) -> Option<&Program> {
        self.samples.get(&place.sample)?.programs.get(place.index)
    }

    /// Takes the outcome of the program that a sample waits for, `shared` if another sample's execution gave it; returns
    /// the sample's verdict if that decides it.
    fn settle(&mut self, place: Place, outcome: Outcome, shared: bool) -> Result<Option<Judged>, SuiteError> {
        let Some(mut sample) = self.samples.remove(&place.sample) else { return Ok(None) };
        sample.cached += u64::from(shared);
        sample.outcomes.push(outcome);
        self.go_on(place.sample, sample)
    }

    fn score(&self, sample: Executing<'_>) -> Result<Judged, SuiteError> {
        let scored = self.sweep.suite.suite.score(sample.task, &sample.outcomes)?;
        let executions = sample.programs.into_iter().zip(sample.outcomes).map(|(program, outcome)| Execution {
            turn: sample.answer.completion.turn,
            runtime: self.runtime_digest(&program).to_owned(),
            program,
            outcome,
        });
        let executions = executions.collect();
        Ok(judged(sample.answer, Some(sample.solution), executions, scored, sample.cached))
    }
}

fn judged(
    answer: Answer,
    solution: Option<Solution>,
    executions: Vec<Execution>,
    scored: Scored,
    cached: u64,
) -> Judged {
    let tokens = answer.completion.tokens;
    let times = RequestTimes {
        first_token_ms: answer.completion.first_token_ms,
        total_ms: answer.completion.total_ms,
        completion_tokens: tokens.completion,
    };
    let Scored { verdict, scores } = scored;
    let completions = if answer.recorded { Vec::new() } else { vec![answer.completion] };
    Judged {
        result: SampleResult { key: answer.key, completions, solution, executions, verdict, scores },
        tokens,
        times,
        cached,
    }
}
