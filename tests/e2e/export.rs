//! `assay export` writes what other harnesses read, and what `assay score` judges alike.

use std::fs;
use std::process::Command;

use assay::mock::Answer;
use assay::store::RunFile;
use assay_api::VerdictKind;
use serde_json::{Value, json};

use crate::assay::User;
use crate::model::{Asked, Model, Suite, fenced, golds};
use crate::samples::six_right_six_wrong;

/// Which samples passed, from a run file.
fn passed(user: &User, file: &str) -> Vec<(String, u32, bool)> {
    let results = RunFile::open_read_only(&user.path(file)).unwrap().load_results().unwrap();
    let row =
        |s: assay::store::StoredSample| (s.key.task_id, s.key.sample_index, s.verdict.kind() == VerdictKind::Passed);
    results.into_iter().map(row).collect()
}

/// A model whose answers are right, wrong, bodies without a signature, cut off, or no code, in turn.
fn mixed(suite: &Suite) -> Model {
    let gold = golds(suite);
    let stubs: std::collections::HashMap<String, String> = suite
        .tasks()
        .iter()
        .map(|task| {
            (task.id.clone(), format!("def {}(*args):\n    return None\n", suite.field(&task.id, "entry_point")))
        })
        .collect();
    let bodies: std::collections::HashMap<String, String> = suite
        .tasks()
        .iter()
        .map(|task| (task.id.clone(), suite.field(&task.id, "canonical_solution").to_owned()))
        .collect();
    Model::new(suite, move |asked: &Asked| match asked.sample_index {
        0 => Answer::text(&gold[&asked.task_id]),
        1 => Answer::text(fenced(&stubs[&asked.task_id])),
        2 => Answer::text(&bodies[&asked.task_id]),
        _ => Answer::text("I would rather not."),
    })
}

#[test]
fn what_is_exported_and_scored_again_has_the_same_verdicts() {
    for style in ["chat", "completion"] {
        let suite = Suite::demo();
        let model = mixed(&suite);
        let user = User::new();
        let url = model.url();
        let report = user.run(&format!("run demo --base-url {url} --model m --style {style} -n 4 --json -o run.assay"));
        let report = report.done().json();
        let expected = passed(&user, "run.assay");
        assert!(expected.iter().any(|(.., passed)| *passed) && expected.iter().any(|(.., passed)| !*passed));
        for format in ["human-eval", "evalplus"] {
            user.run(&format!("export run.assay --format {format} -o {format}.jsonl.gz")).done();
            let line = format!("score demo --samples {format}.jsonl.gz -o {format}.assay --json");
            let again = user.run(&line).done().json();
            assert_eq!(passed(&user, &format!("{format}.assay")), expected, "{style} {format}");
            assert_eq!(again["pass_at_k"], report["pass_at_k"], "{style} {format}");
        }
    }
}

#[test]
fn a_samples_file_comes_back_as_it_was() {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    user.run("score demo --samples samples.jsonl -o run.assay --json").done();
    let rows = |text: &str| -> Vec<Value> { text.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
    let exported = rows(&user.run("export run.assay --format human-eval").done().text());
    let given = rows(&fs::read_to_string(user.path("samples.jsonl")).unwrap());
    assert_eq!(exported.len(), given.len());
    for (exported, given) in exported.iter().zip(&given) {
        assert_eq!((&exported["task_id"], &exported["completion"]), (&given["task_id"], &given["completion"]));
    }
    assert_eq!(exported[1]["sample_index"], 1);

    let everything = rows(&user.run("export run.assay --format jsonl").done().text());
    assert_eq!(everything.len(), 12);
    assert_eq!((&everything[0]["verdict"], &everything[1]["verdict"]), (&json!("passed"), &json!("failed")));
    assert!(everything.iter().all(|row| row["programs"][0]["outcome"]["fuel"].as_u64().unwrap() > 0));
}

#[test]
fn another_programs_reader_finds_the_table_that_was_written() {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    user.run("score demo --samples samples.jsonl -o run.assay --json").done();
    user.run("export run.assay --format csv -o run.csv").done();
    assert_eq!(user.files(), ["run.assay", "run.csv", "samples.jsonl"]);
    let script =
        "import csv, json; print(json.dumps(list(csv.DictReader(open('run.csv', newline='', encoding='utf-8')))))";
    let Ok(python) = Command::new("python3").args(["-c", script]).current_dir(user.work()).output() else {
        return assay_testing::lacks("there is no python3");
    };
    let rows: Vec<Value> = serde_json::from_slice(&python.stdout).unwrap();
    assert_eq!(rows.len(), 12);
    for (row, at) in rows.iter().zip(0..) {
        let right = at % 2 == 0;
        assert_eq!(
            (&row["task_id"], &row["sample_index"]),
            (&json!(format!("Demo/{}", at / 2)), &json!((at % 2).to_string()))
        );
        assert_eq!(row["verdict"], if right { "passed" } else { "failed" });
        assert_eq!(row["detail"].as_str().unwrap().is_empty(), right);
        assert!(row["fuel"].as_str().unwrap().parse::<u64>().unwrap() > 0);
    }
}

#[test]
fn the_run_itself_is_never_written_over() {
    let user = User::new();
    user.write("samples.jsonl", six_right_six_wrong(&Suite::demo()));
    user.run("score demo --samples samples.jsonl -o run.assay --json").done();
    let before = fs::read(user.path("run.assay")).unwrap();
    user.run("export run.assay --format csv -o ./run.assay").fails(2, &["that is the run itself"]);
    user.run("export run.assay --format csv -o no/where.csv").fails(2, &["writing no/where.csv"]);
    assert_eq!(fs::read(user.path("run.assay")).unwrap(), before);
}
