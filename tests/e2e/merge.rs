//! Shards that are worked on apart, and merged, are the run that did it all.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::assay::User;
use crate::model::{Model, Suite};
use crate::samples::six_right_six_wrong;

/// `assay run demo`, two samples of each of ten tasks.
fn run(user: &User, model: &Model, options: &str) -> Value {
    let url = model.url();
    let line = format!("run demo --base-url {url} --model m -n 2 -k 1,2 --limit 10 --json {options}");
    user.run(&line).done().json()
}

#[test]
fn shards_of_a_run_make_the_run_and_ask_for_nothing_twice() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let sizes: Vec<Value> = (1..=3)
        .map(|shard| run(&user, &model, &format!("--shard {shard}/3 -o {shard}.assay"))["n_tasks"].clone())
        .collect();
    assert_eq!(sizes, [4, 3, 3]);
    let mut asked = model.samples();
    assert_eq!(asked.len(), 20);
    asked.dedup();
    assert_eq!(asked.len(), 20);

    let merged = user.run("merge 1.assay 3.assay 2.assay -o all.assay --json").done().json();
    let whole = run(&user, &model, "-o whole.assay");
    assert_eq!(merged["results_digest"], whole["results_digest"]);
    assert_eq!((&merged["shared"], &merged["missing"]), (&json!(0), &json!([])));
    for name in ["n_tasks", "n_samples", "pass_at_k", "verdicts", "tokens", "fuel_limit"] {
        assert_eq!(merged["suites"][0][name], whole[name], "{name}");
    }

    // The whole run goes on from there, and has nothing left to do.
    let requests = model.requests();
    assert_eq!(run(&user, &model, "-o all.assay")["results_digest"], whole["results_digest"]);
    assert_eq!(model.requests(), requests);
    user.run("verify all.assay").done();
    assert_eq!(user.files(), ["1.assay", "2.assay", "3.assay", "all.assay", "whole.assay"]);
}

#[test]
fn a_report_on_a_shard_says_so_and_so_does_a_merge_that_lacks_some() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    for shard in ["1/3", "2/3"] {
        let report = run(&user, &model, &format!("--shard {shard} -o {}.assay", &shard[..1]));
        let warnings = report["warnings"].to_string();
        assert!(warnings.contains(&format!("this is shard {shard} of the tasks")), "{warnings}");
    }
    let ended = user.run("merge 1.assay 2.assay -o all.assay --json").done();
    assert_eq!(ended.json()["missing"], json!(["3/3"]));
    ended.says(&["note: the shards 3/3 are missing"]);
    let url = model.url();
    let other = format!("run demo --base-url {url} --model m -n 2 -k 1,2 --limit 10 --shard 3/3 -o 1.assay");
    user.run(&other).fails(2, &["shard was \"1/3\", now \"3/3\""]);
    user.run(&other.replace("3/3", "4/3")).exits(2);
    user.run(&other.replace("3/3", "11/11").replace("1.assay", "x.assay"))
        .fails(2, &["--shard 11/11: none of the 10 tasks is in it"]);
}

#[test]
fn scored_shards_are_merged_as_well_and_a_contradiction_is_refused_by_name() {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    let score = |options: &str| user.run(&format!("score demo --samples samples.jsonl --json {options}")).done().json();
    let whole = score("");
    for shard in ["1/2", "2/2"] {
        score(&format!("--shard {shard} -o {}.assay", &shard[..1]));
    }
    let merged = user.run("merge 1.assay 2.assay -o all.assay --json").done().json();
    assert_eq!(merged["results_digest"], whole["results_digest"]);
    assert_eq!(merged["suites"][0]["pass_at_k"], whole["pass_at_k"]);

    let again = user.run("merge all.assay 1.assay -o all.assay --json").done().json();
    assert_eq!((&again["results_digest"], &again["shared"]), (&whole["results_digest"], &json!(6)));

    let before = fs::read(user.path("all.assay")).unwrap();
    let edit = "UPDATE sample SET solution = 'x' WHERE task_id = 'Demo/2' AND sample_index = 1";
    assert_eq!(Connection::open(user.path("1.assay")).unwrap().execute(edit, []).unwrap(), 1);
    let says = ["1.assay and ", "all.assay have another solution of the sample demo Demo/2 #1"];
    user.run("merge 1.assay -o all.assay").fails(2, &says);
    assert_eq!(fs::read(user.path("all.assay")).unwrap(), before);

    user.run("score demo --samples samples.jsonl --seed 7 -o seed.assay --json").done();
    user.run("merge 2.assay seed.assay -o new.assay").fails(2, &["are parts of different runs: seed was 7, now 0"]);
    user.run("merge 2.assay no.assay -o new.assay").fails(2, &["no.assay: no such file"]);
    user.run("merge 2.assay samples.jsonl -o new.assay").fails(2, &["samples.jsonl: not an assay run"]);
    user.run("merge 2.assay -o samples.jsonl").fails(2, &["samples.jsonl: not an assay run"]);
    assert!(!user.path("new.assay").exists() && !user.path("new.assay.part").exists());
}
