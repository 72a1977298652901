//! A program is executed once, and nothing but the time it takes shows that.

use std::fs;

use serde_json::Value;

use crate::assay::{Ended, User};
use crate::model::Suite;
use crate::samples::{completion, jsonl, six_right_six_wrong};

const SCORE: &str = "score demo --samples samples.jsonl --json";

fn user() -> User {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    user
}

/// A report without what may differ from one invocation to the next.
fn numbers(ended: &Ended) -> Value {
    let mut report = ended.json();
    for name in ["seconds", "cached"] {
        report.as_object_mut().unwrap().remove(name).unwrap();
    }
    report
}

#[test]
fn the_second_time_every_outcome_is_known_and_the_report_is_the_same() {
    let user = user();
    let first = user.run(SCORE).done();
    // The right ones are gold answers, which calibrating the fuel limits has executed.
    assert_eq!(first.json()["cached"], 6);
    let second = user.run(SCORE).done();
    assert_eq!(second.json()["cached"], 12);
    let forced = user.run(&format!("{SCORE} --no-cache")).done();
    assert_eq!(forced.json()["cached"], 0);
    for other in [second, forced] {
        assert_eq!(numbers(&other), numbers(&first));
    }
    let text = user.run("score demo --samples samples.jsonl").done().text();
    assert!(text.contains("12 outcomes known from before"), "{text}");
}

#[test]
fn with_another_seed_only_what_draws_randomness_is_executed_again() {
    let user = User::new();
    let drawing = completion("Demo/0", "    import random\n    return str(random.random())\n");
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()) + &jsonl([drawing]));
    let first = user.run(SCORE).done().json();
    assert_eq!((&first["n_samples"], &first["cached"]), (&13.into(), &6.into()));
    assert_eq!(user.run(&format!("{SCORE} --seed 1")).done().json()["cached"], 12);
    assert_eq!(user.run(&format!("{SCORE} --seed 1")).done().json()["cached"], 13);
}

#[test]
fn the_same_completion_of_a_task_is_executed_once() {
    let user = User::new();
    let same = std::iter::repeat_with(|| completion("Demo/0", "    return 'no'\n")).take(9);
    user.write("samples.jsonl", jsonl(same));
    let shared = user.run(&format!("{SCORE} -o run.assay")).done();
    assert_eq!(shared.json()["cached"], 8);
    let executed = user.run(&format!("{SCORE} --no-cache")).done();
    assert_eq!(executed.json()["cached"], 0);
    assert_eq!(shared.json()["results_digest"], executed.json()["results_digest"]);
    user.run("verify run.assay").done();
}

#[test]
fn without_the_cache_nothing_is_written_either() {
    let user = user();
    user.run(&format!("{SCORE} --no-cache")).done();
    assert!(!user.cache().join("outcomes.sqlite").exists());
}

#[test]
fn a_cache_that_is_damaged_costs_a_note_and_no_run() {
    let user = user();
    let first = user.run(SCORE).done();
    assert_eq!(first.stderr.matches("note: ").count(), 0, "{}", first.stderr);
    fs::write(user.cache().join("outcomes.sqlite"), "x".repeat(9000)).unwrap();
    let damaged = user.run(SCORE).done();
    assert_eq!(damaged.stderr.matches("note: the cache of outcomes").count(), 1, "{}", damaged.stderr);
    assert_eq!(numbers(&damaged), numbers(&first));
    assert_eq!(user.run(SCORE).done().json()["cached"], 12);
}

#[test]
fn runs_at_the_same_time_share_it() {
    let user = user();
    let runs: Vec<_> = (0..3).map(|_| user.assay(SCORE.split_whitespace()).start()).collect();
    let ended: Vec<Ended> = runs.into_iter().map(|run| run.wait().done()).collect();
    for run in &ended {
        assert_eq!(numbers(run), numbers(&ended[0]));
        assert!(!run.stderr.contains("note: "), "{}", run.stderr);
    }
    assert_eq!(user.run(SCORE).done().json()["cached"], 12);
}
