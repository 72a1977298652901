use std::hash::{DefaultHasher, Hash, Hasher};

use assay_api::{Entry, Limits, Program};

use crate::budget::need;
use crate::sandbox::Reply;

/// A program and what is done with its outcome.
pub(super) struct Job {
    pub(super) program: Box<Program>,
    pub(super) reply: Reply,
    /// How often the infrastructure has failed it.
    pub(super) failures: u32,
    /// How often others that came later started before it.
    pub(super) overtaken: u32,
    /// Names its tests. A worker that has executed a program with the same starts this one faster.
    pub(super) tests: Option<u64>,
}

impl Job {
    pub(super) fn new(program: Program, reply: Reply) -> Self {
        let tests = tests(&program);
        Job { program: Box::new(program), reply, failures: 0, overtaken: 0, tests }
    }

    /// The most memory that the program takes, in bytes.
    pub(super) fn need(&self) -> u64 {
        need(&self.program)
    }

    /// The most fuel that the program takes.
    pub(super) fn fuel(&self) -> u64 {
        self.sum(|limits| limits.fuel)
    }

    /// The most that is kept of an output stream, in bytes, of all instances together.
    pub(super) fn capture_bytes(&self) -> u64 {
        self.sum(|limits| limits.capture_bytes)
    }

    /// What the limits of all its instances allow together.
    fn sum(&self, of: impl Fn(&Limits) -> u64) -> u64 {
        let candidate = match &self.program.entry {
            Entry::Judged { candidate, .. } => of(&candidate.limits),
            Entry::Script { .. } | Entry::Tests { .. } => 0,
        };
        of(&self.program.limits).saturating_add(candidate)
    }
}

fn tests(program: &Program) -> Option<u64> {
    let tests = match &program.entry {
        Entry::Tests { tests, .. } => tests,
        Entry::Judged { judge, .. } => judge,
        Entry::Script { .. } => return None,
    };
    let mut hasher = DefaultHasher::new();
    (&program.runtime, tests, program.file(tests)?).hash(&mut hasher);
    Some(hasher.finish())
}
