//! What workers take of the machine's memory.

use std::sync::mpsc::channel;

use assay_api::Status;
use assay_runtimes::MemoryBudget;

use super::processes::{Process, this, until};
use super::support::{alone, script, tested, workers, workers_within};

const MIB: u64 = 1 << 20;

/// What these processes have for themselves, together, in bytes.
fn private(processes: &[Process]) -> u64 {
    processes.iter().filter_map(|process| process.private_bytes()).sum()
}

#[test]
fn sixty_four_programs_that_fill_their_memory_stay_within_the_budget() {
    let _alone = alone();
    let budget = 1 << 30;
    let workers = workers_within(64, MemoryBudget::from_bytes(budget));
    let mut program = script("x = bytearray(200 << 20)\nx[::4096] = b'x' * len(x[::4096])");
    program.limits.memory_bytes = 256 * MIB;
    program.limits.fuel = 10_000_000_000;
    let (sender, receiver) = channel();
    for _ in 0..64 {
        let sender = sender.clone();
        workers.submit(program.clone(), move |outcome| sender.send(outcome).unwrap());
    }
    drop(sender);
    let (mut peak, mut answered) = (0, 0);
    while answered < 64 {
        peak = peak.max(private(&this().children()));
        for outcome in receiver.try_iter() {
            assert_eq!(outcome.status, Status::Completed { exit_code: 0 });
            answered += 1;
        }
    }
    assert!(peak <= budget, "{} MiB", peak / MIB);
    assert!(peak >= 200 * MIB, "the programs took {} MiB, so that this shows nothing", peak / MIB);
}

#[test]
fn an_idle_worker_gives_memory_back() {
    let _alone = alone();
    let workers = workers(1);
    for n in 0..100 {
        let tests = format!("def test_{n}():\n    assert f(1) == 2\n");
        for _ in 0..3 {
            let _ = workers.execute(tested("x = bytearray(20_000_000)\ndef f(x): return x + 1", &tests));
        }
    }
    let children = this().children();
    assert_eq!(children.len(), 1);
    until(|| private(&children) <= 40 * MIB);
    assert_eq!(workers.execute(script("pass")).status, Status::Completed { exit_code: 0 });
    assert_eq!(this().children(), children, "it gave up its memory, not its life");
}
