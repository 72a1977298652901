use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::mpsc::{Receiver, Sender, channel};

use assay_api::{Outcome, Status, VerdictKind};
use assay_runtimes::Pool;

use super::difference::{Difference, Field, Sample, fields};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::store::{
    RunReader, SampleKey, StoredExecution, StoredSample, outcome_digest, program_digest, results_digest,
};

/// How many programs are handed to the sandbox ahead of each thread.
const AHEAD: usize = 8;

/// What is verified, and by what.
pub struct Verification<'a> {
    /// The run.
    pub run: &'a RunReader,
    /// The sandbox, with the runtimes that the run names.
    pub pool: &'a Pool,
    /// How many programs it executes at once.
    pub jobs: usize,
}

/// What verifying a run found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many programs were executed, the same one of several samples once.
    pub programs: u64,
    /// What the file says and is not so, sorted by sample.
    pub differences: Vec<Difference>,
    /// The digest over the file's verdicts and the outcomes that were found.
    pub results_digest: String,
}

/// A sample's program as the run file has it.
struct Row {
    key: SampleKey,
    position: u32,
    execution: StoredExecution,
}

enum Event {
    Executed { program: String, outcome: Box<Outcome> },
    Interrupted,
}

/// A verification at work.
struct Work<'a> {
    verification: &'a Verification<'a>,
    /// Where each program stands, by its digest.
    rows: BTreeMap<String, Vec<Row>>,
    events: Sender<Event>,
    /// Programs that the sandbox failed on once.
    failed: HashSet<String>,
    differences: Vec<Difference>,
    /// The digest of what came of each program, by the program's.
    outcomes: BTreeMap<String, String>,
}

impl Verification<'_> {
    /// Executes every program again; `progress` is told how many are done and how many there are.
    ///
    /// # Errors
    /// When the file cannot be read, the sandbox fails on a program twice, or the user interrupts.
    pub fn run(&self, progress: impl FnMut(u64, u64)) -> Result<Verified, Failure> {
        let samples = self.run.load_results()?;
        let verdicts: Vec<(SampleKey, VerdictKind)> =
            samples.iter().map(|sample| (sample.key.clone(), sample.verdict.kind())).collect();
        let (events, inbox) = channel();
        let mut work = Work {
            verification: self,
            rows: by_program(samples),
            events,
            failed: HashSet::new(),
            differences: self.altered_results()?,
            outcomes: BTreeMap::new(),
        };
        work.execute_all(&inbox, progress)?;
        work.differences.sort_by(|a, b| a.sample.cmp(&b.sample));
        Ok(Verified {
            programs: work.rows.len() as u64,
            results_digest: work.results_digest(&verdicts),
            differences: work.differences,
        })
    }

    /// The run's own digest of its results, if it does not fit what it holds: a verdict was altered.
    fn altered_results(&self) -> Result<Vec<Difference>, Failure> {
        let Some((_, recorded)) = self.run.metrics()? else { return Ok(Vec::new()) };
        let found = self.run.results_digest()?;
        let field = Field::new("results_digest", Some(&recorded.as_str().into()), Some(&found.as_str().into()));
        Ok((recorded != found).then(|| field.of(None)).into_iter().collect())
    }
}

fn by_program(samples: Vec<StoredSample>) -> BTreeMap<String, Vec<Row>> {
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for sample in samples {
        for (position, execution) in (0..).zip(sample.executions) {
            let row = Row { key: sample.key.clone(), position, execution };
            rows.entry(row.execution.program.clone()).or_default().push(row);
        }
    }
    rows
}

impl Work<'_> {
    fn execute_all(&mut self, inbox: &Receiver<Event>, mut progress: impl FnMut(u64, u64)) -> Result<(), Failure> {
        let interrupted = self.events.clone();
        // The loop may have ended before the interruption.
        interrupt::listen(move || drop(interrupted.send(Event::Interrupted)));
        if interrupt::requested() {
            return Err(Failure::interrupted());
        }
        let total = self.rows.len() as u64;
        let mut waiting: Vec<String> = self.rows.keys().rev().cloned().collect();
        let mut executing = 0;
        loop {
            progress(self.outcomes.len() as u64, total);
            while executing < self.verification.jobs * AHEAD
                && let Some(digest) = waiting.pop()
            {
                self.submit(&digest)?;
                executing += 1;
            }
            if executing == 0 {
                return Ok(());
            }
            let Ok(Event::Executed { program, outcome }) = inbox.recv() else { return Err(Failure::interrupted()) };
            if self.settle(program, &outcome)? {
                executing -= 1;
            }
        }
    }

    /// Has a program executed. That it is not what its digest says is a difference.
    fn submit(&mut self, digest: &str) -> Result<(), Failure> {
        let run = self.verification.run;
        let Some(program) = run.program(digest)? else {
            return Err(Failure::usage(format!("{}: program {digest} is not in it", run.path().display())));
        };
        let found = program_digest(&program);
        if found != digest && !self.failed.contains(digest) {
            self.differ(digest, |_| vec![Field::new("program", Some(&digest.into()), Some(&found.as_str().into()))]);
        }
        let (events, digest) = (self.events.clone(), digest.to_owned());
        self.verification.pool.submit(program, move |outcome| {
            // After an error nobody waits for it.
            let _ = events.send(Event::Executed { program: digest, outcome: Box::new(outcome) });
        });
        Ok(())
    }

    /// Takes an outcome. One that says nothing of its program is tried for once more; then the answer is `false`.
    fn settle(&mut self, digest: String, outcome: &Outcome) -> Result<bool, Failure> {
        if let Status::Infra { why } = &outcome.status {
            if !self.failed.insert(digest.clone()) {
                let sample = self.rows[&digest].first().map(|row| row.key.to_string()).unwrap_or_default();
                return Err(Failure::new(Exit::Runtime, format!("{sample}: the sandbox failed: {why}")));
            }
            self.submit(&digest)?;
            return Ok(false);
        }
        let found = outcome_digest(outcome);
        let mut recorded = HashMap::new();
        for row in &self.rows[&digest] {
            let digest = &row.execution.outcome;
            recorded.insert(digest.clone(), self.verification.run.outcome(digest)?);
        }
        self.differ(&digest, |row| match recorded.get(&row.execution.outcome) {
            Some(Some(recorded)) => fields(recorded, &row.execution, outcome, &found),
            _ => vec![Field::new("outcome", None, Some(&outcome.status.name().into()))],
        });
        self.outcomes.insert(digest, found);
        Ok(true)
    }

    /// Notes differences of every sample that has the program.
    fn differ(&mut self, digest: &str, fields: impl Fn(&Row) -> Vec<Field>) {
        for row in &self.rows[digest] {
            let sample = Sample::new(&row.key, row.position);
            self.differences.extend(fields(row).into_iter().map(|field| field.of(Some(sample.clone()))));
        }
    }

    /// The digest over the recorded verdicts and the outcomes that were found.
    fn results_digest(&self, verdicts: &[(SampleKey, VerdictKind)]) -> String {
        let mut found: BTreeMap<&SampleKey, BTreeMap<u32, &str>> = BTreeMap::new();
        for row in self.rows.values().flatten() {
            let outcome = self.outcomes.get(&row.execution.program).map_or("", String::as_str);
            found.entry(&row.key).or_default().insert(row.position, outcome);
        }
        results_digest(verdicts.iter().map(|(key, verdict)| {
            let outcomes = found.remove(key).unwrap_or_default().into_values().collect();
            (key, *verdict, outcomes)
        }))
    }
}
