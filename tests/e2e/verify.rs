//! `assay verify` finds whatever a run file says and is not so.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::altered::alter_identity;
use crate::assay::{Ended, User};
use crate::model::Suite;
use crate::samples::six_right_six_wrong;

const VERIFY: &str = "verify run.assay --json";

/// A user with a run, and what was reported of it.
fn scored() -> (User, Value) {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    let report = user.run("score demo --samples samples.jsonl -o run.assay --no-cache --json").done().json();
    (user, report)
}

/// The user with a run that was changed since.
fn tampered(sql: &str) -> User {
    let (user, _) = scored();
    let changed = Connection::open(user.path("run.assay")).unwrap().execute(sql, []).unwrap();
    assert_eq!(changed, 1);
    user
}

fn differences(ended: &Ended) -> Vec<Value> {
    ended.json()["differences"].as_array().unwrap().clone()
}

#[test]
fn a_run_that_nobody_touched_verifies_and_is_left_alone() {
    let (user, report) = scored();
    let before = fs::read(user.path("run.assay")).unwrap();
    let verified = user.run(VERIFY).done().json();
    let digest = &report["results_digest"];
    assert_eq!(verified, json!({"run": "run.assay", "programs": 12, "differences": [], "results_digest": digest}));
    assert_eq!(fs::read(user.path("run.assay")).unwrap(), before);
    assert!(!user.cache().join("outcomes.sqlite").exists());
    let text = user.run("verify run.assay --jobs 1").done().text();
    assert!(text.contains("12 programs did again what is recorded"), "{text}");
}

const OF_ONE_SAMPLE: &str = "digest = (SELECT outcome FROM execution WHERE task_id = 'Demo/3' AND sample_index = 1)";

#[test]
fn an_altered_outcome_is_named_with_its_sample_and_field() {
    let user = tampered(&format!(
        "UPDATE outcome SET outcome = json_set(outcome, '$.fuel', 1, '$.stdout.bytes', 'yes') WHERE {OF_ONE_SAMPLE}"
    ));
    let ended = user.run(VERIFY).exits(1);
    let differences = differences(&ended);
    let fields: Vec<&Value> = differences.iter().map(|difference| &difference["field"]).collect();
    assert_eq!(fields, ["fuel", "stdout.bytes"]);
    for difference in &differences {
        let (task, sample) = (&difference["task_id"], &difference["sample_index"]);
        assert_eq!((task, sample, &difference["suite"]), (&json!("Demo/3"), &json!(1), &json!("demo")));
    }
    assert_eq!((&differences[0]["recorded"], &differences[1]["recorded"]), (&json!("1"), &json!("\"yes\"")));
    let text = user.run("verify run.assay").exits(1).text();
    assert!(text.contains("demo Demo/3 #1 program 0: fuel: recorded 1, found "), "{text}");
}

#[test]
fn an_altered_column_beside_the_outcome_is_found() {
    let user = tampered(&format!("UPDATE outcome SET fuel = fuel + 1 WHERE {OF_ONE_SAMPLE}"));
    let differences = differences(&user.run(VERIFY).exits(1));
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0]["field"], "fuel");
}

#[test]
fn an_altered_program_is_found() {
    let user = tampered(
        "UPDATE program_file SET content = (SELECT digest FROM content ORDER BY length(text) DESC LIMIT 1)
         WHERE position = 0 AND program =
             (SELECT program FROM execution WHERE task_id = 'Demo/3' AND sample_index = 1)",
    );
    let differences = differences(&user.run(VERIFY).exits(1));
    assert!(differences.iter().any(|difference| difference["field"] == "program"), "{differences:?}");
}

#[test]
fn an_altered_verdict_does_not_fit_the_runs_digest() {
    let user = tampered(
        "UPDATE sample SET verdict = 'passed', verdict_json = '{\"verdict\":\"passed\"}'
         WHERE task_id = 'Demo/3' AND sample_index = 1",
    );
    let differences = differences(&user.run(VERIFY).exits(1));
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0]["field"], "results_digest");
}

#[test]
fn a_run_of_another_runtime_is_refused_with_both_digests() {
    let (user, _) = scored();
    alter_identity(&user, |identity| drop(identity.runtimes.insert("python".into(), "c0ffee".into())));
    let ended = user.run(VERIFY).exits(5);
    let installed = user.run("runtime info python --json").done().json()["digest"].clone();
    assert!(ended.stderr.contains("c0ffee") && ended.stderr.contains(installed.as_str().unwrap()), "{}", ended.stderr);
    let user = tampered("UPDATE execution SET runtime = 'c0ffee' WHERE task_id = 'Demo/3' AND sample_index = 1");
    assert!(user.run(VERIFY).exits(5).stderr.contains("c0ffee"));
}

#[test]
fn what_is_no_run_is_refused() {
    let user = User::new();
    user.run(VERIFY).exits(2);
    fs::write(user.path("run.assay"), "x".repeat(9000)).unwrap();
    user.run(VERIFY).exits(2);
}
