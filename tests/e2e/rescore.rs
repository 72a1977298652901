//! `assay rescore` judges what a run has, and nothing more than that.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::altered::alter_identity;
use crate::assay::User;
use crate::model::{Model, Suite};
use crate::samples::six_right_six_wrong;

fn scored() -> (User, Value) {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    let report = user.run("score demo --samples samples.jsonl -o run.assay --json").done().json();
    (user, report)
}

fn edit(user: &User, sql: &str) {
    Connection::open(user.path("run.assay")).unwrap().execute_batch(sql).unwrap();
}

/// What an earlier version of the suite would have left beside another digest: another limit, a sample that it found no code in.
const OF_AN_EARLIER_VERSION: &str = "
    UPDATE run SET results_digest = NULL;
    DELETE FROM execution WHERE task_id = 'Demo/2' AND sample_index = 0;
    UPDATE sample SET verdict = 'empty', verdict_json = '{\"verdict\":\"empty\"}', solution = NULL, rule = NULL
        WHERE task_id = 'Demo/2' AND sample_index = 0;
    UPDATE task SET fuel_limit = 77;";

#[test]
fn a_run_of_an_earlier_version_gets_todays_verdicts_and_executes_only_what_it_never_did() {
    let (user, report) = scored();
    alter_identity(&user, |identity| identity.suites[0].digest = "c0ffee".into());
    edit(&user, OF_AN_EARLIER_VERSION);
    let earlier = fs::read(user.path("run.assay")).unwrap();
    let ended = user.run("rescore run.assay --json").done().says(&["the former run is kept as", "run.1.assay"]);
    let json = ended.json();
    assert_eq!(json["results_digest"], report["results_digest"]);
    let change = json!({"suite": "demo", "task_id": "Demo/2", "sample_index": 0, "before": "empty", "after": "passed"});
    assert_eq!(json["changes"], json!([change]));
    assert_eq!((&json["executed"], &json["reused"]), (&json!(1), &json!(11)));
    assert_eq!(json["suites"][0]["pass_at_k"], report["pass_at_k"]);
    assert!(json["before"][0]["pass_at_k"]["1"]["value"].as_f64() < report["pass_at_k"]["1"]["value"].as_f64());
    assert_eq!(user.files(), ["run.1.assay", "run.assay", "samples.jsonl"]);
    assert_eq!(fs::read(user.path("run.1.assay")).unwrap(), earlier);

    user.run("verify run.assay").done();
    // It is a run of today's suite: the command that began it goes on with it.
    let again = user.run("score demo --samples samples.jsonl -o run.assay --json").done().json();
    assert_eq!((&again["results_digest"], &again["cached"]), (&report["results_digest"], &json!(0)));
}

#[test]
fn a_run_that_is_right_already_is_left_alone_or_copied() {
    let (user, report) = scored();
    let before = fs::read(user.path("run.assay")).unwrap();
    let json = user.run("rescore run.assay --json").done().json();
    assert_eq!((&json["changes"], &json["executed"], &json["reused"]), (&json!([]), &json!(0), &json!(12)));
    assert_eq!(user.files(), ["run.assay", "samples.jsonl"]);
    assert_eq!(fs::read(user.path("run.assay")).unwrap(), before);

    let json = user.run("rescore run.assay -o other.assay --json").done().json();
    assert_eq!((&json["results_digest"], &json["former"]), (&report["results_digest"], &Value::Null));
    assert_eq!(user.files(), ["other.assay", "run.assay", "samples.jsonl"]);
    let text = user.run("rescore run.assay").done().without_control_characters().text();
    assert!(text.contains("0 of 12 verdicts changed; 0 programs executed, 12 outcomes reused"), "{text}");
}

#[test]
fn the_model_is_not_asked_and_what_it_was_never_asked_stays_so() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let url = model.url();
    let line = format!("run demo --base-url {url} --model m --limit 4 -o run.assay --json");
    let report = user.run(&line).done().json();
    edit(
        &user,
        "DELETE FROM execution WHERE task_id = 'Demo/1'; DELETE FROM sample WHERE task_id = 'Demo/1';
         DELETE FROM execution WHERE task_id = 'Demo/2'; DELETE FROM completion WHERE task_id = 'Demo/2';
         UPDATE sample SET verdict = 'infra', verdict_json = '{\"verdict\":\"infra\",\"why\":\"gone\"}',
             solution = NULL, rule = NULL, detail = 'gone' WHERE task_id = 'Demo/2';
         UPDATE run SET results_digest = NULL",
    );
    let requests = model.requests();
    let json = user.run("rescore run.assay --json").done().json();
    let verdicts = &json["suites"][0]["verdicts"];
    assert_eq!((&verdicts["passed"], &verdicts["infra"]), (&json!(3), &json!(1)));
    assert_eq!(json["changes"][0]["before"], Value::Null);
    assert_eq!(model.requests(), requests);

    assert_eq!(user.run(&line).done().json()["results_digest"], report["results_digest"]);
    assert_eq!(model.requests(), requests + 1);
}

#[test]
fn answers_to_other_prompts_are_told_of_and_a_task_that_is_gone_is_refused() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let url = model.url();
    user.run(&format!("run demo --base-url {url} --model m --limit 2 -o run.assay --json")).done();
    edit(&user, "UPDATE request SET request = replace(request, 'Complete this', 'Write this')");
    user.run("rescore run.assay").done().says(&["the prompts of 2 tasks are other ones today, Demo/0's for one"]);

    let (user, _) = scored();
    edit(&user, "PRAGMA foreign_keys = OFF; UPDATE task SET task_id = 'Demo/x' WHERE task_id = 'Demo/0'");
    let before = fs::read(user.path("run.assay")).unwrap();
    user.run("rescore run.assay").fails(4, &["the suite demo has no task Demo/x any more"]);
    assert_eq!(fs::read(user.path("run.assay")).unwrap(), before);
    assert_eq!(user.files(), ["run.assay", "samples.jsonl"]);
    user.run("rescore no.assay").fails(2, &["no.assay: no such file"]);
}
