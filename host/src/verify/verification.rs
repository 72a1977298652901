use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use assay_api::{Outcome, Status, VerdictKind};

use super::difference::{Difference, Field, Sample, fields};
use crate::batch::Batch;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::{
    RunReader, SampleKey, StoredExecution, StoredSample, outcome_digest, program_digest, results_digest,
};

/// What is verified, and by what.
pub struct Verification<'a> {
    /// The run.
    pub run: &'a RunReader,
    /// Executes programs on the runtimes that the run names, without looking at known outcomes.
    pub batch: Batch<'a>,
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

/// A verification at work.
struct Work<'a> {
    verification: &'a Verification<'a>,
    /// Where each program stands, by its digest.
    rows: BTreeMap<String, Vec<Row>>,
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
        let mut work = Work {
            verification: self,
            rows: by_program(samples),
            differences: self.altered_results()?,
            outcomes: BTreeMap::new(),
        };
        work.execute_all(progress)?;
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
    fn execute_all(&mut self, mut progress: impl FnMut(u64, u64)) -> Result<(), Failure> {
        let digests: Vec<String> = self.rows.keys().cloned().collect();
        let Verification { run, batch } = self.verification;
        let altered = RefCell::new(Vec::new());
        let programs = digests.iter().map(|digest| {
            let Some(program) = run.program(digest)? else {
                return Err(Failure::usage(format!("{}: program {digest} is not in it", run.path().display())));
            };
            let found = program_digest(&program);
            if found != *digest {
                altered.borrow_mut().push((digest, found));
            }
            Ok(program)
        });
        batch.run(programs, |index, outcome| {
            self.settle(&digests[index], &outcome)?;
            progress(self.outcomes.len() as u64, digests.len() as u64);
            Ok(())
        })?;
        // That a program is not what its digest says is a difference, too.
        for (digest, found) in altered.into_inner() {
            let field =
                |_: &Row| vec![Field::new("program", Some(&digest.as_str().into()), Some(&found.as_str().into()))];
            self.differ(digest, field);
        }
        Ok(())
    }

    /// Compares an outcome with what is recorded of its program.
    fn settle(&mut self, digest: &str, outcome: &Outcome) -> Result<(), Failure> {
        if let Status::Infra { why } = &outcome.status {
            let sample = self.rows[digest].first().map(|row| row.key.to_string()).unwrap_or_default();
            return Err(Failure::new(Exit::Runtime, format!("{sample}: the sandbox failed: {why}")));
        }
        let found = outcome_digest(outcome);
        let mut recorded = HashMap::new();
        for row in &self.rows[digest] {
            let digest = &row.execution.outcome;
            recorded.insert(digest.clone(), self.verification.run.outcome(digest)?);
        }
        self.differ(digest, |row| match recorded.get(&row.execution.outcome) {
            Some(Some(recorded)) => fields(recorded, &row.execution, outcome, &found),
            _ => vec![Field::new("outcome", None, Some(&outcome.status.name().into()))],
        });
        self.outcomes.insert(digest.to_owned(), found);
        Ok(())
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
