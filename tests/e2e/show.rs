//! `assay show` says what a run file holds, and changes nothing.

use std::fs;
use std::time::{Duration, Instant};

use assay::mock::{Answer, Fault};
use rusqlite::Connection;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::assay::User;
use crate::model::{Asked, Model, Suite, fenced, golds};
use crate::resume::recorded;
use crate::samples::{completion, jsonl, six_right_six_wrong};

/// A user with a run, and what was reported of it.
fn scored() -> (User, Value) {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    let report = user.run("score demo --samples samples.jsonl -o run.assay --json").done().json();
    (user, report)
}

#[test]
fn the_overview_has_the_numbers_of_the_report_and_leaves_the_file_alone() {
    let (user, report) = scored();
    let before = fs::read(user.path("run.assay")).unwrap();
    let shown = user.run("show run.assay --json").done().json();
    let suite = &shown["suites"][0];
    for name in ["suite", "n_tasks", "n_samples", "pass_at_k", "verdicts", "tokens", "fuel_limit"] {
        assert_eq!(suite[name], report[name], "{name}");
    }
    assert_eq!(suite["causes"], json!({"tests": 6}));
    assert_eq!((&shown["results_digest"], &shown["run"]), (&report["results_digest"], &json!("run.assay")));
    let text = user.run("show run.assay").done().without_control_characters().text();
    for part in ["demo", "pass@1", "50.0%", "failures tests 6", "run.assay", "written by 1 command"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(fs::read(user.path("run.assay")).unwrap(), before);
    assert_eq!(user.files(), ["run.assay", "samples.jsonl"]);
}

#[test]
fn samples_are_listed_by_task_and_by_failure() {
    let (user, _) = scored();
    let keys = |line: &str| {
        let shown = user.run(line).done().json();
        let key = |sample: &Value| (sample["task_id"].as_str().unwrap().to_owned(), sample["sample_index"].clone());
        shown["samples"].as_array().unwrap().iter().map(key).collect::<Vec<_>>()
    };
    let failed: Vec<_> = (0..6).map(|task| (format!("Demo/{task}"), json!(1))).collect();
    assert_eq!(keys("show run.assay --failed --json"), failed);
    assert_eq!(keys("show run.assay --failed --task Demo/4 --json"), failed[4..5]);
    assert_eq!(keys("show run.assay --task Demo/4 --json"), [0, 1].map(|index| ("Demo/4".to_owned(), json!(index))));
    let text = user.run("show run.assay --failed").done().text();
    assert!(text.contains("Demo/5 #1") && !text.contains("Demo/5 #0"), "{text}");
    user.run("show run.assay --task Demo4").fails(2, &["it has no task Demo4", "did you mean Demo/4?"]);
    user.run("show run.assay --task Demo/4 --sample 2").fails(2, &["task Demo/4 has no sample 2"]);
    user.run("show run.assay --sample 2").exits(2);
}

#[test]
fn a_sample_is_shown_with_everything_and_nothing_that_a_terminal_acts_on() {
    let user = User::new();
    let hostile = "    print('\x1b]0;title\x07\u{202e}')\n    raise ValueError('\x1b[2J')\n";
    user.write("s.jsonl", jsonl([completion("Demo/0", hostile)]));
    user.run("score demo --samples s.jsonl -o run.assay --json").done();
    let text = user.run("show run.assay --task Demo/0 --sample 0").done().without_control_characters().text();
    for part in ["demo  Demo/0 #0  failed", "completion", "solution, by the rule verbatim", "file tests.py"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    for part in ["outcome", "ValueError", "standard output", "\\x1b]0;title\\x07\\u{202e}"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let json = user.run("show run.assay --task Demo/0 --sample 0 --json").done().json();
    assert_eq!((&json["turns"][0]["completion"], &json["verdict"]), (&json!(hostile), &json!("failed")));
    let stdout = json["programs"][0]["outcome"]["candidate"]["stdout"]["bytes"].as_str().unwrap();
    assert!(stdout.starts_with("\x1b]0;title\x07\u{202e}\n"), "{stdout:?}");
}

#[test]
fn what_the_model_was_asked_is_shown_with_its_reasoning_and_prompt() {
    let suite = Suite::demo();
    let gold = golds(&suite);
    let model = Model::new(&suite, move |asked: &Asked| {
        Answer::text(format!("<think>Let me see.</think>\n{}", gold[&asked.task_id]))
    });
    let user = User::new();
    let url = model.url();
    user.run(&format!("run demo --base-url {url} --model m --limit 1 -o run.assay --json")).done();
    let text = user.run("show run.assay --task Demo/0 --sample 0").done().text();
    for part in ["prompt, user", "Complete this Python function", "reasoning, never executed", "Let me see.", "passed"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_run_is_shown_while_another_process_writes_it() {
    let suite = Suite::demo();
    let model = Model::new(&suite, |asked: &Asked| {
        let answer = Answer::text(fenced("def f(): pass"));
        if asked.nth < 2 { answer } else { answer.with_fault(Fault::Stall) }
    });
    let user = User::new();
    let url = model.url();
    let line = format!("run demo --base-url {url} --model m --limit 5 --concurrency 1 -o run.assay --json");
    let running = user.assay(line.split_whitespace()).start();
    model.wait_for(3);
    let give_up = Instant::now() + Duration::from_secs(60);
    while recorded(&user.path("run.assay")) < 2 {
        assert!(Instant::now() < give_up, "the answers are never recorded");
        std::thread::yield_now();
    }
    let shown = user.run("show run.assay --json").done().json();
    let suite = &shown["suites"][0];
    assert_eq!(suite["n_tasks"], 5);
    assert_eq!(suite["n_samples"].as_u64().unwrap() + suite["unjudged"].as_u64().unwrap(), 2);
    let lines = user.run("export run.assay --format jsonl").done().text();
    assert_eq!(lines.lines().count(), 2);
    running.signal(Signal::INT);
    running.wait().exits(130);
}

#[test]
fn a_newer_format_is_shown_with_a_note() {
    let (user, report) = scored();
    let file = Connection::open(user.path("run.assay")).unwrap();
    file.execute_batch("PRAGMA user_version = 99; ALTER TABLE sample ADD COLUMN more TEXT").unwrap();
    drop(file);
    let shown = user.run("show run.assay --json").done().says(&["note: run.assay has format 99"]).json();
    assert_eq!(shown["suites"][0]["verdicts"], report["verdicts"]);
    user.run("export run.assay --format csv").done().says(&["format 99"]);
}

#[test]
fn an_altered_verdict_is_warned_of() {
    let (user, _) = scored();
    let file = Connection::open(user.path("run.assay")).unwrap();
    let altered = "UPDATE sample SET verdict = 'passed', verdict_json = '{\"verdict\":\"passed\"}'
                   WHERE task_id = 'Demo/3' AND sample_index = 1";
    assert_eq!(file.execute(altered, []).unwrap(), 1);
    drop(file);
    let text = user.run("show run.assay").done().text();
    assert!(text.contains("are not those that were reported"), "{text}");
}
