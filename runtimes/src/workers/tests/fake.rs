//! A worker that does what its programs say.

use std::fs::File;
use std::io::{Read, Write, stdin};
use std::os::fd::AsFd;

use assay_api::{Entry, Limits, Outcome, Program, SourceFile, Status};

use crate::workers::frame::{Decoder, encode};
use crate::workers::message::{Greeting, Hello};
use crate::workers::process::WORKER;
use crate::workers::{Confinement, WorkerCommand};

/// A worker that works.
pub(super) fn command() -> WorkerCommand {
    starting("workers::tests::fake::a_worker_when_started_as_one")
}

/// A program that is a worker only in name.
pub(super) fn no_worker() -> WorkerCommand {
    starting("workers::tests::fake::nothing_when_started_as_a_worker")
}

fn starting(test: &str) -> WorkerCommand {
    let arguments = ["--exact", test, "--nocapture", "--test-threads=1"];
    WorkerCommand::this_program(arguments).unwrap()
}

/// A program that has the worker do as `order` says.
pub(super) fn program(order: &str) -> Program {
    Program {
        runtime: "fake".to_owned(),
        files: vec![SourceFile { path: "order".to_owned(), text: order.to_owned() }],
        entry: Entry::script("order"),
        stdin: String::new(),
        limits: Limits { fuel: 1, ..Limits::default() },
        seed: 0,
    }
}

/// What a worker answers to an order: its own process id, so that workers can be told apart.
pub(super) fn worker_of(outcome: &Outcome) -> u64 {
    assert!(matches!(outcome.status, Status::Completed { .. }), "{outcome:?}");
    outcome.fuel
}

#[test]
fn a_worker_when_started_as_one() {
    if std::env::var_os(WORKER).is_none() {
        return;
    }
    let mut stream = File::from(stdin().as_fd().try_clone_to_owned().unwrap());
    let mut decoder = Decoder::default();
    let Some(_) = receive::<Hello>(&mut stream, &mut decoder) else { return };
    send(&mut stream, &Greeting::Ready(Confinement { missing: vec!["anything at all".to_owned()] }));
    while let Some(program) = receive::<Program>(&mut stream, &mut decoder) {
        match program.file("order").unwrap() {
            "abort" => std::process::abort(),
            "exit" => std::process::exit(7),
            "cry and exit" => {
                eprintln!("\u{1b}[1malas");
                std::process::exit(8);
            }
            "hang" => {
                let _ = stream.read(&mut [0]); // until the parent is gone
            }
            "babble" => stream.write_all(&[0xc1; 64]).unwrap(),
            "boast" => stream.write_all(&u32::MAX.to_le_bytes()).unwrap(),
            text => {
                if let Some(mark) = text.strip_prefix("alone ") {
                    drop(File::create_new(mark).expect("no other program runs"));
                    std::fs::remove_file(mark).unwrap();
                }
                let mut outcome = Outcome::infra("");
                outcome.status = Status::Completed { exit_code: 0 };
                outcome.fuel = std::process::id().into();
                outcome.stdout.bytes = text.as_bytes().to_vec();
                send(&mut stream, &outcome);
            }
        }
    }
    std::process::exit(0);
}

#[test]
fn nothing_when_started_as_a_worker() {
    if std::env::var_os(WORKER).is_some() {
        std::process::exit(9);
    }
}

fn receive<T: serde::de::DeserializeOwned>(stream: &mut File, decoder: &mut Decoder) -> Option<T> {
    loop {
        if let Some(message) = decoder.next(usize::MAX).unwrap() {
            return Some(message);
        }
        if decoder.read(stream).unwrap() == 0 {
            return None;
        }
    }
}

fn send(stream: &mut File, message: &impl serde::Serialize) {
    let mut bytes = Vec::new();
    encode(message, &mut bytes).unwrap();
    stream.write_all(&bytes).unwrap();
}
