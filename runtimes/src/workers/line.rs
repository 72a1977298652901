use std::collections::{HashMap, VecDeque};

use super::job::Job;

/// So many jobs from the front may start before the first one.
const WINDOW: usize = 64;

/// A job that was overtaken so often is next.
const MOST_OVERTAKEN: u32 = 256;

/// The tests of so many tasks are remembered.
const OWNED: usize = 1 << 14;

/// The jobs that wait, mostly in the order in which they came.
///
/// A worker keeps snapshots in which the tests of its last tasks are compiled, so a job waits for the worker that knows its
/// tests while others have something else to do. No worker is idle for that.
#[derive(Default)]
pub(super) struct Line {
    jobs: VecDeque<Job>,
    /// Which slot's worker knows which tests.
    owners: HashMap<u64, usize>,
}

impl Line {
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Job> {
        self.jobs.get(at)
    }

    pub(super) fn push_back(&mut self, job: Job) {
        self.jobs.push_back(job);
    }

    pub(super) fn push_front(&mut self, job: Job) {
        self.jobs.push_front(job);
    }

    /// The first job whose tests a slot knows that is `free`, and that slot.
    pub(super) fn owned_by(&self, free: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
        self.window().find_map(|(at, job)| Some((at, self.owner(job).filter(|slot| free(*slot))?)))
    }

    /// Which job suits `slot` best: one whose tests it knows, else one whose tests none knows, else the first.
    pub(super) fn choose(&self, slot: usize) -> usize {
        let own = self.window().find(|(_, job)| self.owner(job) == Some(slot));
        let unknown = || self.window().find(|(_, job)| self.owner(job).is_none());
        own.or_else(unknown).map_or(0, |(at, _)| at)
    }

    /// Takes the job at place `at`, for `slot`.
    pub(super) fn take(&mut self, at: usize, slot: usize) -> Option<Job> {
        let job = self.jobs.remove(at)?;
        self.jobs.iter_mut().take(at).for_each(|earlier| earlier.overtaken += 1);
        if let Some(tests) = job.tests {
            if self.owners.len() >= OWNED {
                self.owners.clear();
            }
            self.owners.insert(tests, slot);
        }
        Some(job)
    }

    /// Forgets what the slot's worker knew.
    pub(super) fn disown(&mut self, slot: usize) {
        self.owners.retain(|_, owner| *owner != slot);
    }

    /// Empties the line.
    pub(super) fn clear(&mut self) -> VecDeque<Job> {
        std::mem::take(&mut self.jobs)
    }

    /// The jobs that may start now, with their places.
    fn window(&self) -> impl Iterator<Item = (usize, &Job)> {
        let overdue = self.jobs.front().is_some_and(|job| job.overtaken >= MOST_OVERTAKEN);
        self.jobs.iter().enumerate().take(if overdue { 1 } else { WINDOW })
    }

    fn owner(&self, job: &Job) -> Option<usize> {
        self.owners.get(&job.tests?).copied()
    }
}

#[cfg(test)]
mod tests {
    use assay_api::{Entry, Limits, Program, SourceFile};

    use super::*;

    /// A job with these tests, or a script.
    fn job(tests: &str) -> Job {
        let entry = match tests {
            "" => Entry::script("tests"),
            _ => Entry::tests("tests", "tests"),
        };
        let program = Program {
            runtime: "python".to_owned(),
            files: vec![SourceFile { path: "tests".to_owned(), text: tests.to_owned() }],
            entry,
            stdin: String::new(),
            limits: Limits::default(),
            seed: 0,
        };
        Job::new(program, Box::new(|_| {}))
    }

    fn line(tests: &[&str]) -> Line {
        let mut line = Line::default();
        tests.iter().for_each(|tests| line.push_back(job(tests)));
        line
    }

    fn next(line: &mut Line, slot: usize) -> String {
        let at = line.choose(slot);
        line.take(at, slot).unwrap().program.files[0].text.clone()
    }

    #[test]
    fn workers_share_tasks_rather_than_samples() {
        let mut line = line(&["a", "a", "a", "b", "b", "c"]);
        let order: Vec<(usize, String)> = [0, 1, 0, 1, 0, 1].map(|slot| (slot, next(&mut line, slot))).into();
        let expected = [(0, "a"), (1, "b"), (0, "a"), (1, "b"), (0, "a"), (1, "c")];
        assert_eq!(order, expected.map(|(slot, tests)| (slot, tests.to_owned())));
    }

    #[test]
    fn a_worker_takes_anothers_task_rather_than_nothing() {
        let mut line = line(&["a", "a"]);
        assert_eq!((next(&mut line, 0), next(&mut line, 1)), ("a".to_owned(), "a".to_owned()));
    }

    #[test]
    fn programs_without_tests_keep_their_order() {
        let mut line = line(&["", "", ""]);
        assert_eq!((line.choose(0), line.choose(1)), (0, 0));
        line.take(0, 0);
        assert_eq!((line.choose(0), line.choose(1)), (0, 0));
    }

    #[test]
    fn a_job_that_was_overtaken_too_often_is_next() {
        let mut line = line(&["a", "b"]);
        assert_eq!((next(&mut line, 0), next(&mut line, 1)), ("a".to_owned(), "b".to_owned()));
        line.push_back(job("b"));
        for _ in 0..MOST_OVERTAKEN {
            line.push_back(job("a"));
            assert_eq!(next(&mut line, 0), "a");
        }
        line.push_back(job("a"));
        assert_eq!(next(&mut line, 0), "b");
    }

    #[test]
    fn a_worker_that_is_gone_knows_no_tests() {
        let mut line = line(&["a", "b", "a"]);
        next(&mut line, 0);
        assert_eq!(line.owned_by(|_| true), Some((1, 0)));
        line.disown(0);
        assert_eq!(line.owned_by(|_| true), None);
    }
}
