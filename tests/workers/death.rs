//! Workers that die, and parents.

use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

use assay_api::{Outcome, Status};
use rustix::process::Signal;

use super::processes::{Process, this, until};
use super::support::{ASSAY, alone, endless, script, workers};

/// A child of this process that executes a program and is not one of `known`.
fn executing(known: &HashSet<Process>) -> Process {
    loop {
        for child in this().children() {
            if !known.contains(&child) && child.executes() {
                return child;
            }
        }
        std::thread::yield_now();
    }
}

fn completed(outcome: &Outcome) {
    assert!(matches!(outcome.status, Status::Completed { exit_code: 0 }), "{outcome:?}");
}

#[test]
fn a_program_whose_worker_is_killed_is_executed_again_and_answered_once() {
    let _alone = alone();
    let workers = workers(1);
    let (sender, receiver) = channel();
    let mut program = script("for _ in range(40_000_000): pass\nprint('done')");
    program.limits.fuel = 20_000_000_000;
    let undisturbed = workers.execute(program.clone());
    workers.submit(program, move |outcome| sender.send(outcome).unwrap());
    executing(&HashSet::new()).signal(Signal::KILL);
    let outcomes: Vec<Outcome> = receiver.iter().collect();
    assert_eq!(outcomes, [undisturbed]);
}

#[test]
fn a_program_whose_workers_are_always_killed_is_a_sandbox_crash_and_others_do_not_notice() {
    let _alone = alone();
    let workers = workers(1);
    let (sender, receiver) = channel();
    let mut programs = vec![endless()];
    programs.extend((0..5).map(|n| script(&format!("print({n})"))));
    for (index, program) in programs.into_iter().enumerate() {
        let sender = sender.clone();
        workers.submit(program, move |outcome| sender.send((index, outcome)).unwrap());
    }
    drop(sender);
    let mut killed = HashSet::new();
    for _ in 0..2 {
        let worker = executing(&killed);
        worker.signal(Signal::KILL);
        killed.insert(worker);
    }
    let outcomes: Vec<(usize, Outcome)> = receiver.iter().collect();
    assert_eq!(outcomes.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    let why = "sandbox crash: killed by signal 9 (SIGKILL, perhaps for lack of memory)";
    assert_eq!(outcomes[0].1.status, Status::Infra { why: why.to_owned() });
    for (index, outcome) in &outcomes[1..] {
        completed(outcome);
        assert_eq!(outcome.stdout.text(), format!("{}\n", index - 1));
    }
}

#[test]
fn a_worker_that_died_while_idle_is_replaced_unnoticed() {
    let _alone = alone();
    let workers = workers(1);
    for _ in 0..3 {
        completed(&workers.execute(script("pass")));
        let idle = this().children();
        idle.iter().for_each(|worker| worker.signal(Signal::KILL));
        until(|| idle.iter().all(|worker| !worker.exists()));
    }
}

#[test]
fn dropping_workers_ends_one_that_does_not_respond() {
    let _alone = alone();
    let workers = workers(1);
    let (sender, receiver) = channel();
    workers.submit(endless(), move |outcome| sender.send(outcome).unwrap());
    let worker = executing(&HashSet::new());
    worker.signal(Signal::STOP);
    until(|| worker.status("State").is_some_and(|state| state.starts_with('T')));
    drop(workers);
    assert!(receiver.recv().is_err() && !worker.exists());
}

#[test]
fn dropping_workers_ends_them() {
    let _alone = alone();
    let workers = workers(2);
    for _ in 0..6 {
        workers.submit(endless(), |_| {});
    }
    let worker = executing(&HashSet::new());
    drop(workers);
    assert!(!worker.exists());
}

#[test]
fn workers_die_with_their_parent() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("endless.py");
    std::fs::write(&file, "while True: pass").unwrap();
    let mut parent =
        Command::new(ASSAY).args(["exec", "--fuel", "1000000000000"]).arg(&file).stdout(Stdio::null()).spawn().unwrap();
    let process = Process(parent.id());
    until(|| !process.children().is_empty());
    let worker = process.children()[0];
    until(|| worker.executes());
    parent.kill().unwrap();
    parent.wait().unwrap();
    until(|| !worker.exists());
}
