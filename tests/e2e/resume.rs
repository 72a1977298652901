use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use assay::mock::{Answer, Fault};
use rusqlite::{Connection, OpenFlags};
use rustix::process::Signal;

use crate::assay::{Assay, User};
use crate::model::{Asked, Model, Suite, golds, refusal};

const SAMPLES: usize = 12;
const CONCURRENCY: usize = 4;

/// How many requests are answered before the interruption.
const ANSWERED: usize = 5;

/// 12 samples: two of six tasks.
fn run(user: &User, model: &Model) -> Assay {
    let url = model.url();
    let line = ["run", "demo", "--base-url", &url, "--model", "m", "--json", "-o", "run.assay"];
    user.assay(line.into_iter().chain(["-n", "2", "--limit", "6", "--concurrency", "4"]))
}

/// A model that knows the answers, and holds them back after so many requests until it is told to go on.
struct Held {
    model: Model,
    answered: Arc<AtomicUsize>,
}

impl Held {
    fn after(answered: usize) -> Self {
        let suite = Suite::demo();
        let gold = golds(&suite);
        let limit = Arc::new(AtomicUsize::new(answered));
        let answered = Arc::clone(&limit);
        let model = Model::new(&suite, move |asked: &Asked| {
            let answer = Answer::text(&gold[&asked.task_id]);
            if asked.nth < limit.load(Ordering::SeqCst) { answer } else { answer.with_fault(Fault::Stall) }
        });
        Held { model, answered }
    }

    fn go_on(&self) {
        self.answered.store(usize::MAX, Ordering::SeqCst);
    }
}

/// The digest of the run when nothing interrupts it.
fn uninterrupted() -> String {
    let json = run(&User::new(), &Model::golden(&Suite::demo())).run().done().json();
    json["results_digest"].as_str().unwrap().to_owned()
}

/// How many completions the run file holds, while it may be written or not be there yet.
pub(crate) fn recorded(path: &Path) -> usize {
    let read = || -> rusqlite::Result<u32> {
        let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        file.query_row("SELECT count(*) FROM completion", [], |row| row.get(0))
    };
    read().unwrap_or(0) as usize
}

/// The model was asked for all samples, for each of the answered ones once; the held ones were asked for again.
#[track_caller]
fn assert_nothing_was_asked_twice(model: &Model) {
    let asked = model.asked();
    let (before, after) = asked.split_at(ANSWERED + CONCURRENCY);
    let answered = before[..ANSWERED].iter().chain(after);
    let mut samples: Vec<_> = answered.map(|asked| (&asked.task_id, asked.sample_index)).collect();
    samples.sort();
    samples.dedup();
    assert_eq!(samples.len(), SAMPLES);
    assert_eq!(after.len(), SAMPLES - ANSWERED);
}

#[test]
fn an_interrupted_run_keeps_what_it_has_and_the_same_command_goes_on() {
    let held = Held::after(ANSWERED);
    let user = User::new();
    let running = run(&user, &held.model).start();
    held.model.wait_for(ANSWERED + CONCURRENCY);
    running.signal(Signal::INT);
    let ended = running.wait().fails(130, &["interrupted", "run.assay", "the same command goes on"]);
    assert!(!ended.stderr.contains("-o FILE"), "{}", ended.stderr);
    assert_eq!(recorded(&user.path("run.assay")), ANSWERED);
    assert_eq!(user.files(), ["run.assay"]);

    held.go_on();
    let json = run(&user, &held.model).run().done().json();
    assert_eq!((&json["verdicts"]["passed"], &json["n_samples"]), (&SAMPLES.into(), &SAMPLES.into()));
    assert_nothing_was_asked_twice(&held.model);
    assert_eq!(json["results_digest"], uninterrupted());

    let requests = held.model.requests();
    assert_eq!(run(&user, &held.model).run().done().json()["results_digest"], json["results_digest"]);
    assert_eq!(held.model.requests(), requests);
}

#[test]
fn a_killed_run_loses_no_answer_that_it_recorded() {
    let held = Held::after(ANSWERED);
    let user = User::new();
    let path = user.path("run.assay");
    let running = run(&user, &held.model).start();
    held.model.wait_for(ANSWERED + CONCURRENCY);
    let give_up = Instant::now() + Duration::from_secs(60);
    while recorded(&path) < ANSWERED {
        assert!(Instant::now() < give_up, "the answers are never recorded");
        std::thread::yield_now();
    }
    running.signal(Signal::KILL);
    assert_eq!(running.wait().code, None);

    held.go_on();
    let json = run(&user, &held.model).run().done().json();
    assert_eq!(json["verdicts"]["passed"], SAMPLES);
    assert_nothing_was_asked_twice(&held.model);
    assert_eq!(json["results_digest"], uninterrupted());
    assert_eq!(user.files(), ["run.assay"]);
}

#[test]
fn a_run_that_another_process_writes_is_refused() {
    let held = Held::after(0);
    let user = User::new();
    let running = run(&user, &held.model).start();
    held.model.wait_for(CONCURRENCY);
    let says = ["run.assay", &format!("process {} (assay run demo ", running.pid()), "is writing this run"];
    run(&user, &held.model).run().fails(2, &says);
    user.run("merge run.assay -o run.assay").fails(2, &says);
    user.run("rescore run.assay").fails(2, &says);
    running.signal(Signal::INT);
    running.wait().exits(130);
}

#[test]
fn a_run_with_other_parameters_is_refused_with_their_names() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    run(&user, &model).run().done();
    let requests = model.requests();
    for (options, says) in [
        (["--temperature", "0.1"], "sampling.temperature was 0.8, now 0.1"),
        (["--max-tokens", "9"], "sampling.max_tokens was absent, now 9"),
        (["--seed", "5"], "seed was 0, now 5"),
        (["--style", "completion"], "style was \"chat\", now \"completion\""),
    ] {
        let [option, value] = options;
        let ended = run(&user, &model).arg(option).arg(value).run();
        ended.fails(2, &["run.assay: this run was started differently", says, "help: ", "--fresh"]);
    }
    assert_eq!(model.requests(), requests);
}

#[test]
fn more_samples_are_asked_for_without_those_that_are_there() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let url = model.url();
    let run = |options: &str| {
        let line = format!("run demo --base-url {url} --model m --json --temperature 1 -o run.assay {options}");
        user.run(&line).done().json()
    };
    run("-n 1 --limit 3");
    assert_eq!(run("-n 2 --limit 3")["n_samples"], 6);
    assert_eq!(run("-n 2 --limit 4")["n_samples"], 8);
    let mut samples = model.samples();
    assert_eq!(samples.len(), 8);
    samples.dedup();
    assert_eq!(samples.len(), 8);
}

#[test]
fn a_sample_that_the_server_refuses_leaves_the_others_judged_and_is_asked_for_again() {
    let suite = Suite::demo();
    let gold = golds(&suite);
    let refused = Arc::new(AtomicUsize::new(1));
    let refuses = Arc::clone(&refused);
    let model = Model::new(&suite, move |asked: &Asked| {
        let answer = Answer::text(&gold[&asked.task_id]);
        let refuse =
            refuses.load(Ordering::SeqCst) > 0 && (asked.task_id.as_str(), asked.sample_index) == ("Demo/2", 1);
        if refuse { answer.with_fault(refusal(400)) } else { answer }
    });
    let user = User::new();
    let ended = run(&user, &model).run().exits(3);
    let url = format!("{}/chat/completions", model.url());
    let ended = ended.says(&["1 of 12 samples have no verdict", &url, "HTTP 400", "the same command"]);
    let json = ended.json();
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["infra"]), (&11.into(), &1.into()));
    assert_eq!(model.requests(), 12);

    refused.store(0, Ordering::SeqCst);
    let json = run(&user, &model).run().done().json();
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["infra"]), (&12.into(), &0.into()));
    assert_eq!(json["results_digest"], uninterrupted());
    assert_eq!(model.requests(), 13);
}
