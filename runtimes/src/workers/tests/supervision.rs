use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use assay_api::{Outcome, Status};

use super::fake::{command, no_worker, program, worker_of};
use crate::budget::MemoryBudget;
use crate::workers::message::Hello;
use crate::workers::{WorkerCommand, Workers, WorkersOptions};

fn options(command: WorkerCommand, jobs: usize) -> WorkersOptions {
    WorkersOptions {
        jobs: NonZeroUsize::new(jobs).unwrap(),
        memory_budget: MemoryBudget::from_bytes(u64::MAX),
        ..WorkersOptions::new(command)
    }
}

fn start(options: WorkersOptions) -> Workers {
    Workers::with_hello(Hello { cache: PathBuf::new(), runtimes: Vec::new(), verify_resets: false }, options).unwrap()
}

fn workers(jobs: usize) -> Workers {
    start(options(command(), jobs))
}

/// Submits all `orders` at once; their outcomes, in the order of the orders.
fn submit_all(workers: &Workers, orders: &[&str]) -> Vec<Outcome> {
    let (sender, receiver) = channel();
    for (index, order) in orders.iter().enumerate() {
        let sender = sender.clone();
        workers.submit(program(order), move |outcome| sender.send((index, outcome)).unwrap());
    }
    drop(sender);
    let mut outcomes: Vec<_> = receiver.iter().collect();
    outcomes.sort_by_key(|(index, _)| *index);
    assert_eq!(outcomes.len(), orders.len(), "every program is answered once");
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn why(outcome: &Outcome) -> &str {
    match &outcome.status {
        Status::Infra { why } => why,
        status => panic!("not infra: {status:?}"),
    }
}

#[test]
fn programs_one_after_another_share_a_worker() {
    let workers = workers(4);
    let execute = |_| {
        let worker = worker_of(&workers.execute(program("work")));
        while workers.shared.queue.idle_workers() == 0 {
            std::thread::yield_now();
        }
        worker
    };
    let used: HashSet<u64> = (0..20).map(execute).collect();
    assert_eq!(used.len(), 1);
}

#[test]
fn each_program_gets_its_own_outcome() {
    let orders: Vec<String> = (0..200).map(|n| format!("work {n}")).collect();
    let orders: Vec<&str> = orders.iter().map(String::as_str).collect();
    let outcomes = submit_all(&workers(3), &orders);
    for (order, outcome) in orders.iter().zip(&outcomes) {
        assert_eq!(outcome.stdout.text(), *order);
    }
}

#[test]
fn a_program_larger_than_any_buffer_passes_both_ways() {
    let workers = workers(1);
    let large = "x".repeat(1 << 20);
    let outcomes = submit_all(&workers, &[large.as_str(); 8]);
    assert!(outcomes.iter().all(|outcome| outcome.stdout.bytes.len() == large.len()));
}

#[test]
fn a_program_that_always_kills_its_worker_is_the_only_one_to_suffer() {
    let mut orders = vec!["work"; 30];
    for (at, order) in [(3, "abort"), (11, "exit"), (20, "babble"), (26, "boast")] {
        orders[at] = order;
    }
    for jobs in [1, 2, 8] {
        let outcomes = submit_all(&workers(jobs), &orders);
        for (order, outcome) in orders.iter().zip(&outcomes) {
            let expected = match *order {
                "abort" => "sandbox crash: killed by signal 6 (SIGABRT)",
                "exit" => "sandbox crash: exited with code 7",
                "babble" | "boast" => "sandbox crash: it sent a message of",
                _ => {
                    worker_of(outcome);
                    continue;
                }
            };
            assert!(why(outcome).starts_with(expected), "{order}: {}", why(outcome));
        }
    }
}

#[test]
fn the_last_words_of_a_worker_are_told_without_their_colours() {
    let outcome = workers(1).execute(program("cry and exit"));
    assert!(why(&outcome).starts_with("sandbox crash: exited with code 8; it said: "), "{}", why(&outcome));
    assert!(why(&outcome).ends_with(" [1malas"), "{}", why(&outcome));
}

#[test]
fn a_worker_that_hangs_is_ended() {
    let workers = start(WorkersOptions { least_wall: Duration::from_millis(200), ..options(command(), 1) });
    assert_eq!(why(&workers.execute(program("hang"))), "sandbox crash: it took too long");
    worker_of(&workers.execute(program("work")));
}

#[test]
fn workers_that_never_start_are_given_up() {
    let workers = start(options(no_worker(), 2));
    for outcome in submit_all(&workers, &["work"; 10]) {
        assert_eq!(why(&outcome), "no sandbox worker starts, after 3 tries: exited with code 9");
    }
    assert!(why(&workers.execute(program("work"))).starts_with("no sandbox worker starts"));
}

#[test]
fn a_command_that_does_not_exist_is_named() {
    let missing = WorkerCommand::new("/nowhere/assay", ["worker"]).unwrap();
    let outcome = start(options(missing, 1)).execute(program("work"));
    assert!(why(&outcome).contains("/nowhere/assay: No such file"), "{}", why(&outcome));
}

#[test]
fn what_workers_lack_is_told_once() {
    static TOLD: AtomicU32 = AtomicU32::new(0);
    let notice = |text: &str| {
        assert_eq!(text, "sandbox workers run without anything at all");
        TOLD.fetch_add(1, Ordering::SeqCst);
    };
    let workers = start(WorkersOptions { notice, ..options(command(), 2) });
    submit_all(&workers, &["work", "abort", "work", "work"]);
    assert_eq!(TOLD.load(Ordering::SeqCst), 1);
}

#[test]
fn dropping_workers_does_not_wait_for_programs() {
    let workers = workers(2);
    let (sender, receiver) = channel();
    for order in ["hang", "hang", "hang", "work"] {
        let sender = sender.clone();
        workers.submit(program(order), move |outcome| sender.send(outcome).unwrap());
    }
    drop((workers, sender));
    // Unobserved: whoever waits for an outcome learns that there is none.
    assert_eq!(receiver.iter().filter(|outcome| !matches!(outcome.status, Status::Completed { .. })).count(), 0);
}

#[test]
fn sixty_four_programs_that_each_fill_the_budget_run_one_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let order = format!("alone {}", dir.path().join("mark").display());
    let budget = MemoryBudget::from_bytes(1);
    let workers = start(WorkersOptions { memory_budget: budget, ..options(command(), 8) });
    for outcome in submit_all(&workers, &[order.as_str(); 64]) {
        worker_of(&outcome);
    }
}
