//! Random programs, hostile ones among them: each is answered, none takes a worker down, nothing leaks, and neither the
//! number of workers nor a busy machine shows in an outcome.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use std::{env, hint, thread};

use assay_api::{Outcome, Program, Status};
use assay_runtimes::Workers;

use super::generator::Generator;
use super::processes::{Process, this};
use super::support::{alone, workers};

/// How many programs, where another number than [`PROGRAMS`] is wanted.
const COUNT: &str = "ASSAY_RANDOM_PROGRAMS";

/// Enough to meet every kind of program a few times.
const PROGRAMS: u64 = 600;

/// What processes may keep of the second half of all programs, in bytes.
const LEAK_BYTES: u64 = 5_000_000;

fn count() -> u64 {
    env::var(COUNT).map_or(PROGRAMS, |text| text.parse().expect("a number of programs"))
}

/// What came of programs.
#[derive(Default)]
struct Found {
    /// By number.
    digests: BTreeMap<u64, [u8; 32]>,
    /// How many ended in each way.
    endings: BTreeMap<String, u64>,
    /// What must not have been.
    wrong: Vec<(u64, Outcome)>,
}

impl Found {
    fn add(&mut self, number: u64, valid: bool, outcome: Outcome) {
        *self.endings.entry(outcome.status.name().to_owned()).or_default() += 1;
        self.digests.insert(number, outcome.digest());
        let sides = [Some(&outcome), outcome.candidate.as_deref()];
        if sides.into_iter().flatten().any(|side| is_wrong(&side.status, valid)) {
            self.wrong.push((number, outcome));
        }
    }
}

/// Whether a program must not end so. One that is `valid` has no syntax error.
fn is_wrong(status: &Status, valid: bool) -> bool {
    match status {
        Status::Infra { .. } => true,
        Status::Exception { exception } => valid && exception.type_name == "SyntaxError",
        _ => false,
    }
}

/// Executes the programs of these numbers, some at a time, as a run does.
fn execute(workers: &Workers, generator: &Generator, numbers: Range<u64>, found: &mut Found) {
    const AHEAD: u64 = 64;
    let (sender, receiver) = channel();
    let (mut next, mut under_way) = (numbers.start, 0);
    while next < numbers.end || under_way > 0 {
        while next < numbers.end && under_way < AHEAD {
            let (number, sender) = (next, sender.clone());
            let (program, valid): (Program, bool) = generator.program(number);
            workers.submit(program, move |outcome| drop(sender.send((number, valid, outcome))));
            (next, under_way) = (next + 1, under_way + 1);
        }
        let (number, valid, outcome) = receiver.recv().expect("this holds a sender");
        found.add(number, valid, outcome);
        under_way -= 1;
    }
}

/// What `jobs` workers make of all programs.
fn digests(generator: &Generator, jobs: usize) -> BTreeMap<u64, [u8; 32]> {
    let mut found = Found::default();
    execute(&workers(jobs), generator, 0..count(), &mut found);
    found.digests
}

/// Does `work` while threads keep every processor busy.
fn beside_hogs<R>(work: impl FnOnce() -> R) -> R {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// What each process has written to and keeps, in bytes, once it has given back what it will: a worker does so when it had nothing
/// to do for a second.
fn settled(processes: &[Process]) -> Vec<u64> {
    const UNCHANGED: Duration = Duration::from_secs(3);
    let read = || -> Vec<u64> { processes.iter().map(|process| process.written_bytes().unwrap_or(0)).collect() };
    let (mut least, mut since) = (read(), Instant::now());
    while since.elapsed() < UNCHANGED {
        for (least, now) in least.iter_mut().zip(read()) {
            if now < *least {
                (*least, since) = (now, Instant::now());
            }
        }
        thread::yield_now();
    }
    least
}

#[test]
fn random_programs_end_as_outcomes_take_no_worker_down_and_leak_nothing() {
    let _alone = alone();
    let (workers, generator, count) = (workers(2), Generator::new(), count());
    let mut found = Found::default();
    execute(&workers, &generator, 0..count / 2, &mut found);
    let mut processes = this().children();
    let serving: HashSet<Process> = processes.iter().copied().collect();
    processes.push(this());
    let before = settled(&processes);
    execute(&workers, &generator, count / 2..count, &mut found);
    let after = settled(&processes);
    eprintln!("{count} programs: {:?}; written bytes {before:?} -> {after:?}", found.endings);

    assert!(found.wrong.is_empty(), "{:#?}", found.wrong);
    assert_eq!(found.digests.len() as u64, count);
    assert_eq!(serving, this().children().into_iter().collect(), "workers died");
    for kind in ["completed", "exception", "out_of_fuel", "out_of_memory", "output_limit", "trap"] {
        assert!(found.endings.contains_key(kind), "no program of this many ended with {kind}: {:?}", found.endings);
    }
    for (process, (before, after)) in processes.iter().zip(before.iter().zip(&after)) {
        assert!(after.saturating_sub(*before) < LEAK_BYTES, "{process:?} kept {} KiB", (after - before) >> 10);
    }
}

#[test]
fn random_programs_have_the_same_outcomes_in_any_number_of_workers_and_on_a_busy_machine() {
    let _alone = alone();
    // One for all: the corpus may be edited meanwhile.
    let generator = Generator::new();
    let (none, expected) = (Vec::<u64>::new(), digests(&generator, 1));
    let different = |found: &BTreeMap<u64, [u8; 32]>| -> Vec<u64> {
        expected
            .iter()
            .filter(|(number, digest)| found.get(number) != Some(digest))
            .map(|(number, _)| *number)
            .collect()
    };
    for jobs in [2, 8] {
        assert_eq!(different(&digests(&generator, jobs)), none, "with {jobs} jobs");
    }
    assert_eq!(different(&beside_hogs(|| digests(&generator, 2))), none, "beside what keeps all processors busy");
}
